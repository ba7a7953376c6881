import fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { RatchetError } from '#kernel/index.ts';
import { cronLine } from '#testing/cron-lines.ts';
import { compileRule, nextSlots } from './compile-rule.ts';
import { readInterval } from './read-interval.ts';
import type { Rule } from './rule.ts';

const codes = /^SCHEDULE_(?:CRON_INVALID|DATE_IMPOSSIBLE|TIME_ZONE_UNKNOWN|INTERVAL_INVALID|TIME_INVALID)$/;
const likeCron = fc.string({ unit: fc.constantFrom(...Array.from('0123456789*/,-?LW# \t@MONFRI')), maxLength: 40 });
/** A line that was good until somebody's finger slipped. */
const nearCron = fc
  .tuple(cronLine(), fc.nat(60), fc.constantFrom(...Array.from('*/,-?LW#90 @')))
  .map(([line, at, letter]) => line.slice(0, at) + letter + line.slice(at + 1));

function tryRule(make: () => Rule): void {
  const began = performance.now();
  try {
    const slots = nextSlots(make(), Date.UTC(2026, 0, 1), 3);
    expect(slots.every((slot, index) => Number.isInteger(slot) && (index === 0 || slot > slots[index - 1]!))).toBe(true);
  } catch (error) {
    if (!(error instanceof RatchetError) || !codes.test(error.code)) throw error;
    expect(error.message.length).toBeLessThan(500);
  }
  expect(performance.now() - began).toBeLessThan(2_000);
}

describe('whatever is written in the place of a rule', () => {
  it.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 100 })],
    ['letters of cron lines', likeCron],
    ['cron lines with a slip', nearCron],
  ])('is read or refused with one of the errors of rules, and takes no time: %s', (_, text) => {
    fc.assert(
      fc.property(text, (expression) => tryRule(() => compileRule({ kind: 'cron', expression, timeZone: 'Europe/Berlin' }))),
      { numRuns: 5_000 },
    );
  });
  it('is refused as a time zone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (timeZone) =>
        tryRule(() => compileRule({ kind: 'cron', expression: '0 9 * * *', timeZone })),
      ),
      { numRuns: 300 },
    );
  });
  it('is refused as an interval', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789.,smhdwPTYMWDH ')), maxLength: 30 }),
      fc.double(),
    );
    fc.assert(
      fc.property(text, (interval) => tryRule(() => compileRule({ kind: 'interval', everyMs: readInterval(interval), anchorAt: 0 }))),
      { numRuns: 5_000 },
    );
  });
  it('takes no time where dates are rare', () => {
    for (const expression of [
      '0 0 0 29 2 MON#5 *',
      '0 0 0 29 2 ? 1972/400',
      '0 0 0 31 2,4 ? 1970/1',
      '0 0 0 1 1 ? 9999',
      `0 0 0 29 2 ? ${'1971/100,'.repeat(90)}1972`,
    ]) {
      tryRule(() => compileRule({ kind: 'cron', expression, timeZone: 'Europe/Berlin' }));
    }
  });
});

describe('ten thousand rules', () => {
  it('take little memory and answer at once', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const zones = Intl.supportedValuesOf('timeZone').slice(0, 50);
    const specOf = (index: number) =>
      ({ kind: 'cron', expression: `${index % 60} ${index % 24} ${(index % 28) + 1} * *`, timeZone: zones[index % 50]! }) as const;
    const now = Date.UTC(2026, 0, 1);
    for (let index = 0; index < 50; index++) compileRule(specOf(index)).nextAfter(now);
    collect();
    const before = process.memoryUsage().heapUsed;
    const rules = Array.from({ length: 10_000 }, (_, index) => compileRule(specOf(index)));
    collect();
    expect((process.memoryUsage().heapUsed - before) / rules.length).toBeLessThan(2_048);
    const began = performance.now();
    for (const rule of rules) for (let month = 0; month < 10; month++) rule.nextAfter(now + month * 2_600_000_000);
    // 100,000 answers; one takes about a microsecond.
    expect((performance.now() - began) / 100_000).toBeLessThan(0.05);
  });
});
