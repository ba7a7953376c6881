import { styleText } from 'node:util';
import type { Keyboard } from './keyboard.ts';

/** Where a command reads and writes. The real one is the process; tests hand in another. */
export interface Terminal {
  /** The result, and nothing else. */
  readonly out: Output;
  /** Everything a person should know besides. */
  readonly err: Output;
  readonly env: NodeJS.ProcessEnv;
  readStdin(): Promise<string>;
  /** Absent where nobody sits at one. */
  readonly keyboard?: Keyboard | null;
  /** Calls back when somebody asks for the configuration to be read again (SIGHUP), until the returned function is called. */
  onReloadAsked?(listener: () => void): () => void;
  /** The terminal that `out` is written to; absent where it is none. */
  readonly window?: Window | null;
}

/** How much of a terminal can be seen. */
export interface Window {
  size(): { readonly columns: number; readonly rows: number };
  /** Calls back whenever the size changes, until the returned function is called. */
  onResize(listener: () => void): () => void;
}

export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const plain: Paint = (_style, text) => text;
const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Colours where they are wanted: `--no-color` and NO_COLOR say no, FORCE_COLOR says yes, else a terminal decides. */
export function paintFor(output: Output, env: NodeJS.ProcessEnv, isRefused = false): Paint {
  if (isRefused || env['NO_COLOR']) return plain;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? plain : coloured;
  return output.isTerminal && env['TERM'] !== 'dumb' ? coloured : plain;
}

/** Makes a text that a task wrote safe to show: no escape sequence of its own reaches the person's terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (char) =>
    char === '\n' || char === '\t' ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** JSON for standard output: one line for programs, indented for people. Control characters that JSON may hold bare are escaped as well. */
export function jsonText(value: unknown, isPretty: boolean): string {
  const text = JSON.stringify(value, null, isPretty ? 2 : undefined) ?? 'null';
  return text.replaceAll(/[\u007f-\u009f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}
