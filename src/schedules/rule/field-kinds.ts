import { firstYear, lastYear } from './cron-fields.ts';

/** What one field of a cron line may hold. */
export interface FieldKind {
  readonly name: 'second' | 'minute' | 'hour' | 'day of the month' | 'month' | 'weekday' | 'year';
  readonly min: number;
  /** The largest number that may be written; of weekdays 7, which is Sunday as 0 is. */
  readonly max: number;
  /** How many different values there are. */
  readonly size: number;
  /** Names that stand for numbers, in capitals, short and long. */
  readonly names: ReadonlyMap<string, number>;
  /** What may be written, for whoever wrote something else. */
  readonly advice: string;
}

const usual = '`*`, lists such as 1,2, ranges such as 1-5 and steps such as */2';

export const monthNames = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
];
export const weekdayNames = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

const second = kind('second', 0, 59, `A second is 0 to 59: ${usual}.`);
const minute = kind('minute', 0, 59, `A minute is 0 to 59: ${usual}.`);
const hour = kind('hour', 0, 23, `An hour is 0 (midnight) to 23: ${usual}.`);
const day = kind(
  'day of the month',
  1,
  31,
  `A day of the month is 1 to 31: ${usual}; L is the last day, L-3 three days before it, 15W the nearest Monday to Friday, LW the last one.`,
);
const month = kind('month', 1, 12, `A month is 1 to 12 or JAN to DEC: ${usual}.`, monthNames);
const weekday = kind(
  'weekday',
  0,
  7,
  `A weekday is SUN to SAT, or 0 to 7 where 0 and 7 are Sunday and 1 is Monday: ${usual}; FRI#2 is the second Friday of the month, FRIL the last.`,
  weekdayNames,
);
const year = kind('year', firstYear, lastYear, `A year is ${firstYear} to ${lastYear}: ${usual.replace('*/2', '2030/2')}.`);

const five = [minute, hour, day, month, weekday];
/** The fields of a line by their number, in the order in which they are written. */
export const layouts: ReadonlyMap<number, readonly FieldKind[]> = new Map([
  [5, five],
  [6, [second, ...five]],
  [7, [second, ...five, year]],
]);

function kind(name: FieldKind['name'], min: number, max: number, advice: string, names: readonly string[] = []): FieldKind {
  const numbers = names.flatMap((long, index): [string, number][] => [
    [long, index + min],
    [long.slice(0, 3), index + min],
  ]);
  return { name, min, max, size: name === 'weekday' ? 7 : max - min + 1, names: new Map(numbers), advice };
}
