import type { Clock } from '#kernel/index.ts';

interface Bucket {
  /** What may still be asked at `at`. */
  left: number;
  at: number;
}

/** Counts requests by name and says how long to wait where there were too many. */
export interface Rates {
  /** @returns null where it may go on, and counts it; else the whole seconds until the next one may */
  readonly take: (name: string, perMinute: number) => number | null;
}

/** Most names that are remembered; those that have waited a minute are as good as new and may be forgotten. */
const mostNames = 10_000;

/** So many in a minute each: a full minute's worth at once, then one as each share of the minute has passed. */
export function createRates(clock: Pick<Clock, 'monotonic'>): Rates {
  const buckets = new Map<string, Bucket>();
  return {
    take(name, perMinute) {
      const now = clock.monotonic();
      const bucket = buckets.get(name) ?? { left: perMinute, at: now };
      bucket.left = Math.min(perMinute, bucket.left + ((now - bucket.at) * perMinute) / 60_000);
      bucket.at = now;
      buckets.delete(name);
      buckets.set(name, bucket);
      if (buckets.size > mostNames) buckets.delete(buckets.keys().next().value!);
      if (bucket.left < 1) return Math.max(1, Math.ceil(((1 - bucket.left) * 60) / perMinute));
      bucket.left -= 1;
      return null;
    },
  };
}
