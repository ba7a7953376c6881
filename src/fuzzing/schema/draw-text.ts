import type { Dice, FastCheck } from '../dice.ts';
import type { Words } from '../words.ts';
import { Contradiction } from './contradiction.ts';
import { formatText } from './format-text.ts';
import { textOfPattern } from './pattern-text.ts';

/** What a schema says of a text. Lengths count characters (code points), as JSON Schema does. */
export interface TextFacts {
  readonly min?: number;
  readonly max?: number;
  readonly patterns?: readonly string[];
  readonly formats?: readonly string[];
  /** Whether a text matches all patterns; asked where a drawn text need not. */
  readonly matches?: (text: string) => boolean;
}

/** Texts that programs mistake for something else, and characters that are not what they seem. */
export const oddTexts = [
  '', ' ', '0', '-1', '1e3', '007', '1,5', 'null', 'undefined', 'NaN', 'true', 'false', '[]', '{}',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  '\u0000', '\n', '\r\n', '\t', '\u00a0', '\u200b', '\ufeff', '\u2028', ' a ', 'a  b', 'a\nb', 'a,b;c',
  '\u00df', '\u0130', '\u0149', '\ufb03', 'e\u0301', '\u00e9', '\u0663', '\u{1f600}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', '\u{1d4d0}',
  '\u6f22\u5b57', '\u05e9\u05dc\u05d5\u05dd', '\u0645\u0631\u062d\u0628\u0627', '\u202eabc',
  '<b>&amp;</b>', '"', "'", '\\', '/', '%', '%zz', '$&', '${a}', '../a', 'a@b', 'a=b&c=d', '#', '?',
]; // prettier-ignore

const plainWords = ['a', 'b', 'A', 'abc', 'Ada', 'hello', 'x1', 'test', 'two words'];
const repeated = ['a', 'Z', '0', ' ', '\n', '.', '\u00df', '\u{1f600}', 'ab', 'a ', '1,', '(', 'a\u{1f600}'];
const lengths = [1, 2, 3, 10, 20, 31, 32, 33, 50, 64, 100, 255, 256, 1000];
const longLengths = [10_000, 50_000];

/** A text: short and plain, odd, long, or at a limit of its length. @throws Contradiction */
export function drawText(dice: Dice, facts: TextFacts, words: Words): string {
  const { min = 0, max = Infinity, patterns = [], formats = [], matches } = facts;
  if (min > max) throw new Contradiction('no text fits');
  if (patterns.length > 0) return matchingText(dice, facts, words);
  if (formats.length > 0) {
    const text = formatText(dice, formats[0]!, words);
    if (text !== null) {
      const length = lengthOf(text);
      if (length < min || length > max) throw new Contradiction('no text of this format is so long');
      return text;
    }
  }
  const text = fitted(plainText(dice, min, max, words), min, max);
  if (matches?.(text) === false) throw new Contradiction('no text fits');
  return text;
}

/** Anything, whatever its length. */
function plainText(dice: Dice, min: number, max: number, words: Words): string {
  const ends = [min, min + 1, max - 1, max].filter((length) => length >= 0 && length <= 100_000);
  return dice.oneOf<string>(
    [4, () => dice.pick(plainWords)],
    [4, () => dice.pick(oddTexts)],
    [words.texts.length > 0 ? 3 : 0, () => dice.pick(words.texts)],
    [3, () => anyChars(dice)],
    [2, () => dice.of(anyGraphemes(dice.fc))],
    [4, () => sentence(dice, words)],
    // To the limits and beyond what anybody tried by hand.
    [3, () => run(dice, dice.pick(ends))],
    [2, () => run(dice, dice.pick(lengths))],
    [max > 1000 ? 1 : 0, () => run(dice, dice.pick(longLengths))],
  );
}

/** Any characters at all but halves of pairs. fast-check has an arbitrary of them, and needs most of a second to make it. */
function anyChars(dice: Dice): string {
  return Array.from({ length: dice.int(0, 12) }, () => {
    const code = dice.oneOf([2, () => dice.int(0, 0x24f)], [2, () => dice.int(0, 0xffff)], [1, () => dice.int(0x1_0000, 0x10_ffff)]);
    return code >= 0xd800 && code <= 0xdfff ? ' ' : String.fromCodePoint(code);
  }).join('');
}

const anyGraphemes = once((fc) => fc.string({ unit: 'grapheme', maxLength: 40 }));

/** Arbitraries of texts take a millisecond to make. */
function once<Value>(make: (fc: FastCheck) => Value): (fc: FastCheck) => Value {
  let made: Value | undefined;
  return (fc) => (made ??= make(fc));
}

/** One thing over and over, at times with a last character that is not like the others: what matched so far does not match. */
function run(dice: Dice, length: number): string {
  const part = dice.pick(repeated);
  const chars = Array.from(part);
  const text = part.repeat(Math.floor(length / chars.length)) + chars.slice(0, length % chars.length).join('');
  if (length < 2 || dice.chance(50)) return text;
  const rest = Array.from(text).slice(1).join('');
  const odd = dice.pick(['!', 'x', '@', '\u{1f600}']);
  return dice.chance(50) ? rest + odd : odd + rest;
}

/** Several words, some of them odd. */
function sentence(dice: Dice, words: Words): string {
  const glue = dice.pick([' ', ' ', '', ', ', '\n']);
  const source = [plainWords, oddTexts, ...(words.texts.length > 0 ? [words.texts] : [])];
  return Array.from({ length: dice.pick([2, 3, 4, 5, 12]) }, () => dice.pick(dice.pick(source))).join(glue);
}

/** Cut, or filled up, to a length that is allowed. */
export function fitted(text: string, min: number, max: number): string {
  const chars = Array.from(text.toWellFormed());
  if (chars.length > max) return chars.slice(0, max).join('');
  if (chars.length >= min) return chars.join('');
  const filler = chars.length === 0 ? ['a'] : chars;
  return Array.from({ length: min }, (_, at) => filler[at % filler.length]).join('');
}

function matchingText(dice: Dice, { min = 0, max = Infinity, patterns = [], formats = [], matches }: TextFacts, words: Words): string {
  // What fast-check draws from one pattern matches it; with more to fulfil, the text has to be judged.
  const isSure = patterns.length === 1 && formats.length === 0;
  for (let tries = 0; tries < (isSure ? 100 : 30); tries++) {
    const drawn = textOfPattern(dice, dice.pick(patterns));
    const text = drawn === null || dice.chance(5) ? plainText(dice, min, max, words) : drawn.text;
    const length = lengthOf(text);
    if (length < min || length > max || !text.isWellFormed()) continue;
    if ((isSure && drawn?.text === text && drawn.isSure) || matches === undefined || matches(text)) return text;
  }
  throw new Contradiction('no text matches');
}

export function lengthOf(text: string): number {
  let length = 0;
  for (const _char of text) length++;
  return length;
}
