import { setTimeout as pause } from 'node:timers/promises';
import { followEvents, type ServerEvent } from '#events/operations.ts';
import { showJobOperation } from '#jobs/operations.ts';
import type { StreamEvent } from '#kernel/index.ts';
import type { z } from 'zod';
import type { ToolContext } from '../../offer.ts';

export type JobEvent = StreamEvent<z.output<typeof ServerEvent>>;

type WholeJob = z.output<typeof showJobOperation.output>;

const firstLookMs = 20;
const lookAtLeastEveryMs = 1_000;
/** For the last lines, where the end was seen before it was told. */
const lastWordsMs = 100;

const hasEnded = ({ status }: Pick<WholeJob, 'status'>) => status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';

/**
 * The job when it has ended, or as it is when `waitMs` are over. Events only make it look sooner: one that is missed, or a client that may
 * not follow them, costs at most a second.
 * @throws as `jobs.show` does; the signal's reason when the call is given up
 */
export async function followJob(
  { ask, signal }: Pick<ToolContext, 'ask' | 'signal'>,
  jobId: string,
  waitMs: number,
  onEvent: (event: JobEvent) => void,
): Promise<WholeJob> {
  const stop = new AbortController();
  const late = AbortSignal.timeout(waitMs);
  const ended = Promise.withResolvers<void>();
  let wake = () => {};
  const listen = async () => {
    const events = ask.follow(followEvents, { job: jobId }, { signal: AbortSignal.any([signal, stop.signal]) });
    for await (const event of events) {
      onEvent(event);
      if (!event.kind.startsWith('job.')) continue;
      if (/^job\.(?:completed|failed|cancelled)$/.test(event.kind)) ended.resolve();
      wake();
    }
  };
  listen().catch(() => ended.resolve());
  try {
    for (let waitedMs = firstLookMs; ; waitedMs = Math.min(2 * waitedMs, lookAtLeastEveryMs)) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const job = await ask.call(showJobOperation, { id: jobId }, { signal });
      if (hasEnded(job)) {
        await Promise.race([ended.promise, pause(lastWordsMs)]);
        return job;
      }
      if (late.aborted) return job;
      const looking = new AbortController();
      const rest = pause(waitedMs, undefined, { signal: AbortSignal.any([signal, late, looking.signal]) }).catch(() => {});
      await Promise.race([woken, rest]);
      looking.abort();
      signal.throwIfAborted();
    }
  } finally {
    stop.abort();
  }
}
