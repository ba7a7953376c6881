import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { nearest } from './commands/find-row.ts';
import { consoleFileFailed, scriptNotFound } from './errors.ts';
import { homePath } from './home-path.ts';
import { goesOn } from './language/read-line.ts';

/** A command of a script, and the line it begins at, from 1. */
export interface ScriptLine {
  readonly number: number;
  readonly text: string;
}

/** Names without an ending are found with these. */
const endings = ['', '.rsh', '.ratchet'];

/**
 * The file of a script: at its path, else in the folders.
 * @throws CONSOLE_SCRIPT_NOT_FOUND
 */
export function findScript(said: string, folders: readonly string[]): string {
  const path = homePath(said);
  const isPlain = basename(path) === path;
  const places = ['.', ...(isPlain || !path.startsWith('/') ? folders.map(homePath) : [])];
  for (const place of places) {
    for (const ending of endings) {
      const file = resolve(path.startsWith('/') ? path : join(place, path)) + ending;
      if (isFile(file)) return file;
    }
  }
  const known = places.flatMap((place) => scriptsIn(resolve(place)));
  throw scriptNotFound({ file: said, places: places.map((place) => resolve(place)), near: nearest(basename(said), known, true) });
}

/** Scripts of a folder, with and without their endings. */
function scriptsIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.(?:rsh|ratchet)$/.test(name));
    return names.flatMap((name) => [name, name.replace(/\.\w+$/, '')]);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** @throws CONSOLE_FILE_FAILED */
export function readScript(file: string): ScriptLine[] {
  try {
    return scriptLines(readFileSync(file, 'utf8'));
  } catch (caught) {
    throw consoleFileFailed({ file, detail: caught instanceof Error ? caught.message : String(caught) }, caught);
  }
}

/** Commands of a script: one on each line, more lines where a bracket stays open or a backslash ends one. Blank lines and comments are none. */
export function scriptLines(text: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  let open: { number: number; text: string } | null = null;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const current: { number: number; text: string } =
      open === null ? { number: index + 1, text: raw } : { ...open, text: `${open.text}\n${raw}` };
    if (open === null && /^\s*(?:#|$)/.test(raw)) continue;
    if (goesOn(current.text)) open = current;
    else {
      lines.push(current);
      open = null;
    }
  }
  return open === null ? lines : [...lines, open];
}
