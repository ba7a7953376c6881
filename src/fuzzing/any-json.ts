import type { Json } from '#kernel/index.ts';
import type { Dice } from './dice.ts';
import { drawNumber } from './schema/draw-number.ts';
import { drawText } from './schema/draw-text.ts';
import { fieldName } from './schema/field-names.ts';
import type { Words } from './words.ts';

/** Any JSON value, small more often than large. */
export function anyJson(dice: Dice, words: Words, depth = 0): Json {
  return dice.oneOf<Json>(
    [2, () => null],
    [2, () => dice.chance(50)],
    [4, () => drawNumber(dice, {}, words)],
    [5, () => drawText(dice, {}, words)],
    [depth > 3 ? 0 : 3, () => Array.from({ length: dice.int(0, 3) }, () => anyJson(dice, words, depth + 1))],
    [depth > 3 ? 0 : 4, () => anyObject(dice, words, depth + 1)],
  );
}

/** Any JSON object. */
export function anyObject(dice: Dice, words: Words, depth = 0): { [key: string]: Json } {
  return Object.fromEntries(Array.from({ length: dice.int(0, 4) }, () => [fieldName(dice, words), anyJson(dice, words, depth + 1)]));
}
