import { testClock } from '#testing/test-clock.ts';
import { expect, it } from 'vitest';
import { uuidSource, uuidV7 } from './ids.ts';

it('a uuid says its version and variant, and sorts by the time at which it was made', () => {
  const zero = uuidV7(0, Buffer.alloc(16));
  expect(zero).toBe('00000000-0000-7000-8000-000000000000');
  const made = [1, 1_000, Date.UTC(2026, 0, 1), Date.UTC(2500, 0, 1)].map((ms) => uuidV7(ms, Buffer.alloc(16, 0xff)));
  expect(made.toSorted()).toEqual(made);
});

it('no two of many thousand ids are alike, whatever the clock says', () => {
  const ids = uuidSource(testClock());
  const made = new Set(Array.from({ length: 20_000 }, () => ids.next<'test'>()));
  expect(made.size).toBe(20_000);
});
