import { describe, expect, it } from 'vitest';
import { testClock } from './test-clock.ts';

describe('the test clock', () => {
  it('stands still until it is moved', () => {
    const clock = testClock(1000);
    expect([clock.now(), clock.monotonic(), clock.now()]).toEqual([1000, 0, 1000]);
    clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250]);
  });

  it('can set the date back, while monotonic time only grows', () => {
    const clock = testClock(1000);
    clock.set(5);
    expect([clock.now(), clock.monotonic()]).toEqual([5, 0]);
    expect(() => clock.advance(-1)).toThrow(RangeError);
  });
});
