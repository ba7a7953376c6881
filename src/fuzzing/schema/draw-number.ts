import type { Dice } from '../dice.ts';
import type { Words } from '../words.ts';
import { Contradiction } from './contradiction.ts';

/** What a schema says of a number; what it does not say is absent. */
export interface NumberFacts {
  readonly isInteger?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Not `min` itself. */
  readonly isAbove?: boolean;
  readonly isBelow?: boolean;
  readonly multipleOf?: readonly number[];
}

const largest = Number.MAX_SAFE_INTEGER;
const usual = [0, 1, -1, 2, 3, 10, 100, -0, 0.5, 0.1, 1.1, 19.99, 1e-7, 1e15, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), largest, -largest];

/** A number at or near a boundary half of the time, else anywhere. @throws Contradiction */
export function drawNumber(dice: Dice, facts: NumberFacts, words: Words): number {
  const fits = (value: number) => isWithin(value, facts);
  for (let tries = 0; tries < 20; tries++) {
    const value = dice.oneOf<number>(
      [5, () => dice.pick(boundaries(facts))],
      [words.numbers.length > 0 ? 2 : 0, () => dice.pick(words.numbers) + dice.pick([-1, 0, 0, 1, 0.01])],
      [5, () => anywhere(dice, facts)],
    );
    if (fits(value)) return value;
  }
  const allowed = [...boundaries(facts), ...multiplesNear(facts)].filter(fits);
  if (allowed.length === 0) throw new Contradiction('no number fits');
  return dice.pick(allowed);
}

function isWithin(value: number, { isInteger, min = -Infinity, max = Infinity, isAbove, isBelow, multipleOf = [] }: NumberFacts): boolean {
  if (!Number.isFinite(value) || (isInteger === true && !Number.isInteger(value))) return false;
  if (isAbove === true ? value <= min : value < min) return false;
  if (isBelow === true ? value >= max : value > max) return false;
  // As the check does it: with the rounding of binary fractions.
  return multipleOf.every((step) => Number.isInteger(value / step));
}

/** The ends of the range, the first and last values inside, and the usual suspects. */
function boundaries({ isInteger, min, max, multipleOf }: NumberFacts): number[] {
  const steps = isInteger === true ? [1] : [1, 0.01, Number.EPSILON * Math.max(1, Math.abs(min ?? 0), Math.abs(max ?? 0))];
  const ends = [
    ...(min === undefined ? [] : [min, ...steps.map((step) => min + step)]),
    ...(max === undefined ? [] : [max, ...steps.map((step) => max - step)]),
    ...(min === undefined || max === undefined ? [] : [(min + max) / 2]),
  ];
  const near = multipleOf === undefined ? [] : multiplesNear({ min, max, multipleOf });
  const inside = usual.filter((value) => isWithin(value, { min: min ?? -Infinity, max: max ?? Infinity, isInteger: isInteger === true }));
  // Twice: a schema's own ends are where its author was last.
  return [...ends, ...ends, ...near, ...inside];
}

function multiplesNear({
  min,
  max,
  multipleOf = [],
}: {
  min?: number | undefined;
  max?: number | undefined;
  multipleOf?: readonly number[];
}) {
  const step = multipleOf.reduce((product, one) => (Number.isInteger(product / one) ? product : product * one), 1);
  return [
    0,
    step,
    -step,
    2 * step,
    10 * step,
    ...(min === undefined ? [] : [Math.ceil(min / step) * step, (Math.floor(min / step) + 1) * step]),
  ].concat(max === undefined ? [] : [Math.floor(max / step) * step, (Math.ceil(max / step) - 1) * step]);
}

function anywhere(dice: Dice, { isInteger, min, max, multipleOf = [] }: NumberFacts): number {
  const least = Math.max(min ?? (max === undefined || max > -1000 ? -1000 : max * 2), -largest);
  const most = Math.min(max ?? Math.max(1000, least * 2), largest);
  if (least > most) throw new Contradiction('no number fits');
  const step = multipleOf[0];
  if (step !== undefined) {
    const value = dice.int(Math.ceil(Math.max(least / step, -largest)), Math.floor(Math.min(most / step, largest))) * step;
    // 3 * 0.1 is 0.30000000000000004, and people write 0.3.
    return dice.chance(50) ? value : Number(value.toPrecision(15));
  }
  const whole = () => (Math.ceil(least) > Math.floor(most) ? least : dice.int(Math.ceil(least), Math.floor(most)));
  const small = () => Math.min(most, Math.max(least, dice.int(-12, 12)));
  if (isInteger === true) return dice.chance(50) ? small() : whole();
  // Not down to the smallest number there is: one divided by that is infinite, and nobody means it.
  const fraction = () => least + (most - least) * (dice.int(0, 1e12) / 1e12);
  return dice.oneOf<number>(
    [2, small],
    [2, whole],
    [3, () => Math.round(fraction() * 100) / 100],
    [1, () => small() + dice.int(0, 99) / 100],
    [2, fraction],
  );
}
