import { describe, expect, it } from 'vitest';
import { timeZoneUnknown } from '../errors.ts';
import { compileRule } from './compile-rule.ts';

const compile = (timeZone: string) => compileRule({ kind: 'cron', expression: '0 9 * * *', timeZone });
function refusal(timeZone: string) {
  try {
    compile(timeZone);
  } catch (error) {
    if (timeZoneUnknown.is(error)) return error;
    throw error;
  }
  return null;
}

describe('a time zone', () => {
  it.each([
    'UTC',
    'utc',
    'Etc/UTC',
    'GMT',
    'Europe/Berlin',
    'europe/berlin',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'US/Pacific',
    'EST5EDT',
    'Etc/GMT-14',
    'CET',
  ])('%s is known', (timeZone) => {
    expect(compile(timeZone).nextAfter(0)).not.toBeNull();
  });
  it.each([
    ['Europe/Berln', ['Europe/Berlin']],
    ['Berlin', ['Europe/Berlin']],
    ['berlin', ['Europe/Berlin']],
    ['America/New York', ['America/New_York']],
    ['new york', ['America/New_York']],
    ['Amercia/Los_Angeles', ['America/Los_Angeles']],
    ['PST', ['America/Los_Angeles']],
    ['UCT+', null],
    ['CEST', []],
    ['UTC+2', null],
    ['+02:00', []],
    ['', []],
    ['Mars/Olympus_Mons', []],
    ['x'.repeat(10_000), []],
    ['Europe/Berlin\u0000', null],
  ])('%j is refused, with those that may have been meant', (timeZone, similar) => {
    const error = refusal(timeZone)!;
    expect(error).not.toBeNull();
    if (similar !== null) expect(error.data.similar).toEqual(similar);
    expect(error.message.length).toBeLessThan(200);
  });
  it('of any spelling means the same', () => {
    expect(compile('ASIA/TOKYO').nextAfter(0)).toBe(compile('Asia/Tokyo').nextAfter(0));
    expect(compile('ASIA/TOKYO').describe()).toBe('At 09:00, every day (Asia/Tokyo)');
    expect(compile('US/Pacific').describe()).toBe('At 09:00, every day (US/Pacific)');
  });
});
