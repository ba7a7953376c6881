import { readFileSync } from 'node:fs';
import { parseBytes, parseDurationMs } from '#kernel/index.ts';
import { commandLineInvalid, inputUnreadable, interrupted } from './errors.ts';
import { parseJson } from './parse-json.ts';
import type { CommandShape, Flag } from './project.ts';

/** What stands for the value of a flag that was given without one. */
export const bareFlag = 'true';

/** What the person typed, before it means anything: flag values by flag name, and the bare words. */
export interface Typed {
  flags: ReadonlyMap<string, string | boolean | string[]>;
  words: readonly string[];
  readStdin: () => Promise<string>;
}

/**
 * Turns what was typed into an operation's input. The operation's own schema has the last word about it.
 * @throws COMMAND_LINE_INVALID, INPUT_NOT_JSON, INPUT_UNREADABLE
 */
export async function readInput(shape: CommandShape, typed: Typed): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  const givenBy = new Map<string, string>();
  const wrong = (problem: string) => commandLineInvalid({ problem, command: `ratchet ${shape.words}`, usage: usageOf(shape) });
  const fill = async (flag: Flag, by: string, typedValue: string | boolean | string[]) => {
    const other = givenBy.get(flag.field);
    if (other !== undefined) {
      if (input[flag.field] === typedValue) return;
      throw wrong(`${other} and ${by} both say what ${flag.field} is; give one of them.`);
    }
    givenBy.set(flag.field, by);
    input[flag.field] = await valueOf(flag, typedValue, typed, wrong);
  };

  // A list that is given bare takes all words that are left.
  const last = shape.positional.at(-1);
  const list = last?.kind === 'list' ? last : null;
  const single = list === null ? shape.positional.length : shape.positional.length - 1;
  const rest = typed.words.slice(single);
  if (list === null && rest.length > 0) throw wrong(`unexpected argument ${JSON.stringify(rest[0])}`);
  for (const [index, word] of typed.words.slice(0, single).entries()) await fill(shape.positional[index]!, JSON.stringify(word), word);
  if (list !== null && rest.length > 0) await fill(list, JSON.stringify(rest[0]), rest);
  for (const flag of shape.flags) {
    const value = typed.flags.get(flag.name);
    if (value !== undefined) await fill(flag, `--${flag.name}`, value);
  }
  for (const flag of shape.flags) {
    if (flag.isRequired && !givenBy.has(flag.field)) {
      const bareToo = shape.positional.includes(flag) ? `, or just <${flag.field}>` : '';
      throw wrong(`missing: --${flag.name} <${placeholder(flag)}>${bareToo}`);
    }
  }
  return input;
}

async function valueOf(flag: Flag, value: string | boolean | string[], typed: Typed, wrong: (problem: string) => Error): Promise<unknown> {
  if (typeof value !== 'string') return value;
  switch (flag.kind) {
    case 'optional-number':
    case 'number': {
      if (flag.kind === 'optional-number' && value === bareFlag) return true;
      const number = Number(value);
      if (value.trim() === '' || !Number.isFinite(number)) throw wrong(`--${flag.name} needs a number, not ${JSON.stringify(value)}`);
      return number;
    }
    case 'text-or-number':
      return /^-?\d+$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'duration': {
      const ms = parseDurationMs(value);
      if (!ms) throw wrong(`--${flag.name} needs a duration such as 30 (seconds), 500ms or 2m, not ${JSON.stringify(value)}`);
      return ms;
    }
    case 'memory': {
      const bytes = parseBytes(value, 'mb');
      if (!bytes) throw wrong(`--${flag.name} needs an amount such as 256 (MB) or 1GB, not ${JSON.stringify(value)}`);
      return Math.ceil(bytes / 1024 ** 2);
    }
    case 'optional-text':
      return value === bareFlag ? true : value;
    case 'json':
      return value === '-' ? parseJson(await stdin(typed), 'standard input') : parseJson(value, `--${flag.name}`);
    case 'json-file':
      return value === '-' ? parseJson(await stdin(typed), 'standard input') : parseJson(file(value), value);
    default:
      return value;
  }
}

async function stdin(typed: Typed): Promise<string> {
  try {
    return await typed.readStdin();
  } catch (caught) {
    if (interrupted.is(caught)) throw caught;
    throw inputUnreadable({ source: 'standard input', detail: caught instanceof Error ? caught.message : String(caught) });
  }
}

function file(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (caught) {
    throw inputUnreadable({ source: path, detail: caught instanceof Error ? caught.message : String(caught) });
  }
}

/** `ratchet run-once [path] [flags]`. */
export function usageOf(shape: CommandShape): string {
  return [
    'ratchet',
    shape.words,
    ...shape.positional.map((flag) => (flag.isRequired ? `<${flag.field}>` : `[${flag.field}]`)),
    '[flags]',
  ].join(' ');
}

/** What stands for the value in help: `<path>`, `<seconds>`. */
export function placeholder(flag: Flag): string {
  if (flag.choices.length > 0) return flag.choices.join('|');
  if (flag.optional) return flag.optional.placeholder;
  if (flag.placeholder !== undefined) return flag.placeholder;
  if (flag.kind === 'duration') return 'seconds';
  if (flag.kind === 'memory') return 'mb';
  if (flag.kind === 'json') return 'json';
  if (flag.isPath) return 'path';
  return flag.kind === 'number' || flag.kind === 'optional-number' ? 'number' : 'text';
}

/** The default of a flag in the unit that is typed. */
export function shownDefault({ kind, defaultValue }: Flag): unknown {
  return kind === 'duration' && typeof defaultValue === 'number' ? defaultValue / 1000 : defaultValue;
}
