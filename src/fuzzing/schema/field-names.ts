import type { Dice } from '../dice.ts';
import type { Words } from '../words.ts';

/** Names that objects have already, that look like numbers, or that are easily mistaken for nothing. */
export const oddNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  '0',
  '-1',
  'a b',
  'null',
  '\u00e9',
  '\u{1f600}',
];

const plainNames = ['a', 'b', 'name', 'id', 'value', 'extra', 'x'];

/** A name for a field that no schema names. */
export function fieldName(dice: Dice, words: Words): string {
  return dice.oneOf<string>(
    [4, () => dice.pick(oddNames)],
    [4, () => dice.pick(plainNames)],
    [words.names.length > 0 ? 2 : 0, () => dice.pick(words.names)],
    [words.texts.length > 0 ? 1 : 0, () => dice.pick(words.texts)],
  );
}
