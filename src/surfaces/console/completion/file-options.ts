import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { homePath } from '../home-path.ts';

/** Paths that begin with a word; folders end with `/`. @param folders where names without a path are looked for as well */
export function fileOptions(word: string, folders: readonly string[]): string[] {
  const at = word.lastIndexOf('/') + 1;
  const head = word.slice(0, at);
  const here = entriesOf(resolve(homePath(head === '' ? '.' : head)), word.slice(at)).map((name) => head + name);
  const elsewhere =
    at > 0 ? [] : folders.flatMap((folder) => entriesOf(resolve(homePath(folder)), word).filter((name) => !name.endsWith('/')));
  return [...here, ...elsewhere];
}

function entriesOf(folder: string, start: string): string[] {
  try {
    return readdirSync(join(folder), { withFileTypes: true })
      .filter(({ name }) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  } catch {
    return [];
  }
}
