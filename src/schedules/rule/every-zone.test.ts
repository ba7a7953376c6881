import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronLine, dailyLine } from '#testing/cron-lines.ts';
import { clockChanges, cronOracle } from '#testing/cron-oracle.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { dateImpossible } from '../errors.ts';
import { compileRule } from './compile-rule.ts';
import type { Rule } from './rule.ts';

/** More rounds look at more lines in each zone; the same seed looks at the same ones. */
const rounds = Number(process.env['RATCHET_CRON_ROUNDS'] ?? 1);
const seed = Number(process.env['RATCHET_CRON_SEED'] ?? 1);

const dayMs = 86_400_000;
const [from, to] = [Date.UTC(2007, 0, 1), Date.UTC(2027, 0, 1)];
const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

describe(`cron lines in every time zone from 2007 to 2027 (RATCHET_CRON_SEED=${seed}, RATCHET_CRON_ROUNDS=${rounds})`, () => {
  it('come due around changed clocks as the guide says: no hole, no duplicate', { timeout: 60_000 * (rounds + 1) }, () => {
    verifies('schedules.every-zone');
    for (const [index, zone] of zones.entries()) {
      const changes = clockChanges(zone, from, to);
      const somewhere = fc.record({
        change: fc.nat(Math.max(0, changes.length - 1)),
        at: fc.integer({ min: from / 1000, max: to / 1000 - 1 }),
        nearChange: fc.boolean(),
      });
      // Where clocks are never changed, any time is as good as another.
      const windowOf = ({ change, at, nearChange }: { change: number; at: number; nearChange: boolean }) =>
        nearChange && changes.length > 0 ? changes[change]! - 1.2 * dayMs : at * 1000;
      const property = fc.property(
        fc.constant(zone),
        cronLine(),
        fc.array(somewhere, { minLength: 3, maxLength: 3 }),
        (timeZone, line, windows) => {
          const rule = ruleOf(line, timeZone);
          for (const window of windows) if (rule) compare(rule, line, timeZone, windowOf(window), windowOf(window) + 2.6 * dayMs);
        },
      );
      fc.assert(property, { numRuns: 2 * rounds, seed: seed + index });
    }
  });

  it('come due through all twenty years as the guide says', { timeout: 60_000 * (rounds + 1) }, () => {
    for (const [index, zone] of zones.entries()) {
      const property = fc.property(fc.constant(zone), dailyLine(), (timeZone, line) => {
        const rule = ruleOf(line, timeZone);
        if (rule) compare(rule, line, timeZone, from, to);
      });
      fc.assert(property, { numRuns: rounds, seed: seed + index });
    }
  });

  it('come due after any time, not only after one of their own', { timeout: 60_000 * (rounds + 1) }, () => {
    for (const [index, zone] of zones.entries()) {
      const changes = clockChanges(zone, from, to);
      if (changes.length === 0) continue;
      const near = fc.record({ change: fc.constantFrom(...changes), away: fc.integer({ min: -4 * 3_600_000, max: 4 * 3_600_000 }) });
      const property = fc.property(fc.constant(zone), cronLine(), near, (timeZone, line, { change, away }) => {
        const rule = ruleOf(line, timeZone);
        const after = change + away;
        const whole = Math.floor(after / 1000) * 1000 + 1000;
        const expected = rule && cronOracle(line, timeZone, whole, whole + 2 * dayMs)[0];
        const got = rule?.nextAfter(after) ?? null;
        if (rule) expect(got !== null && got < whole + 2 * dayMs ? got : undefined).toBe(expected);
      });
      fc.assert(property, { numRuns: 2 * rounds, seed: seed + index });
    }
  });
});

/** Null for a line that is refused because its date does not exist; the oracle is then asked whether it really does not. */
function ruleOf(expression: string, timeZone: string): Rule | null {
  try {
    return compileRule({ kind: 'cron', expression, timeZone });
  } catch (error) {
    if (!dateImpossible.is(error)) throw error;
    expect(cronOracle(expression, 'UTC', from, to)).toEqual([]);
    return null;
  }
}

function compare(rule: Rule, line: string, timeZone: string, start: number, end: number): void {
  const first = Math.floor(start / 1000) * 1000;
  const last = Math.floor(end / 1000) * 1000;
  const slots: number[] = [];
  for (let next = rule.nextAfter(first - 1); next !== null && next < last; next = rule.nextAfter(next)) {
    if (slots.length > 0 && next <= slots.at(-1)!)
      expect.fail(`${new Date(next).toISOString()} comes after ${new Date(slots.at(-1)!).toISOString()}`);
    slots.push(next);
  }
  const expected = cronOracle(line, timeZone, first, last);
  const wrong = slots.findIndex((slot, index) => slot !== expected[index]);
  if (wrong === -1 && slots.length === expected.length) return;
  const shown = (list: readonly number[]) => list.slice(Math.max(0, wrong - 2), wrong + 3).map((slot) => new Date(slot).toISOString());
  expect(shown(slots)).toEqual(shown(expected));
  expect(slots).toEqual(expected);
}
