import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronLine, weekdays } from '#testing/cron-lines.ts';
import { dateImpossible } from '../errors.ts';
import { compileRule } from './compile-rule.ts';

const compile = (expression: string, timeZone = 'UTC') => compileRule({ kind: 'cron', expression, timeZone });
const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];
const dayMs = 86_400_000;

describe('a rule in words', () => {
  it.each([
    ['* * * * *', 'Every minute'],
    ['* * * * * *', 'Every second'],
    ['5/10 * * * *', 'Every 10 minutes, starting at 5 minutes past the hour'],
    ['*/7 * * * *', 'At 0, 7, 14, 21, 28, 35, 42, 49, and 56 minutes past the hour'],
    ['0 */5 * * *', 'At 00:00, 05:00, 10:00, 15:00 and 20:00, every day'],
    ['0-10 9,17 * * *', 'Minutes 0 through 10 past the hour, at 09:00 and 17:00'],
    ['0 0 * * *', 'At 00:00, every day'],
    ['0 0 29 2 *', 'At 00:00, on day 29 of the month, in February'],
    [
      '0 0 1,15W,L-2,L-1,L * *',
      'At 00:00, on day 1, the weekday (Monday to Friday) nearest to day 15, the day 2 days before the last day, the day before the last day and the last day of the month',
    ],
    ['0 0 1-31 * MON', 'At 00:00, every day'],
    ['0 0 * JAN,MAR-JUN SAT,SUN', 'At 00:00, only on Saturday and Sunday, in January and March through June'],
    ['0 0 0 1 1 ? 2030-2040/2,2029', 'At 00:00, on day 1 of the month, in January, in 2029 and every 2 years from 2030 through 2040'],
  ])('%s: %s', (expression, words) => {
    expect(compile(expression).describe()).toBe(`${words} (UTC)`);
  });

  it('names the days on which it comes due, and no others', () => {
    fc.assert(
      fc.property(weekdays(), (field) => {
        const rule = compile(`0 12 * * ${field}`);
        const means = wordsToDays(rule.describe());
        for (let noon = Date.UTC(2026, 0, 1, 12); noon < Date.UTC(2026, 4, 1); noon += dayMs) {
          expect(rule.nextAfter(noon - 1) === noon, `${field}: ${rule.describe()}: ${new Date(noon).toUTCString()}`).toBe(means(noon));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('can be said of every rule that can be read', () => {
    fc.assert(
      fc.property(cronLine(), (line) => {
        try {
          expect(compile(line, 'Europe/Berlin').describe()).toMatch(/^[A-Z].{5,}\S \(Europe\/Berlin\)$/);
          expect(compile(line).describe()).not.toMatch(/undefined|NaN|null|, ,|  /);
        } catch (error) {
          if (!dateImpossible.is(error)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Reads the part on weekdays back: which days the words name. */
function wordsToDays(words: string): (time: number) => boolean {
  if (words === 'At 12:00, every day (UTC)') return () => true;
  const said = /^At 12:00, (?:only on |on )?(.*) \(UTC\)$/.exec(words)![1]!;
  const tests = said.split(/, | and /).map((item): ((time: number) => boolean) => {
    const nth = /^the (\w+) (\w+) of the month$/.exec(item);
    if (nth) {
      const isNamed = (time: number) => names[new Date(time).getUTCDay()] === nth[2];
      const monthAfter = (time: number, days: number) => new Date(time + days * dayMs).getUTCMonth();
      if (nth[1] === 'last') return (time) => isNamed(time) && monthAfter(time, 7) !== monthAfter(time, 0);
      return (time) => isNamed(time) && Math.floor((new Date(time).getUTCDate() - 1) / 7) === ordinals.indexOf(nth[1]!);
    }
    const [from, to = from] = item.split(' through ') as [string, string?];
    if (!names.includes(from) || !names.includes(to)) throw new Error(`${JSON.stringify(item)} names no day`);
    const days: string[] = [];
    for (let day = names.indexOf(from); ; day = (day + 1) % 7) {
      days.push(names[day]!);
      if (names[day] === to) break;
    }
    return (time) => days.includes(names[new Date(time).getUTCDay()]!);
  });
  return (time) => tests.some((test) => test(time));
}
