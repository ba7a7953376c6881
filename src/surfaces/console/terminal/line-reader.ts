import { createKeyReader } from '#surfaces/cli/commands/dev/keys.ts';
import { painted, type Piece } from '#surfaces/cli/commands/dev/line.ts';
import type { Keyboard } from '#surfaces/cli/keyboard.ts';
import type { Paint, Window } from '#surfaces/cli/terminal.ts';
import type { Completion } from '../completion/complete.ts';
import { completed } from './apply-completion.ts';
import { afterLineKey, emptyLine, suggestion, type LineState } from './line-state.ts';
import { lineView } from './line-view.ts';
import { widthOf } from '#surfaces/cli/remote/table.ts';

/** What became of reading a line: `leave` is Ctrl-D on an empty one, `interrupt` Ctrl-C. */
export type ReadEnd = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'leave' } | { readonly kind: 'interrupt' };

export interface LineReader {
  /** Reads a line. @param prompt is asked again whenever the line is drawn */
  read(prompt: () => readonly Piece[], wants?: ReadWishes): Promise<ReadEnd>;
  /** Draws what is being read again: the prompt has changed. */
  redraw(): void;
  /** What is printed while a line is being read, above it. */
  print(text: string): void;
  /** Gives the keys away while something else wants them. */
  away<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Keys that somebody else got and has no use for: they belong to the next line. */
  typeAhead(chars: readonly string[]): void;
  /** Calls back for Ctrl-C while no line is being read. */
  onInterrupt(listener: () => void): () => void;
  close(): void;
}

export interface ReadWishes {
  readonly history?: readonly string[];
  readonly complete?: (text: string, cursor: number) => Promise<Completion | null>;
}

export interface LineReaderParts {
  readonly keyboard: Keyboard;
  readonly window: Window;
  readonly write: (text: string) => void;
  readonly paint: Paint;
  /** A terminal that can only write one character behind the other. */
  readonly isDumb: boolean;
  /** Whether lines that are too long for a terminal that was made narrower go on in the next row, as in most. */
  readonly doesReflow: boolean;
}

interface Reading {
  state: LineState;
  /** Rows from the first of the line to the cursor, as drawn last. */
  cursorRow: number;
  /** Columns of each row that was drawn last, and the column of the cursor. */
  drawn: { readonly widths: readonly number[]; readonly column: number };
  /** What a dumb terminal shows behind the prompt; null before the prompt is there. */
  shown: string | null;
}

