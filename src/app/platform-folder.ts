import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** Where a program keeps its data, its cache and its configuration by the platform's convention (on Linux the XDG Base Directory specification). */
export function platformFolder(
  kind: 'data' | 'cache' | 'config',
  env: NodeJS.ProcessEnv = process.env,
  system: NodeJS.Platform = platform(),
): string {
  const home = homedir();
  if (system === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'ratchet', kind);
  if (system === 'darwin') return join(home, 'Library', kind === 'cache' ? 'Caches' : 'Application Support', 'ratchet');
  const said = env[{ data: 'XDG_DATA_HOME', cache: 'XDG_CACHE_HOME', config: 'XDG_CONFIG_HOME' }[kind]];
  // The specification has relative paths ignored.
  const base = said?.startsWith('/') ? said : join(home, { data: '.local/share', cache: '.cache', config: '.config' }[kind]);
  return join(base, 'ratchet');
}
