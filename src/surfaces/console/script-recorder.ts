import { appendFileSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { consoleFileFailed, consoleLineInvalid } from './errors.ts';
import { homePath } from './home-path.ts';

/** What was recorded. */
export interface Recorded {
  readonly file: string;
  /** Commands that worked. */
  readonly count: number;
}

/** Writes what is typed into a script while somebody wants that. */
export interface ScriptRecorder {
  /** From now on lines go into the file, which must not exist. @returns its path @throws CONSOLE_FILE_FAILED, CONSOLE_LINE_INVALID */
  start(file: string): string;
  /** A line was run. What failed becomes a comment: a script that runs it would end there. */
  note(line: string, hasWorked: boolean): void;
  /** @returns what was recorded; null where nothing is */
  stop(): Recorded | null;
}

/** What steers the recording, and leaving, are no part of what is done. What begins with a blank is not kept, as in the history. */
const passedOver = /^\s|^(?:script(?:\s|$)|exit\s*$|quit\s*$)/;

export function createScriptRecorder(): ScriptRecorder {
  let open: Recorded | null = null;
  return {
    start(said) {
      if (open !== null)
        throw consoleLineInvalid({ problem: `${open.file} is being recorded: end that with \`script stop\``, help: 'script record' });
      const path = resolve(homePath(extname(said) === '' ? `${said}.rsh` : said));
      write(path, () => writeFileSync(path, '# Recorded in the Ratchet console.\n', { flag: 'wx', mode: 0o600 }));
      open = { file: path, count: 0 };
      return path;
    },
    note(line, hasWorked) {
      if (open === null || passedOver.test(line)) return;
      const { file, count } = open;
      const text = hasWorked ? line : `failed: ${line}`.replaceAll(/^/gm, '# ');
      write(file, () => appendFileSync(file, `${text}\n`));
      open = { file, count: count + (hasWorked ? 1 : 0) };
    },
    stop() {
      const ended = open;
      open = null;
      return ended;
    },
  };
}

/** @throws CONSOLE_FILE_FAILED */
function write(file: string, work: () => void): void {
  try {
    work();
  } catch (caught) {
    const { code, message } = caught as NodeJS.ErrnoException;
    throw consoleFileFailed({ file, detail: code === 'EEXIST' ? 'it exists already; name another' : message }, caught);
  }
}
