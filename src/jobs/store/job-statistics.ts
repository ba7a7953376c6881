import type { Queries } from '#storage/index.ts';
import type { Hold, JobStatistics } from '../job-store.ts';
import { by } from './for-each-row.ts';
import { jobCounts } from './job-counts.ts';
import { isReady } from './stored-job.ts';

const dayMs = 86_400_000;
/** The average is one of the last jobs, not of all there ever were. */
const mostAveraged = 1_000;

/** Read from counts and from indexes alone, so that a million finished jobs cost nothing, and a million that wait some 20 ms. */
export async function jobStatistics(queries: Queries, now: number): Promise<JobStatistics> {
  const ready = await queries.all<{ priority: number; jobs: number; oldest: number }>(
    `SELECT priority, count(*) AS jobs, min(turn) AS oldest FROM jobs ${by(queries, 'idx_jobs_ready')} WHERE ${isReady} GROUP BY priority`,
  );
  const held = await queries.all<{ hold: Hold; priority: number; jobs: number }>(
    `SELECT hold, priority, count(*) AS jobs FROM jobs ${by(queries, 'idx_jobs_held')} WHERE hold IS NOT NULL GROUP BY hold, priority`,
  );
  const [wait] = await queries.all<{ ms: number | null }>(
    `SELECT CAST(avg(waited) AS BIGINT) AS ms FROM (
       SELECT started_at - run_at AS waited FROM jobs WHERE status = 'completed' AND completed_at IS NOT NULL
       ORDER BY completed_at DESC LIMIT ${mostAveraged}) AS last_ones`,
  );
  const [recent] = await queries.all<{ jobs: number }>('SELECT count(*) AS jobs FROM jobs WHERE queued_at > $1', [now - dayMs]);
  const waiting = new Map<number, number>();
  for (const { priority, jobs } of [...ready, ...held]) waiting.set(priority, (waiting.get(priority) ?? 0) + jobs);
  const byHold: Partial<Record<Hold, number>> = {};
  for (const { hold, jobs } of held) byHold[hold] = (byHold[hold] ?? 0) + jobs;
  return {
    byStatus: await jobCounts(queries),
    waitingByPriority: [...waiting].toSorted(([a], [b]) => b - a).map(([priority, count]) => ({ priority, count })),
    held: byHold,
    averageWaitMs: wait!.ms,
    last24Hours: recent!.jobs,
    oldestWaitingSince: ready.length === 0 ? null : Math.min(...ready.map(({ oldest }) => oldest)),
  };
}
