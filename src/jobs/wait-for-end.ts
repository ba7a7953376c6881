import type { EventFeed } from '#kernel/index.ts';
import type { JobRow } from './job-store.ts';

const lookEveryMs = 1_000;
/** After any other event of the job there is nothing to look for. */
const lastEvents: ReadonlySet<string> = new Set(['job.completed', 'job.failed', 'job.cancelled', 'job.removed']);

export const hasEnded = ({ status }: JobRow): boolean => status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * Resolves when the job has ended, when the time is over or the signal is aborted, with the job as it is then; null when it is gone.
 * Events of this process tell at once; another process may end the job as well, so it is looked at now and then.
 */
export async function waitForEnd(
  jobId: number,
  ms: number,
  signal: AbortSignal,
  { find, feed }: { find: (jobId: number) => Promise<JobRow | null>; feed: Pick<EventFeed, 'subscribe'> },
): Promise<JobRow | null> {
  const id = String(jobId);
  let told = false;
  let wake = () => {};
  const ended = feed.subscribe((event) => {
    if (event.jobId !== id || !lastEvents.has(event.kind)) return;
    told = true;
    wake();
  });
  const over = AbortSignal.any([signal, AbortSignal.timeout(Math.min(ms, 2 ** 31 - 1))]);
  const onOver = () => wake();
  over.addEventListener('abort', onOver);
  try {
    for (;;) {
      told = false;
      const row = await find(jobId);
      if (row === null || hasEnded(row) || over.aborted) return row;
      if (told) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (told || over.aborted) wake();
      });
    }
  } finally {
    ended();
    over.removeEventListener('abort', onOver);
  }
}
