import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const byteOrderMark = '\uFEFF';

/**
 * Replaces the text of a file in one step, so that nobody ever sees half of it; mode, links and a byte order mark stay as they were.
 * @param from the text that is to be replaced: when the file holds another by now, nothing is written
 * @returns why nothing was written, or null
 */
export function replaceText(path: string, from: string, to: string): string | null {
  let temporary: string | undefined;
  try {
    // A rename would put a file in the place of a link.
    const file = realpathSync(path);
    const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(file));
    const mark = raw.startsWith(byteOrderMark) ? byteOrderMark : '';
    if (raw.slice(mark.length) !== from) return 'the file was changed meanwhile';
    temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
    writeFileSync(temporary, `${mark}${to}`, { flag: 'wx', mode: statSync(file).mode });
    renameSync(temporary, file);
    return null;
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}
