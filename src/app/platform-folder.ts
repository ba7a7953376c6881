import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Where a program keeps its data and its cache by the platform's convention (on Linux the XDG Base Directory specification). */
export function platformFolder(kind: 'data' | 'cache', env: NodeJS.ProcessEnv = process.env, system: NodeJS.Platform = platform()): string {
  const home = homedir();
  if (system === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'ratchet', kind);
  if (system === 'darwin') return join(home, 'Library', kind === 'data' ? 'Application Support' : 'Caches', 'ratchet');
  const said = env[kind === 'data' ? 'XDG_DATA_HOME' : 'XDG_CACHE_HOME'];
  // The specification has relative paths ignored.
  const base = said?.startsWith('/') ? said : join(home, kind === 'data' ? '.local/share' : '.cache');
  return join(base, 'ratchet');
}
