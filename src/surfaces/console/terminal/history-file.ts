import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { homePath } from '../home-path.ts';

/** What was typed, first to last, kept in a file that several consoles may write. */
export interface History {
  lines(): readonly string[];
  add(line: string): void;
}

export interface HistoryOptions {
  readonly file: string;
  readonly most: number;
  readonly isSaved: boolean;
  /** Told once, when the file cannot be used: what is typed is then known until the end. */
  readonly onTrouble: (problem: string) => void;
}

/**
 * One line of the file is one line that was typed, with backslashes and line breaks escaped. Each is appended at once, so that a console that
 * is killed has lost nothing and two do not overwrite each other; what is too much goes when a console starts. Only the owner may read it.
 */
export function openHistory({ file, most, isSaved, onTrouble }: HistoryOptions): History {
  const path = homePath(file);
  let isTrouble = false;
  const trying = (work: () => void) => {
    try {
      work();
    } catch (caught) {
      if (!isTrouble && (caught as NodeJS.ErrnoException).code !== 'ENOENT')
        onTrouble(`${path} cannot be used: ${caught instanceof Error ? caught.message : String(caught)}`);
      if ((caught as NodeJS.ErrnoException).code !== 'ENOENT') isTrouble = true;
    }
  };
  const lines: string[] = [];
  trying(() => {
    const stored = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    lines.push(...stored.slice(-most || stored.length).map(unescaped));
    if (most === 0) lines.length = 0;
    if (isSaved && stored.length > most) writeFileSync(path, lines.map((line) => `${escaped(line)}\n`).join(''), { mode: 0o600 });
  });
  return {
    lines: () => lines,
    add(line) {
      // As in shells: what begins with a blank is not kept, and what is repeated is kept once.
      if (most === 0 || line.trim() === '' || line.startsWith(' ') || lines.at(-1) === line) return;
      lines.push(line);
      if (lines.length > most) lines.shift();
      if (!isSaved || isTrouble) return;
      trying(() => {
        appendFileSync(path, `${escaped(line)}\n`, { mode: 0o600 });
        if (lines.length === 1) chmodSync(path, 0o600);
      });
    },
  };
}

const escaped = (line: string) => line.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const unescaped = (line: string) => line.replaceAll(/\\([\\n])/g, (_whole, char: string) => (char === 'n' ? '\n' : '\\'));
