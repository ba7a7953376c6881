import { homedir } from 'node:os';
import { join } from 'node:path';

/** `~/x` in the home folder of whoever runs the console. */
export function homePath(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
