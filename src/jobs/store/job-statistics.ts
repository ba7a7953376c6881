import { by, type Queries } from '#storage/index.ts';
import { highestPriority, priorityBands } from '../job.ts';
import { holds, type Hold, type JobStatistics } from '../job-store.ts';
import { jobCounts } from './job-counts.ts';
import { isReady } from './stored-job.ts';

const dayMs = 86_400_000;
/** The average is one of the last jobs, not of all there ever were. */
const mostAveraged = 1_000;
/** Of each band of priority, and of each hold: all of a million that wait took 100 ms, and up to 280 where half of them were held. */
export const mostWaitingCounted = 10_000;
/** Of the last day: 3 ms. */
const mostRecentCounted = 100_000;

/** From the highest: the number a band begins with, and where it ends. What is below LOW counts as LOW. */
const bands = Object.values(priorityBands)
  .toSorted((a, b) => b - a)
  .map((from, index, all) => ({ from, lowest: from === priorityBands.LOW ? 0 : from, below: all[index - 1] ?? highestPriority + 1 }));

/** Read from counts and from indexes alone, and no further than some ten thousand entries each, so that a million jobs cost no more. */
export async function jobStatistics(queries: Queries, now: number): Promise<JobStatistics> {
  const waiting = new Map<number, number>(bands.map(({ from }) => [from, 0]));
  const add = (priority: number, jobs: number) => {
    const { from } = bands.find(({ lowest }) => priority >= lowest) ?? bands.at(-1)!;
    waiting.set(from, waiting.get(from)! + jobs);
  };
  let isExact = true;
  for (const { from, lowest, below } of bands) {
    const [ready] = await queries.all<{ jobs: number }>(
      `SELECT count(*) AS jobs FROM (SELECT 1 FROM jobs ${by(queries, 'idx_jobs_ready')}
       WHERE ${isReady} AND priority >= $1 AND priority < $2 LIMIT ${mostWaitingCounted}) AS found`,
      [lowest, below],
    );
    add(from, ready!.jobs);
    isExact &&= ready!.jobs < mostWaitingCounted;
  }
  const held: Partial<Record<Hold, number>> = {};
  for (const hold of holds) {
    const found = await queries.all<{ priority: number; jobs: number }>(
      `SELECT priority, count(*) AS jobs FROM (SELECT priority FROM jobs ${by(queries, 'idx_jobs_held')}
       WHERE hold IS NOT NULL AND hold = $1 LIMIT ${mostWaitingCounted}) AS found GROUP BY priority`,
      [hold],
    );
    const jobs = found.reduce((sum, some) => sum + some.jobs, 0);
    if (jobs === 0) continue;
    for (const some of found) add(some.priority, some.jobs);
    held[hold] = jobs;
    isExact &&= jobs < mostWaitingCounted;
  }
  const [wait] = await queries.all<{ ms: number | null }>(
    `SELECT CAST(avg(waited) AS BIGINT) AS ms FROM (
       SELECT started_at - run_at AS waited FROM jobs WHERE status = 'completed' AND completed_at IS NOT NULL
       ORDER BY completed_at DESC LIMIT ${mostAveraged}) AS last_ones`,
  );
  const [recent] = await queries.all<{ jobs: number }>(
    `SELECT count(*) AS jobs FROM (SELECT 1 FROM jobs WHERE queued_at > $1 LIMIT ${mostRecentCounted}) AS found`,
    [now - dayMs],
  );
  return {
    byStatus: await jobCounts(queries),
    waitingByPriority: [...waiting].filter(([, count]) => count > 0).map(([priority, count]) => ({ priority, count })),
    held,
    averageWaitMs: wait!.ms,
    last24Hours: recent!.jobs,
    oldestWaitingSince: await oldestWaiting(queries),
    isExact: isExact && recent!.jobs < mostRecentCounted,
  };
}

/** The first of each priority there is, by one step into the index for each: at most a thousand. */
async function oldestWaiting(queries: Queries): Promise<number | null> {
  const index = by(queries, 'idx_jobs_ready');
  const [found] = await queries.all<{ oldest: number | null }>(
    `WITH RECURSIVE there (priority) AS (
       SELECT (SELECT priority FROM jobs ${index} WHERE ${isReady} ORDER BY priority DESC LIMIT 1)
       UNION ALL
       SELECT (SELECT jobs.priority FROM jobs ${index} WHERE ${isReady} AND jobs.priority < there.priority ORDER BY jobs.priority DESC LIMIT 1)
       FROM there WHERE there.priority IS NOT NULL)
     SELECT min((SELECT turn FROM jobs ${index} WHERE ${isReady} AND jobs.priority = there.priority ORDER BY turn LIMIT 1)) AS oldest
     FROM there WHERE there.priority IS NOT NULL`,
  );
  return found!.oldest;
}
