/** A set of whole numbers from 0 to 59: bits 0 to 29 in the first number, 30 to 59 in the second. */
export type NumberSet = readonly [low: number, high: number];

/** One item of the year field, `step` years apart. */
export interface YearRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Days of the month other than plain numbers. */
export type SpecialDay =
  /** `L` and `L-3`: so many days before the last. */
  | { readonly kind: 'before-last'; readonly days: number }
  /** `15W`: the weekday (Monday to Friday) of the month nearest to a day. */
  | { readonly kind: 'nearest-weekday'; readonly day: number }
  /** `LW`: the last day from Monday to Friday. */
  | { readonly kind: 'last-weekday' };

/** `FRI#2`, and `FRIL` (nth is `last`). Weekdays count from Sunday, 0. */
export interface NthWeekday {
  readonly weekday: number;
  readonly nth: number | 'last';
}

/** A cron line that was read. Months count from 1, weekdays from Sunday, 0. */
export interface CronFields {
  readonly seconds: NumberSet;
  readonly minutes: NumberSet;
  readonly hours: NumberSet;
  /** Plain days of the month, and those that depend on the month. */
  readonly days: NumberSet;
  readonly specialDays: readonly SpecialDay[];
  readonly months: NumberSet;
  readonly weekdays: NumberSet;
  readonly nthWeekdays: readonly NthWeekday[];
  /** Ascending by `from`; null: every year. */
  readonly years: readonly YearRange[] | null;
  /** How the two fields of days are joined: `either` suffices when both name days, else `both` have to fit. */
  readonly joins: 'either' | 'both';
  /**
   * Whether the rule repeats through the day rather than naming clock times: its hour field is `*`, holds a step, or holds all hours.
   * Decides what becomes of it when clocks are changed.
   */
  readonly repeats: boolean;
}

export const firstYear = 1970;
export const lastYear = 9999;

export function numberSet(numbers: Iterable<number>): NumberSet {
  let low = 0;
  let high = 0;
  for (const number of numbers) {
    if (number < 30) low |= 1 << number;
    else high |= 1 << (number - 30);
  }
  return [low, high];
}

export function has(set: NumberSet, number: number): boolean {
  return ((number < 30 ? set[0] >> number : set[1] >> (number - 30)) & 1) === 1;
}

/** The smallest member that is not below a number, -1 where there is none. */
export function firstFrom([low, high]: NumberSet, number: number): number {
  if (number < 30) {
    const rest = (low >> number) << number;
    if (rest !== 0) return lowestBit(rest);
    return high === 0 ? -1 : 30 + lowestBit(high);
  }
  const rest = number > 59 ? 0 : (high >> (number - 30)) << (number - 30);
  return rest === 0 ? -1 : 30 + lowestBit(rest);
}

export function membersOf(set: NumberSet): number[] {
  const members: number[] = [];
  for (let next = firstFrom(set, 0); next !== -1; next = firstFrom(set, next + 1)) members.push(next);
  return members;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
