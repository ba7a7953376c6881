import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface LogFileOptions {
  /** `~/` is the person's own folder. */
  readonly path: string;
  readonly maxBytes: number;
  /** Files kept, the one that is written included. */
  readonly maxFiles: number;
  /** Older ones that were put aside are removed; null keeps them. */
  readonly maxAgeMs: number | null;
  readonly now: () => number;
  /** Told once why lines are lost, and again after it has worked in between. */
  readonly onTrouble: (problem: string) => void;
}

export interface LogFile {
  /** Appends one line, without its line end. Never throws: a log that cannot be written must not end what it logs. */
  write(line: string): void;
  /** Opens the file anew at the next line, for programs that moved it away. */
  reopen(): void;
  close(): void;
}

const retryAfterMs = 1_000;

/**
 * A log in a file, written at once so that nothing is lost when the process ends. When it is full it becomes `path.1`, what was that
 * `path.2`, and so on.
 */
export function openLogFile({ path, maxBytes, maxFiles, maxAgeMs, now, onTrouble }: LogFileOptions): LogFile {
  const file = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  let descriptor: number | null = null;
  let size = 0;
  let isInTrouble = false;
  let notBeforeMs = 0;

  const open = () => {
    mkdirSync(dirname(file), { recursive: true });
    // Inputs and errors of tasks may be in it.
    descriptor = openSync(file, 'a', 0o600);
    size = fstatSync(descriptor).size;
    removeOld();
  };
  const close = () => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  const rotate = () => {
    close();
    rmSync(`${file}.${maxFiles - 1}`, { force: true });
    for (let number = maxFiles - 2; number >= 0; number--) {
      const from = number === 0 ? file : `${file}.${number}`;
      if (maxFiles === 1) rmSync(from, { force: true });
      else renameWhereThere(from, `${file}.${number + 1}`);
    }
    if (maxFiles === 1) rmSync(file, { force: true });
    open();
  };
  const removeOld = () => {
    if (maxAgeMs === null) return;
    for (let number = 1; number < maxFiles; number++) {
      const old = statSync(`${file}.${number}`, { throwIfNoEntry: false });
      if (old && now() - old.mtimeMs > maxAgeMs) rmSync(`${file}.${number}`, { force: true });
    }
  };

  return {
    write(line) {
      if (isInTrouble && now() < notBeforeMs) return;
      try {
        const bytes = Buffer.from(`${line}\n`);
        if (descriptor === null) open();
        if (size > 0 && size + bytes.length > maxBytes) rotate();
        for (let done = 0; done < bytes.length;) done += writeSync(descriptor!, bytes, done);
        size += bytes.length;
        isInTrouble = false;
      } catch (caught) {
        if (!isInTrouble) onTrouble(`the log ${file} cannot be written: ${caught instanceof Error ? caught.message : String(caught)}`);
        isInTrouble = true;
        notBeforeMs = now() + retryAfterMs;
      }
    },
    reopen: close,
    close,
  };
}

function renameWhereThere(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, to);
}
