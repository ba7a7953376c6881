/** Where the time comes from. Everything that needs the time takes a clock, so a test or a replay can hand in another. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Milliseconds that only ever grow; for durations, never for dates. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
