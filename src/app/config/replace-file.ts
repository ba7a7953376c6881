import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a text in the place of a file at once: whoever reads it sees the old or the new, also after a power cut. A link stays a link, and
 * the file keeps its permissions.
 * @param expected what the file holds; anything else and it stays as it is
 * @returns false where it held something else
 * @throws what the system says
 */
export function replaceFile(path: string, text: string, expected: string): boolean {
  const real = realpathSync(path);
  const folder = dirname(real);
  const temporary = join(folder, `.${basename(real)}.${randomUUID().slice(0, 8)}`);
  const { mode } = statSync(real);
  const file = openSync(temporary, 'wx', mode & 0o777);
  try {
    try {
      // The mask of the process may have taken rights away.
      fchmodSync(file, mode & 0o777);
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (readFileSync(real, 'utf8') !== expected) return false;
    renameSync(temporary, real);
  } finally {
    rmSync(temporary, { force: true });
  }
  flushFolder(folder);
  return true;
}

/** The name too has to be on the disk. Windows cannot do that, and needs it less. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
