import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where this program lies: the folder with its package.json. */
export function packageFolder(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

/** The version of this program. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