/** Reads lines from a person's keys. Keys that come while nothing is read wait for the next line. */
export function createLineReader({ keyboard, window, write, paint, isDumb, doesReflow }: LineReaderParts): LineReader {
  let waiting: string[] = [];
  let current: { reading: Reading; draw(): void; resized(): void; feed(char: string): void; interrupt(): void; hide(): void } | null = null;
  const interruptListeners: (() => void)[] = [];

  const listen = () => {
    const stopKeys = keyboard.listen((char) => {
      if (current === null) waiting.push(char);
      else current.feed(char);
    });
    const stopInterrupts = keyboard.catchInterrupts?.(() => {
      waiting = [];
      if (current !== null) current.interrupt();
      else interruptListeners.at(-1)?.();
    });
    return () => {
      stopKeys();
      stopInterrupts?.();
    };
  };
  let stop = listen();
  const stopResize = window.onResize(() => current?.resized());

  return {
    read(prompt, { history = [], complete } = {}) {
      return new Promise<ReadEnd>((resolve) => {
        const reading: Reading = { state: emptyLine(history), cursorRow: 0, drawn: { widths: [], column: 0 }, shown: null };
        const reader = createKeyReader((key) => press(key));
        let isCompleting = false;
        // Keys that come while it is looked up what could stand here wait: Enter means the completed line.
        let held: string[] = [];
        const hide = () => {
          if (isDumb) return;
          write(`${reading.cursorRow > 0 ? `\u001b[${reading.cursorRow}A` : ''}\r\u001b[J`);
          reading.cursorRow = 0;
        };
        const draw = () => (isDumb ? drawPlain(reading, prompt()) : drawWhole(reading, prompt()));
        const drawWhole = (one: Reading, pieces: readonly Piece[]) => {
          const { columns } = window.size();
          const view = lineView(pieces, one.state, history, columns);
          const up = one.cursorRow > 0 ? `\u001b[${one.cursorRow}A` : '';
          const text = view.rows.map((row) => painted(row, paint)).join('\r\n');
          const below = view.rows.length - 1 - view.row;
          write(`${up}\r\u001b[J${text}${below > 0 ? `\u001b[${below}A` : ''}\r${view.column > 0 ? `\u001b[${view.column}C` : ''}`);
          one.cursorRow = view.row;
          one.drawn = { widths: view.rows.map((row) => widthOf(row.map(([, piece]) => piece).join(''))), column: view.column };
        };
        const resized = () => {
          if (isDumb) return;
          if (doesReflow) reading.cursorRow = reflowedRow(reading, window.size().columns);
          draw();
        };
        const drawPlain = (one: Reading, pieces: readonly Piece[]) => {
          const { text } = one.state.edited;
          const before = one.shown;
          if (before === null) write(pieces.map(([, piece]) => piece).join('') + text);
          else if (text.startsWith(before)) write(text.slice(before.length));
          else if (before.startsWith(text)) write('\b \b'.repeat(before.length - text.length));
          else write(`\n${pieces.map(([, piece]) => piece).join('')}${text}`);
          one.shown = text;
        };
        const end = (result: ReadEnd) => {
          // The suggestion is not part of what was typed, so it goes.
          if (!isDumb && suggestion(reading.state, history) !== '')
            drawWhole({ ...reading, state: { ...reading.state, at: -1 } }, prompt());
          const last = isDumb ? 0 : lineView(prompt(), { ...reading.state, at: -1 }, history, window.size().columns).rows.length - 1;
          const down = last - reading.cursorRow;
          write(`${down > 0 ? `\u001b[${down}B` : ''}\r\n`);
          reader.close();
          current = null;
          resolve(result);
        };
        const press = (key: Parameters<typeof afterLineKey>[1]) => {
          const after = afterLineKey(reading.state, key, history);
          reading.state = after.state;
          if (after.event === 'submit') {
            draw();
            return end({ kind: 'line', text: reading.state.edited.text });
          }
          if (after.event === 'leave') return end({ kind: 'leave' });
          if (after.event === 'redraw') {
            write('\u001b[2J\u001b[H');
            reading.cursorRow = 0;
          }
          if (after.event === 'complete') return void offer();
          draw();
        };
        const offer = async () => {
          if (complete === undefined || isCompleting) return;
          isCompleting = true;
          const before = reading.state.edited;
          const found = await complete(before.text, before.cursor).catch(() => null);
          isCompleting = false;
          if (current?.reading !== reading) return;
          if (found !== null) put(before, found);
          const late = held;
          held = [];
          for (const [index, char] of late.entries()) {
            if (current?.reading === reading) current.feed(char);
            else return void waiting.push(...late.slice(index));
          }
        };
        const put = (before: LineState['edited'], found: Completion) => {
          const { edited, options } = completed(before, found);
          reading.state = { ...reading.state, edited };
          if (options.length > 0) {
            hide();
            write(`${isDumb ? '\n' : ''}${columnsOf(options, window.size().columns)}`);
            reading.shown = null;
          }
          draw();
        };
        current = {
          reading,
          draw,
          resized,
          hide,
          interrupt: () => {
            write(isDumb ? '^C' : '');
            end({ kind: 'interrupt' });
          },
          feed: (char) => (isCompleting ? void held.push(char) : reader.feed(char)),
        };
        draw();
        const typed = waiting;
        waiting = [];
        for (const [index, char] of typed.entries()) {
          if (current === null) {
            waiting = [...typed.slice(index), ...waiting];
            break;
          }
          current.feed(char);
        }
      });
    },
    redraw: () => {
      if (!isDumb) current?.draw();
    },
    print(text) {
      current?.hide();
      write(text);
      if (current !== null) {
        current.reading.shown = null;
        current.draw();
      }
    },
    async away(work) {
      stop();
      try {
        return await work();
      } finally {
        stop = listen();
      }
    },
    typeAhead: (chars) => void waiting.unshift(...chars),
    onInterrupt(listener) {
      interruptListeners.push(listener);
      return () => {
        const index = interruptListeners.lastIndexOf(listener);
        if (index >= 0) interruptListeners.splice(index, 1);
      };
    },
    close() {
      stop();
      stopResize();
    },
  };
}

/** The row of the cursor, from the first of the line, once the terminal has so many columns and has broken longer rows itself. */
function reflowedRow({ cursorRow, drawn: { widths, column } }: Reading, columns: number): number {
  const above = widths.slice(0, cursorRow).reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  return above + Math.floor(column / columns);
}

/** Words in as many columns as fit. */
export function columnsOf(words: readonly string[], columns: number): string {
  const width = Math.max(...words.map((word) => word.length)) + 2;
  const perRow = Math.max(1, Math.floor(columns / width));
  const rows: string[] = [];
  for (let at = 0; at < words.length; at += perRow) {
    rows.push(
      words
        .slice(at, at + perRow)
        .map((word) => word.padEnd(width))
        .join('')
        .trimEnd(),
    );
  }
  return `${rows.join('\r\n')}\r\n`;
}
