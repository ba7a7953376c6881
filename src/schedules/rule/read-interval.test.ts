import { describe, expect, it } from 'vitest';
import { intervalInvalid, timeInvalid } from '../errors.ts';
import { compileRule, nextSlots } from './compile-rule.ts';
import { readInterval } from './read-interval.ts';

describe('an interval', () => {
  it.each([
    [600, 600_000],
    [1.5, 1_500],
    ['600', 600_000],
    ['10m', 600_000],
    [' 10 M ', null],
    ['10M', 600_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
    ['90s', 90_000],
    ['1500ms', 1_500],
    ['1s500ms', 1_500],
    ['1.1s', 1_100],
    ['1.001s', 1_001],
    [4.035, 4_035],
    ['PT10M', 600_000],
    ['pt1h30m', 5_400_000],
    ['PT0.5H', 1_800_000],
    ['PT1,5S', 1_500],
    ['P1DT12H', 129_600_000],
    ['P2W', 1_209_600_000],
    ['3650d', 315_360_000_000],
  ])('%j is read', (interval, expected) => {
    if (expected === null) expect(() => readInterval(interval)).toThrow(expect.objectContaining({ code: intervalInvalid.code }) as Error);
    else expect(readInterval(interval)).toBe(expected);
  });

  it.each([
    ['', 'it is empty'],
    [0, 'it is shorter than 1 s'],
    [-5, 'it is shorter than 1 s'],
    ['999ms', 'it is shorter than 1 s'],
    ['0.9999s', 'it is shorter than 1 s'],
    ['3651d', 'it is longer than 3650 days'],
    [1e15, 'it is longer than 3650 days'],
    ['1.0001s', 'it is not a whole number of milliseconds'],
    ['P1M', 'months and years have no fixed length; use a cron rule for them'],
    ['P1Y2D', 'months and years have no fixed length; use a cron rule for them'],
    [Number.NaN, 'it is not a duration'],
    [Infinity, 'it is not a duration'],
    ['10', null],
    ['10x', 'it is not a duration'],
    ['m', 'it is not a duration'],
    ['30m1h', 'it is not a duration'],
    ['1h1h', 'it is not a duration'],
    ['P', 'it is not a duration'],
    ['PT', 'it is not a duration'],
    ['P1DT', 'it is not a duration'],
    ['1 day', 'it is not a duration'],
    ['*/5 * * * *', 'it is not a duration'],
    ['9'.repeat(5_000), 'it is longer than 3650 days'],
  ])('%j is refused and says why', (interval, problem) => {
    if (problem === null) expect(readInterval(interval)).toBe(10_000);
    else
      expect(() => readInterval(interval)).toThrow(
        expect.objectContaining({ code: intervalInvalid.code, data: expect.objectContaining({ problem }) }) as Error,
      );
  });

  it('comes due by arithmetic from its first slot, which is one of them', () => {
    const anchorAt = Date.parse('2026-01-01T00:00:07Z');
    const rule = compileRule({ kind: 'interval', everyMs: 600_000, anchorAt });
    expect(nextSlots(rule, anchorAt - 86_400_000, 3).map((slot) => slot - anchorAt)).toEqual([0, 600_000, 1_200_000]);
    expect(rule.nextAfter(anchorAt)).toBe(anchorAt + 600_000);
    expect(rule.nextAfter(anchorAt + 599_999)).toBe(anchorAt + 600_000);
    expect(rule.nextAfter(anchorAt + 1e9 * 600_000)).toBe(
      anchorAt + (1e9 + 1) * 600_000 < 253_402_300_800_000 ? anchorAt + (1e9 + 1) * 600_000 : null,
    );
    expect(rule.describe()).toBe('Every 10 minutes, counted from 2026-01-01T00:00:07.000Z');
  });

  it('goes on in time that passes when clocks are changed', () => {
    const rule = compileRule({ kind: 'cron', expression: '@every 24h', timeZone: 'Europe/Berlin' });
    const slots = nextSlots(rule, Date.parse('2026-03-27T12:00Z'), 3);
    expect(slots.map((slot) => new Date(slot).toISOString())).toEqual([
      '2026-03-28T00:00:00.000Z',
      '2026-03-29T00:00:00.000Z',
      '2026-03-30T00:00:00.000Z',
    ]);
  });

  it.each([
    [1_000, 'Every second'],
    [60_000, 'Every minute'],
    [90_000, 'Every 1 minute and 30 seconds'],
    [86_400_000, 'Every day'],
    [90_061_001, 'Every 1 day, 1 hour, 1 minute, 1 second and 1 millisecond'],
  ])('of %i ms is said in words', (everyMs, words) => {
    expect(compileRule({ kind: 'interval', everyMs, anchorAt: 0 }).describe()).toBe(`${words}, counted from 1970-01-01T00:00:00.000Z`);
  });

  it.each([0, 999, 1_000.5, Number.NaN, Infinity, -1_000, 4e11])('of %d ms is refused', (everyMs) => {
    expect(() => compileRule({ kind: 'interval', everyMs, anchorAt: 0 })).toThrow(
      expect.objectContaining({ code: intervalInvalid.code }) as Error,
    );
  });
  it('is refused without a time to count from', () => {
    expect(() => compileRule({ kind: 'interval', everyMs: 1_000, anchorAt: Number.NaN })).toThrow(
      expect.objectContaining({ code: timeInvalid.code }) as Error,
    );
  });
});

describe('a single time', () => {
  it('comes due once', () => {
    const at = Date.parse('2030-01-31T09:00:00Z');
    const rule = compileRule({ kind: 'once', at });
    expect([rule.nextAfter(0), rule.nextAfter(at - 1), rule.nextAfter(at)]).toEqual([at, at, null]);
    expect(rule.describe()).toBe('Once, at 2030-01-31T09:00:00.000Z');
  });
  it.each([Number.NaN, -1, 1.5, 8.64e15])('that is %d is refused', (at) => {
    expect(() => compileRule({ kind: 'once', at })).toThrow(expect.objectContaining({ code: timeInvalid.code }) as Error);
  });
});
