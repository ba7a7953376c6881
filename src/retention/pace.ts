import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#kernel/index.ts';

/** Rows of a chunk at most. */
const mostRows = 500;
const fewestRows = 10;

/** A chunk should keep others waiting no longer than this, in milliseconds. */
const chunkMs = 40;
const pauseMs = 10;

export interface Pace {
  /** Does chunks with pauses between them until one says that there is no more, or the signal says that it is enough. */
  whileMore(chunk: (limit: number) => Promise<boolean>): Promise<void>;
}

/** Chunks as large as can be done in a moment: jobs with a thousand log lines each make smaller ones than bare jobs. */
export function createPace(clock: Clock, signal: AbortSignal): Pace {
  let limit = mostRows;
  return {
    async whileMore(chunk) {
      for (let isMore = true; isMore && !signal.aborted;) {
        const startedAt = clock.monotonic();
        isMore = await chunk(limit);
        const tookMs = clock.monotonic() - startedAt;
        limit = Math.min(mostRows, Math.max(fewestRows, tookMs > chunkMs ? Math.floor(limit / 2) : limit * 2));
        if (isMore) await pause(pauseMs, undefined, { signal }).catch(() => {});
      }
    },
  };
}
