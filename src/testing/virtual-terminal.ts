import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
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

  /**
   * The terminal has another size: lines that are longer go on in the next row and the cursor stays at its character, as most terminals do it.
   * The second screen is cut.
   * @param doesReflow false for a terminal that cuts the first screen too, as xterm
   */
  resize(columns: number, height: number, doesReflow = true): void {
    if (!doesReflow) this.#column = Math.min(this.#column, columns - 1);
    if (this.isAlternate || !doesReflow) {
      this.#rows = Array.from(this.isAlternate ? this.#rows.slice(0, height) : this.#rows, (row) => (row ?? '').slice(0, columns));
      return;
    }
    const rows: string[] = [];
    let cursor = { row: this.#row, column: this.#column };
    for (let at = 0; at < Math.max(this.#rows.length, this.#row + 1); at++) {
      const text = (this.#rows[at] ?? '').trimEnd();
      if (at === this.#row) cursor = { row: rows.length + Math.floor(this.#column / columns), column: this.#column % columns };
      for (let from = 0; from === 0 || from < text.length; from += columns) rows.push(text.slice(from, from + columns));
      while (rows.length <= cursor.row && at === this.#row) rows.push('');
    }
    this.#rows = rows;
    [this.#row, this.#column] = [cursor.row, cursor.column];
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
  /** Gives the terminal another size, as somebody does who pulls at the window. */
  resize(columns: number, rows: number, doesReflow?: boolean): void;
  /** Everything the program has written. */
  readonly written: () => string;
  /** Waits until what is shown fulfils this, and fails with all of it when it does not within 15 seconds. */
  until(isSeen: (text: string) => boolean): Promise<void>;
  /** The exit code of the program. */
  readonly ended: Promise<number | null>;
}

/** The program in the terminal, which `script` has started. */
export function insideOf(child: ChildProcess): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
}

const terminalOf = (child: ChildProcess) => readlinkSync(`/proc/${insideOf(child)}/fd/0`);

/** Runs a command line of a shell in a terminal of its own. */
export function inTerminal(
  line: string,
  { columns = 100, rows = 30, env, cwd }: { columns?: number; rows?: number; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): TerminalRun {
  if (terminalProgram === null) throw new Error(withoutTerminal);
  const child = spawn(terminalProgram, ['-qefc', `stty cols ${columns} rows ${rows}; exec ${line}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const screen = new VirtualScreen();
  const waiting = new Set<() => void>();
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.feed(text);
    written += text;
    for (const look of waiting) look();
  });
  child.stdin.on('error', () => {});
  return {
    screen,
    child,
    type: (keys) => void child.stdin.write(keys),
    written: () => written,
    resize(width, height, doesReflow) {
      screen.resize(width, height, doesReflow);
      execFileSync('stty', ['-F', terminalOf(child), 'cols', String(width), 'rows', String(height)]);
    },
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
