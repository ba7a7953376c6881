import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Format, Screen } from '#surfaces/cli/command.ts';
import { isForPeople } from '#surfaces/cli/remote/show-answer.ts';
import { nearest } from './commands/find-row.ts';
import { consoleFileFailed, consoleLineInvalid } from './errors.ts';
import type { ReadLine } from './language/read-line.ts';
import { homePath } from './home-path.ts';

export const outputFormats = ['table', 'json', 'yaml', 'rich'] as const;
export type OutputFormat = 'table' | 'json' | 'yaml';

/** How the answer of one line leaves the console. */
export interface LineOutput {
  readonly screen: Screen;
  /** What was written so far and has not been shown; the rest is for whoever pages. */
  take(): string;
  /** From now on results are kept until they are taken. */
  hold(): void;
  /** Writes what has to be written at the end. @throws CONSOLE_FILE_FAILED */
  finish(): Promise<void>;
}

/** @throws CONSOLE_LINE_INVALID */
export function formatOf(said: string | undefined): OutputFormat | null {
  if (said === undefined) return null;
  const found = outputFormats.find((one) => one === said.toLowerCase());
  if (found === undefined)
    throw consoleLineInvalid({
      problem: `--format is one of table, json, yaml, not ${JSON.stringify(said)}${nearest(said, outputFormats)}`,
      help: '',
    });
  return found === 'rich' ? 'table' : found;
}

/** In which form the answer of a line is wanted. */
export interface FormatWishes {
  /** By `--format` of the line. */
  readonly asked: OutputFormat | null;
  /** By the configuration, for every line. */
  readonly usual: OutputFormat | null;
  /** Whether the command prints JSON to people as well. */
  readonly isJson: boolean;
}

export const noWishes: FormatWishes = { asked: null, usual: null, isJson: false };

/**
 * Where the answer of a line goes and in which form: the one the line asks for, for a file what its name says, else JSON, and on the terminal
 * what the configuration says, else a table, or JSON where the command prints it to people too.
 * @param base what the whole console was asked for
 */
export function lineOutput(base: Screen, target: ReadLine['target'], { asked, usual, isJson }: FormatWishes): LineOutput {
  const ofFile = target === null ? null : /\.ya?ml$/i.test(target.file) ? 'yaml' : 'json';
  const format = asked ?? ofFile ?? (base.format === 'auto' ? usual : null);
  let held = '';
  let isHeld = target !== null || format === 'yaml';
  const inner: { format: Format; isOutTerminal: boolean } =
    format === 'table'
      ? { format: 'auto', isOutTerminal: true }
      : format === 'json'
        ? { format: 'pretty', isOutTerminal: false }
        : format === 'yaml'
          ? { format: 'json', isOutTerminal: false }
          : { format: isJson && isForPeople(base) ? 'pretty' : base.format, isOutTerminal: base.isOutTerminal };
  const screen: Screen = {
    ...base,
    ...inner,
    look: 'console',
    ...(target === null ? {} : { paintOut: (_style, text) => text }),
    out(text) {
      if (isHeld) held += text;
      else base.out(text);
    },
  };
  const toYaml = async (text: string) => {
    const { stringify } = await import('yaml');
    const documents = text.split('\n').filter((line) => line !== '');
    return documents.map((line) => stringify(jsonOr(line))).join('---\n');
  };
  return {
    screen,
    hold: () => (isHeld = true),
    take() {
      const text = held;
      held = '';
      return text;
    },
    async finish() {
      if (target === null && format !== 'yaml') return;
      const text = format === 'yaml' ? await toYaml(held) : held;
      held = '';
      if (target === null) held = text;
      else write(target, text);
    },
  };
}

function jsonOr(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}

function write({ file, isAppended }: NonNullable<ReadLine['target']>, text: string): void {
  const path = resolve(homePath(file));
  try {
    if (isAppended) appendFileSync(path, text);
    else writeFileSync(path, text);
  } catch (caught) {
    throw consoleFileFailed({ file: path, detail: caught instanceof Error ? caught.message : String(caught) }, caught);
  }
}
