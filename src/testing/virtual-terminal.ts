import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Makes pseudo-terminals: the program `script` of util-linux; null where it is not installed. */
export const terminalProgram: string | null =
  process.platform === 'linux'
    ? ((process.env['PATH'] ?? '')
        .split(delimiter)
        .map((folder) => join(folder, 'script'))
        .find((file) => existsSync(file)) ?? null)
    : null;

/** What a test says when it is skipped for want of a terminal. */
export const withoutTerminal = 'needs the program `script` of util-linux';

// oxlint-disable-next-line no-control-regex -- Escape is what this is about
const piece = /^(?:\u001b\[([?\d;]*)([A-Za-z])|\u001b[^[]|[^\u001b])/;

/** Shows what a program writes to a terminal, as far as programs of ours use one: positions, erasing, the second screen. */
export class VirtualScreen {
  #rows: string[] = [];
  #row = 0;
  #column = 0;
  #kept = { rows: [] as string[], row: 0, column: 0 };
  #rest = '';
  isCursorShown = true;
  isAlternate = false;

  feed(text: string): void {
    let rest = this.#rest + text;
    for (;;) {
      const found = piece.exec(rest);
      if (!found) break;
      rest = rest.slice(found[0].length);
      if (found[2] !== undefined) this.#control(found[1]!, found[2]);
      else if (!found[0].startsWith('\u001b')) this.#write(found[0]);
    }
    this.#rest = rest;
  }

  /** What can be seen, without blanks at the ends of lines. */
  text(): string {
    return Array.from(this.#rows, (row) => (row ?? '').trimEnd())
      .join('\n')
      .trimEnd();
  }

  #write(char: string): void {
    if (char === '\n') this.#row += 1;
    else if (char === '\r') this.#column = 0;
    else if (char === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (char >= ' ') {
      const row = (this.#rows[this.#row] ?? '').padEnd(this.#column);
      this.#rows[this.#row] = row.slice(0, this.#column) + char + row.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #control(parameters: string, letter: string): void {
    const [first = 1, second = 1] = parameters.split(';').map((number) => Number(number) || 1);
    if (letter === 'H') [this.#row, this.#column] = [first - 1, second - 1];
    else if (letter === 'A') this.#row = Math.max(0, this.#row - first);
    else if (letter === 'B') this.#row += first;
    else if (letter === 'C') this.#column += first;
    else if (letter === 'D') this.#column = Math.max(0, this.#column - first);
    else if (letter === 'J' && parameters === '2') this.#rows = [];
    else if (letter === 'K') this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column);
    else if (letter === 'J') {
      this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column);
      this.#rows.length = Math.min(this.#rows.length, this.#row + 1);
    } else if (parameters === '?25') this.isCursorShown = letter === 'h';
    else if (parameters === '?1049') {
      this.isAlternate = letter === 'h';
      if (letter === 'h') {
        this.#kept = { rows: this.#rows, row: this.#row, column: this.#column };
        this.#rows = [];
      } else {
        this.#rows = this.#kept.rows;
        [this.#row, this.#column] = [this.#kept.row, this.#kept.column];
      }
    }
  }
}

export interface TerminalRun {
  readonly screen: VirtualScreen;
  readonly child: ChildProcess;
  /** As somebody's keyboard would send it. */
  type(keys: string): void;
  /** Waits until what is shown fulfils this, and fails with all of it when it does not within 15 seconds. */
  until(isSeen: (text: string) => boolean): Promise<void>;
  /** The exit code of the program. */
  readonly ended: Promise<number | null>;
}

/** Runs a command line of a shell in a terminal of its own. */
export function inTerminal(
  line: string,
  { columns = 100, rows = 30, env }: { columns?: number; rows?: number; env?: NodeJS.ProcessEnv } = {},
): TerminalRun {
  if (terminalProgram === null) throw new Error(withoutTerminal);
  const child = spawn(terminalProgram, ['-qefc', `stty cols ${columns} rows ${rows}; exec ${line}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const screen = new VirtualScreen();
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.feed(text);
    for (const look of waiting) look();
  });
  child.stdin.on('error', () => {});
  return {
    screen,
    child,
    type: (keys) => void child.stdin.write(keys),
    until: (isSeen) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`This is not what was waited for:\n${screen.text()}`));
        }, 15_000);
        const look = () => {
          if (!isSeen(screen.text())) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}
