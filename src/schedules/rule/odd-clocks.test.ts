import { describe, expect, it } from 'vitest';
import { clockChanges, cronOracle } from '#testing/cron-oracle.ts';
import { compileRule, nextSlots } from './compile-rule.ts';

const dayMs = 86_400_000;
const lines = [
  '* * * * *',
  '30 * * * *',
  '0 */2 * * *',
  '0 */24 * * *',
  '15 2 * * *',
  '*/20 1-3 * * *',
  '0 0 * * *',
  '59 23 * * *',
  '0 12 * * FRI',
  '30 */3 31 12 *',
  '30 */3 * * SATL',
  '*/30 0-23 L * *',
];
/** Changes of half an hour, of two hours, of a day, at midnight, at the end of a year, for Ramadan, for good. */
const oddities = [
  ['Australia/Lord_Howe', '2026-01-01', '2027-01-01'],
  ['Antarctica/Troll', '2026-01-01', '2027-01-01'],
  ['Antarctica/Casey', '2009-06-01', '2012-06-01'],
  ['Africa/Cairo', '2010-01-01', '2011-01-01'],
  ['Africa/Cairo', '2026-01-01', '2027-01-01'],
  ['Africa/Casablanca', '2018-01-01', '2020-01-01'],
  ['America/Caracas', '2007-12-01', '2016-06-01'],
  ['America/Nuuk', '2023-01-01', '2025-01-01'],
  ['America/Sao_Paulo', '2018-01-01', '2019-06-01'],
  ['Asia/Kathmandu', '1985-12-01', '1986-02-01'],
  ['Asia/Pyongyang', '2015-01-01', '2019-01-01'],
  ['Asia/Tehran', '2021-01-01', '2023-01-01'],
  ['Europe/Istanbul', '2014-01-01', '2017-01-01'],
  ['Pacific/Apia', '2011-12-01', '2012-05-01'],
  ['Pacific/Fakaofo', '2011-12-01', '2012-02-01'],
  ['Pacific/Kiritimati', '1994-12-01', '1995-02-01'],
  ['Pacific/Kwajalein', '1993-08-01', '1993-09-01'],
  ['America/Recife', '2000-10-01', '2000-11-01'],
] as const;

describe('changes of the clocks that are unlike most', () => {
  it.each(oddities)('lose and double no slot in %s from %s to %s', (timeZone, from, to) => {
    const changes = clockChanges(timeZone, Date.parse(from), Date.parse(to));
    expect(changes.length).toBeGreaterThan(0);
    for (const expression of lines) {
      const rule = compileRule({ kind: 'cron', expression, timeZone });
      for (const change of changes) {
        const expected = cronOracle(expression, timeZone, change - 2 * dayMs, change + 3 * dayMs);
        const slots = nextSlots(rule, change - 2 * dayMs - 1, expected.length);
        expect({ expression, slots }).toEqual({ expression, slots: expected });
        const next = rule.nextAfter(slots.at(-1) ?? change - 2 * dayMs - 1);
        expect({ expression, isOver: next === null || next >= change + 3 * dayMs }).toEqual({ expression, isOver: true });
      }
    }
  });

  it('let a rule that repeats come due in the second of two equal hours, however far its next time is', () => {
    const rule = compileRule({ kind: 'cron', expression: '0 2/24 25 10 *', timeZone: 'Europe/Berlin' });
    expect(rule.nextAfter(Date.parse('2026-10-25T02:30+02:00'))).toBe(Date.parse('2026-10-25T02:00+01:00'));
  });

  it('are counted from the zone, not from the machine', () => {
    const rule = compileRule({ kind: 'cron', expression: '0 9 * * *', timeZone: 'Asia/Tokyo' });
    expect(rule.nextAfter(Date.parse('2026-01-01T00:00Z'))).toBe(Date.parse('2026-01-02T09:00+09:00'));
  });
});
