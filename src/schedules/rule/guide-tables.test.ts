import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileRule, nextSlots } from './compile-rule.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/schedules.md'), 'utf8');
const rowsOf = (heading: string) => {
  const [, table] = guide.split(`| ${heading} |\n`) as [string, string];
  return table
    .split('\n\n')[0]!
    .split('\n')
    .slice(1)
    .map((row) =>
      row
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.replaceAll('`', '')),
    );
};

describe('the tables of the guide to schedules', () => {
  const words = rowsOf('rule | in words');
  it.each(words)('%s: %s', (expression, inWords) => {
    expect(compileRule({ kind: 'cron', expression: expression, timeZone: 'UTC' }).describe()).toBe(`${inWords} (UTC)`);
  });

  const changes = rowsOf('zone | change | rule | comes due');
  it.each(changes)('%s, where %s: %s', (timeZone, _, expression, comesDue) => {
    const rule = compileRule({ kind: 'cron', expression: expression, timeZone: timeZone });
    const times = comesDue.split(', ');
    const slots = nextSlots(rule, Date.parse(times[0]!) - 1, times.length);
    expect(slots.map((slot) => written(slot, timeZone))).toEqual(times);
  });

  it('are both there', () => {
    expect(words.length).toBeGreaterThan(8);
    expect(changes.length).toBeGreaterThan(15);
  });
});

/** As a clock of the zone shows it: 2026-03-29T03:00+02:00. */
function written(time: number, timeZone: string): string {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(time);
  const [, offset] = /GMT(.*)$/.exec(new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(time))!;
  return `${local.replace(' ', 'T')}${offset || '+00:00'}`;
}
