import { describe, expect, it } from 'vitest';
import { cronInvalid, dateImpossible } from '../errors.ts';
import { compileRule, nextSlots } from './compile-rule.ts';

const start = Date.parse('2026-01-01T00:00:00Z') - 1;
/** The first slots of 2026 in UTC, written as briefly as they can be. */
function slots(expression: string, count = 4): string[] {
  const rule = compileRule({ kind: 'cron', expression, timeZone: 'UTC' });
  return nextSlots(rule, start, count).map((slot) =>
    new Date(slot)
      .toISOString()
      .replace(/^2026-/, '')
      .replace(/(:00)?\.000Z$/, ''),
  );
}
function refusal(expression: string) {
  try {
    compileRule({ kind: 'cron', expression, timeZone: 'UTC' });
  } catch (error) {
    if (cronInvalid.is(error)) return { problem: error.data.problem, character: error.data.character, hint: error.hint };
    throw error;
  }
  return null;
}

describe('a cron line', () => {
  it.each([
    ['30 9 * * 1-5', ['01-01T09:30', '01-02T09:30', '01-05T09:30', '01-06T09:30']],
    ['15 30 9 * * 1-5', ['01-01T09:30:15', '01-02T09:30:15', '01-05T09:30:15', '01-06T09:30:15']],
    ['0 30 9 1 1 ? 2026-2028/2', ['01-01T09:30', '2028-01-01T09:30']],
    ['0 0 * * 0', ['01-04T00:00', '01-11T00:00', '01-18T00:00', '01-25T00:00']],
    ['0 0 * * 7', ['01-04T00:00', '01-11T00:00', '01-18T00:00', '01-25T00:00']],
    ['0 0 0 * * 1', ['01-05T00:00', '01-12T00:00', '01-19T00:00', '01-26T00:00']],
    ['0 0 0 * * 1 *', ['01-05T00:00', '01-12T00:00', '01-19T00:00', '01-26T00:00']],
    ['0 0 * * sUnDaY', ['01-04T00:00', '01-11T00:00', '01-18T00:00', '01-25T00:00']],
    ['0 0 * * 5-7', ['01-02T00:00', '01-03T00:00', '01-04T00:00', '01-09T00:00']],
    ['0 0 * * FRI-MON', ['01-02T00:00', '01-03T00:00', '01-04T00:00', '01-05T00:00']],
    ['0 22-2 2 1 *', ['01-02T00:00', '01-02T01:00', '01-02T02:00', '01-02T22:00']],
    ['0 0 1 NOV-FEB *', ['01-01T00:00', '02-01T00:00', '11-01T00:00', '12-01T00:00']],
    ['5/20 0 1 1 *', ['01-01T00:05', '01-01T00:25', '01-01T00:45', '2027-01-01T00:05']],
    ['08-09 00 01 01 *', ['01-01T00:08', '01-01T00:09', '2027-01-01T00:08', '2027-01-01T00:09']],
    ['*/60 0 * * *', ['01-01T00:00', '01-02T00:00', '01-03T00:00', '01-04T00:00']],
    ['0 0 L * *', ['01-31T00:00', '02-28T00:00', '03-31T00:00', '04-30T00:00']],
    ['0 0 l-30 * *', ['01-01T00:00', '03-01T00:00', '05-01T00:00', '07-01T00:00']],
    ['0 0 LW * *', ['01-30T00:00', '02-27T00:00', '03-31T00:00', '04-30T00:00']],
    ['0 0 1W * *', ['01-01T00:00', '02-02T00:00', '03-02T00:00', '04-01T00:00']],
    ['0 0 31W * *', ['01-30T00:00', '03-31T00:00', '05-29T00:00', '07-31T00:00']],
    ['0 0 31W 4,5 *', ['05-29T00:00', '2027-05-31T00:00', '2028-05-31T00:00', '2029-05-31T00:00']],
    ['0 0 * * 7/2', ['01-04T00:00', '01-11T00:00', '01-18T00:00', '01-25T00:00']],
    ['0 0 1,15W,L 1 *', ['01-01T00:00', '01-15T00:00', '01-31T00:00', '2027-01-01T00:00']],
    ['0 0 * * FRI#5', ['01-30T00:00', '05-29T00:00', '07-31T00:00', '10-30T00:00']],
    ['0 0 * * 1L,1#1', ['01-05T00:00', '01-26T00:00', '02-02T00:00', '02-23T00:00']],
    ['0 0 13 * FRI', ['01-02T00:00', '01-09T00:00', '01-13T00:00', '01-16T00:00']],
    ['0 0 */2 * FRI', ['01-09T00:00', '01-23T00:00', '02-13T00:00', '02-27T00:00']],
    ['0 0 1-7 * */2', ['01-01T00:00', '01-03T00:00', '01-04T00:00', '01-06T00:00']],
    ['0 0 29 2 *', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00', '2040-02-29T00:00']],
    ['0 0 0 29 2 ? 2096-2110', ['2096-02-29T00:00', '2104-02-29T00:00', '2108-02-29T00:00']],
    ['\t0\t0  1 \n 1  * ', ['01-01T00:00', '2027-01-01T00:00', '2028-01-01T00:00', '2029-01-01T00:00']],
    ['@yearly', ['01-01T00:00', '2027-01-01T00:00', '2028-01-01T00:00', '2029-01-01T00:00']],
    ['@annually', ['01-01T00:00', '2027-01-01T00:00', '2028-01-01T00:00', '2029-01-01T00:00']],
    ['@monthly', ['01-01T00:00', '02-01T00:00', '03-01T00:00', '04-01T00:00']],
    [' @Weekly', ['01-04T00:00', '01-11T00:00', '01-18T00:00', '01-25T00:00']],
    ['@daily', ['01-01T00:00', '01-02T00:00', '01-03T00:00', '01-04T00:00']],
    ['@midnight', ['01-01T00:00', '01-02T00:00', '01-03T00:00', '01-04T00:00']],
    ['@HOURLY', ['01-01T00:00', '01-01T01:00', '01-01T02:00', '01-01T03:00']],
    ['@every 90m', ['01-01T00:00', '01-01T01:30', '01-01T03:00', '01-01T04:30']],
    ['0 0 0 1 1 * 2020', []],
  ])('%j comes due', (expression, expected) => {
    expect(slots(expression)).toEqual(expected);
  });

  it.each([
    ['', 'it has 0 fields', null],
    ['* * * *', 'it has 4 fields', null],
    ['* * * * * * * *', 'it has 8 fields', null],
    ['60 * * * *', 'the minute is 0 to 59, not 60', 1],
    ['0 24 * * *', 'the hour is 0 to 23, not 24', 3],
    ['0 0 0 * *', 'the day of the month is 1 to 31, not 0', 5],
    ['0  0 32 * *', 'the day of the month is 1 to 31, not 32', 6],
    ['0 0 1 13 *', 'the month is 1 to 12, not 13', 7],
    ['0 0 * * 8', 'the weekday is 0 to 7, not 8', 9],
    ['0 0 0 1 1 * 1969', 'the year is 1970 to 9999, not 1969', 13],
    ['0 0 0 1 1 * 2030-2029', 'the range of years 2030-2029 ends before it begins', 13],
    ['0 0 0 1 1 * */4', 'a step of years has no year to begin with', 13],
    ['0 0 * * MOON', '"MOON" is no weekday', 9],
    ['0 0 * JANU *', '"JANU" is no month', 7],
    ['0 0 * MON *', '"MON" is no month', 7],
    ['*/0 * * * *', 'the step of the minute is 0', 3],
    ['*/90 * * * *', 'the step 90 of the minute is larger than the 60 values there are', 3],
    ['*/x * * * *', 'the step "X" of the minute is not a number', 3],
    ['*/ * * * *', 'the step "" of the minute is not a number', 3],
    ['1/2/3 * * * *', 'the step "2/3" of the minute is not a number', 3],
    ['1, * * * *', 'the list of the minute ends with a comma', 2],
    ['1,,2 * * * *', 'the list of the minute has an empty place', 3],
    [',1 * * * *', 'the list of the minute has an empty place', 1],
    [', * * * *', 'the list of the minute has an empty place', 1],
    ['1-2-3 * * * *', '"2-3" is no minute', 3],
    ['1- * * * *', '"" is no minute', 3],
    ['-5 * * * *', '"-5" is no minute', 1],
    ['+5 * * * *', '"+5" is no minute', 1],
    ['1.5 * * * *', '"1.5" is no minute', 1],
    ['1e1 * * * *', '"1E1" is no minute', 1],
    ['00000 * * * *', '"00000" is no minute', 1],
    ['? * * * *', '? stands in the field of the minute', 1],
    ['0 0 ?,1 * *', '"?" is no day of the month', 5],
    ['0 0 L-31 * *', '"L-31" is no day of the month', 5],
    ['0 0 32W * *', 'the day of the month is 1 to 31, not 32', 5],
    ['0 0 1-5W * *', '"5W" is no day of the month', 7],
    ['0 0 * * L', 'L alone is no weekday', 9],
    ['0 0 * * FRI#6', '"FRI#6" is no weekday of a month', 13],
    ['0 0 * * FRI#', '"FRI#" is no weekday of a month', 13],
    ['0 0 * * MON-FRI#2', '"MON-FRI" is no weekday', 9],
    ['@reboot', 'there is no @reboot', 1],
    ['  @nightly', 'there is no @nightly', 3],
    ['@daily now', 'there is no @daily', 1],
    ['@every', 'it is empty', null],
    ['@every 0s', 'it is shorter than 1 s', null],
    ['CRON_TZ=Europe/Berlin 0 9 * * *', 'it names a time zone', 1],
    ['0 9 * * ١', 'it holds "١", which no rule does', 9],
    ['０ 9 * * *', 'it holds "０", which no rule does', 1],
    ['0 9 * * \u0000', 'it holds "\\u0000", which no rule does', 9],
    [`${'1,'.repeat(600)}1 * * * *`, 'it is longer than 1000 characters', null],
  ])('%j is refused, with its place', (expression, problem, character) => {
    expect(refusal(expression)).toMatchObject({ problem, character });
  });

  it('is refused with what may stand there', () => {
    expect(refusal('0 0 * * MOON')!.hint).toContain('0 and 7 are Sunday and 1 is Monday');
    expect(refusal('*/90 * * * *')!.hint).toContain('@every 90m');
    expect(refusal('0 24 * * *')!.hint).toContain('0 (midnight) to 23');
    expect(refusal('* * * *')!.hint).toContain('minute, hour, day of the month, month, weekday');
  });

  it.each(['0 0 31 2 *', '0 0 30 FEB *', '0 0 31 4,6,9,11 *', '0 0 0 29 2 * 2027', '0 0 0 29 2 ? 1970/100', '0 0 */2 2 FRI#5'])(
    '%j is refused where no date fits',
    (expression) => {
      const isPossible = expression.endsWith('FRI#5');
      const compile = () => compileRule({ kind: 'cron', expression, timeZone: 'UTC' });
      if (isPossible) expect(compile).not.toThrow();
      else expect(compile).toThrow(expect.objectContaining({ code: dateImpossible.code }) as Error);
    },
  );

  it('begins with the first day of a year that is still to come', () => {
    const rule = compileRule({ kind: 'cron', expression: '0 0 0 1 1,8 ? 2030', timeZone: 'UTC' });
    expect(rule.nextAfter(Date.parse('2026-06-15T12:00Z'))).toBe(Date.parse('2030-01-01T00:00Z'));
  });

  it('ends with the year 9999', () => {
    const rule = compileRule({ kind: 'cron', expression: '0 0 0 31 12 ? 9998/1', timeZone: 'UTC' });
    expect(nextSlots(rule, start, 5).map((slot) => new Date(slot).getUTCFullYear())).toEqual([9998, 9999]);
    const always = compileRule({ kind: 'cron', expression: '* * * * *', timeZone: 'Pacific/Kiritimati' });
    expect(always.nextAfter(Number.MAX_SAFE_INTEGER)).toBeNull();
    expect(always.nextAfter(Infinity)).toBeNull();
    expect(always.nextAfter(-Infinity)).toBe(Date.parse('1970-01-01T10:40:00Z'));
  });
});
