import type { Clock } from '#kernel/index.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  /** Moves both the date and the monotonic time forward. */
  advance(ms: number): void;
  /** Sets the date, as when an operator corrects the machine's clock; monotonic time does not notice. */
  set(nowMs: number): void;
}

/** Starts at `startMs` (2026-01-01T00:00:00Z when not given), with monotonic time 0. */
export function testClock(startMs: number = Date.UTC(2026, 0, 1)): TestClock {
  let now = startMs;
  let monotonic = 0;
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock cannot advance by ${ms} ms`);
      now += ms;
      monotonic += ms;
    },
    set(nowMs) {
      now = nowMs;
    },
  };
}
