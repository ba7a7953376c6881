import { closest, distance } from 'fastest-levenshtein';
import { kebab, type CommandShape, type Flag } from '#surfaces/cli/project.ts';
import { bareFlag } from '#surfaces/cli/read-input.ts';
import { consoleLineInvalid } from '../errors.ts';
import type { Token } from './scan.ts';

/** What stands behind the words of a command: values of its flags by name, and bare words. */
export interface TypedFlags {
  readonly flags: ReadonlyMap<string, string | boolean | string[]>;
  readonly words: readonly string[];
}

/** Shorter names of flags that lists have. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  since: ['queued-after', 'created-after', 'updated-after', 'slot-after'],
  until: ['queued-before', 'created-before', 'updated-before', 'slot-before'],
};

/**
 * Reads `--flag value`, `--flag=value`, `--switch`, bare words and JSON. A token that begins with `{` or `[` is the JSON input of a command
 * that takes one. Behind `--` everything is bare.
 * @throws CONSOLE_LINE_INVALID
 */
export function typedFlags(shape: CommandShape, tokens: readonly Token[]): TypedFlags {
  const flags = new Map<string, string | boolean | string[]>();
  const words: string[] = [];
  const help = shape.words;
  const put = (flag: Flag, value: string | boolean) => {
    const before = flags.get(flag.name);
    if (flag.kind === 'list') flags.set(flag.name, [...(Array.isArray(before) ? before : []), String(value)]);
    else if (before !== undefined) throw consoleLineInvalid({ problem: `--${flag.name} is given twice`, help });
    else flags.set(flag.name, value);
  };
  const json = shape.flags.find(({ kind }) => kind === 'json');
  let isBare = false;
  for (let at = 0; at < tokens.length; at++) {
    const { text, isQuoted, start, end } = tokens[at]!;
    if (isBare || !/^--?[A-Za-z]/.test(text) || (isQuoted && end - start === text.length + 2)) {
      if (text === '--' && !isBare) isBare = true;
      else if (json !== undefined && /^[{[]/.test(text) && !flags.has(json.name)) put(json, text);
      else words.push(text);
      continue;
    }
    const [, said = '', equals] = /^--?([^=]+)(?:=([^]*))?$/.exec(text) ?? [];
    const flag = (text.startsWith('--') || said.length > 1 ? null : flagOfLetter(shape, said)) ?? flagOf(shape, said);
    if (equals !== undefined) put(flag, flag.kind === 'switch' ? truth(flag, equals, help) : choice(flag, equals, help));
    else {
      const next = tokens[at + 1];
      const isValue = next !== undefined && (next.isQuoted || !/^--?[A-Za-z]/.test(next.text));
      if (flag.kind === 'switch') {
        const isSaid = next?.text === 'true' || next?.text === 'false';
        put(flag, isSaid ? next.text === 'true' : true);
        if (isSaid) at++;
      } else if (isValue) {
        put(flag, choice(flag, next.text, help));
        at++;
      } else if (flag.kind.startsWith('optional')) put(flag, bareFlag);
      else if (flag.choices.includes('true')) put(flag, 'true');
      else throw consoleLineInvalid({ problem: `--${flag.name} needs a value`, help });
    }
  }
  return { flags, words };
}

/** The only flag that begins with a letter; null where none does. @throws CONSOLE_LINE_INVALID where several do */
function flagOfLetter(shape: CommandShape, letter: string): Flag | null {
  // `--input-json` and `--input-file` are two ways of one thing.
  const given = shape.positional.map(({ name }) => name);
  const found = shape.flags.filter(({ name, kind }) => name.startsWith(letter) && kind !== 'json-file' && !given.includes(name));
  const json = found.find(({ kind }) => kind === 'json');
  if (json !== undefined || found.length <= 1) return json ?? found[0] ?? null;
  const names = found.map(({ name }) => `--${name}`).join(', ');
  throw consoleLineInvalid({ problem: `-${letter} could be ${names}`, help: shape.words });
}

/** @throws CONSOLE_LINE_INVALID */
function flagOf(shape: CommandShape, said: string): Flag {
  const name = kebab(said.replaceAll('_', '-'));
  const names = [name, `${name}-json`, ...(shortNames[name] ?? [])];
  const found = names.map((one) => shape.flags.find((flag) => flag.name === one)).find((flag) => flag !== undefined);
  if (found) return found;
  const near = shape.flags.length === 0 ? '' : closest(name, [...shape.flags.map((flag) => flag.name), ...Object.keys(shortNames)]);
  const suggestion = near !== '' && distance(name, near) <= Math.max(2, Math.floor(name.length / 3)) ? `. Did you mean --${near}?` : '';
  throw consoleLineInvalid({ problem: `Unknown option of ${shape.words}: --${said}${suggestion}`, help: shape.words });
}

function truth(flag: Flag, said: string, help: string): boolean {
  if (said !== 'true' && said !== 'false')
    throw consoleLineInvalid({ problem: `--${flag.name} is true or false, not ${JSON.stringify(said)}`, help });
  return said === 'true';
}

function choice(flag: Flag, said: string, help: string): string {
  if (flag.choices.length === 0) return said;
  const found = flag.choices.find((one) => one.toLowerCase() === said.toLowerCase());
  if (found !== undefined) return found;
  const near = closest(said, [...flag.choices]);
  const suggestion = distance(said, near) <= 2 ? ` Did you mean ${near}?` : '';
  throw consoleLineInvalid({
    problem: `--${flag.name} cannot be ${JSON.stringify(said)}; it is one of ${flag.choices.join(', ')}.${suggestion}`,
    help,
  });
}
