import { by, idList, isIn, locked, type Queries } from '#storage/index.ts';
import { RetryPolicy } from '../job.ts';
import type { JobRow } from '../job-store.ts';
import { optionsOf } from './claim.ts';
import { dependentsOf, endWaiting } from './end-waiting.ts';
import { StatusChanges } from './job-counts.ts';
import { Freed, passOn } from './room.ts';
import { isWaiting, jobRow, type StoredJob } from './stored-job.ts';
import type { StoreParts } from './store-parts.ts';

async function lockJob(queries: Queries, id: number): Promise<StoredJob | null> {
  const [row] = await queries.all<StoredJob>(`SELECT * FROM jobs WHERE id = $1${locked(queries)}`, [id]);
  return row ?? null;
}

const waits = ({ status }: StoredJob) => status === 'queued' || status === 'retrying';

/** A waiting job is cancelled, a running one is asked to stop. @returns the job after it */
export async function cancelJob(
  queries: Queries,
  { executions, random, schedules }: StoreParts,
  id: number,
  now: number,
): Promise<JobRow | null> {
  const job = await lockJob(queries, id);
  if (job === null) return null;
  if (job.status === 'processing') {
    await queries.run('UPDATE jobs SET cancel_requested_at = coalesce(cancel_requested_at, $2) WHERE id = $1', [id, now]);
  } else if (waits(job)) {
    const changes = new StatusChanges();
    const freed = new Freed();
    await endWaiting(queries, [{ job, status: 'cancelled', failure: null }], { executions, schedules, changes, freed, now });
    await passOn(queries, freed, now);
    await changes.write(queries, random);
  }
  return jobRow(queries, id);
}

/** A failed or cancelled job waits again from the start, for those it needs as well. @returns null when it is neither, or not there */
export async function retryJob(
  queries: Queries,
  { random }: StoreParts,
  id: number,
  now: number,
  input: string | null,
): Promise<JobRow | null> {
  const job = await lockJob(queries, id);
  if (job === null || (job.status !== 'failed' && job.status !== 'cancelled')) return null;
  await letWaitAgain(queries, [job], now);
  if (input !== null) await queries.run('UPDATE job_payloads SET input = $2 WHERE job_id = $1', [id, input]);
  const changes = new StatusChanges();
  changes.move(job.status, 'queued');
  await changes.write(queries, random);
  return jobRow(queries, id);
}

/** From the start. Another job may wait under its unique key by now; it then waits without one. */
export async function letWaitAgain(queries: Queries, jobs: readonly Pick<StoredJob, 'id' | 'unique_key'>[], now: number): Promise<void> {
  const plain = jobs.filter(({ unique_key }) => unique_key === null).map(({ id }) => id);
  // One after another: two of these may have the same unique key.
  const groups = [...(plain.length > 0 ? [plain] : []), ...jobs.filter(({ unique_key }) => unique_key !== null).map(({ id }) => [id])];
  for (const ids of groups) {
    await queries.run(
      `UPDATE jobs SET status = 'queued', hold = CASE WHEN EXISTS (
           SELECT 1 FROM job_dependencies d JOIN jobs n ON n.id = d.needs_job_id WHERE d.job_id = jobs.id AND n.status <> 'completed') THEN 'dependency' END,
         held_until = NULL, run_at = $2, turn = $2, retry_count = 0, rescue_count = 0, cancel_requested_at = NULL, error_code = NULL,
         error_message = NULL, completed_at = NULL, deadline = CASE WHEN deadline < $2 THEN NULL ELSE deadline END,
         unique_key = CASE WHEN unique_key IS NOT NULL AND EXISTS (
           SELECT 1 FROM jobs o ${by(queries, 'idx_jobs_unique')} WHERE o.task_id = jobs.task_id AND o.unique_key = jobs.unique_key AND o.${isWaiting}) THEN NULL ELSE unique_key END
       WHERE id ${isIn(queries, '$1')}`,
      [idList(queries, ids), now],
    );
  }
}

export interface JobChange {
  readonly priority?: number;
  readonly runAt?: number;
  readonly maxRetries?: number;
  readonly deadline?: number | null;
  /** Before the first retry. */
  readonly retryDelayMs?: number;
}

/** @returns null when the job does not wait */
export async function updateJob(queries: Queries, id: number, change: JobChange, now: number): Promise<JobRow | null> {
  const job = await lockJob(queries, id);
  if (job === null || !waits(job)) return null;
  const runAt = change.runAt ?? job.run_at;
  // Whatever else holds it is looked at again when its time has come.
  const movesTime = change.runAt !== undefined && job.hold !== 'dependency';
  const hold = movesTime ? (runAt > now ? 'time' : job.hold === 'time' ? null : job.hold) : job.hold;
  await queries.run(
    `UPDATE jobs SET priority = $2, run_at = $3, turn = $4, max_retries = $5, deadline = $6, hold = $7, held_until = $8 WHERE id = $1`,
    [
      id,
      change.priority ?? job.priority,
      runAt,
      change.runAt === undefined ? job.turn : runAt,
      change.maxRetries ?? job.max_retries,
      change.deadline === undefined ? job.deadline : change.deadline,
      hold,
      hold === 'time' ? runAt : hold === job.hold ? job.held_until : null,
    ],
  );
  if (change.retryDelayMs !== undefined) await changeRetryDelay(queries, id, change.retryDelayMs);
  // It may stand elsewhere among those that wait for the same room now.
  const freed = new Freed();
  freed.of(job);
  await passOn(queries, freed, now);
  return jobRow(queries, id);
}

async function changeRetryDelay(queries: Queries, id: number, delayMs: number): Promise<void> {
  const [payload] = await queries.all<{ options: string | null }>('SELECT options FROM job_payloads WHERE job_id = $1', [id]);
  const options = optionsOf(payload?.options ?? null);
  const retry = RetryPolicy.parse({ ...options.retry, delayMs });
  await queries.run('UPDATE job_payloads SET options = $2 WHERE job_id = $1', [id, JSON.stringify({ ...options, retry })]);
}

/** With its attempts and their results. Those that wait for it are cancelled. @returns whether it is gone; a running job stays */
export async function removeJob(
  queries: Queries,
  { executions, random, schedules }: StoreParts,
  id: number,
  now: number,
): Promise<boolean> {
  const job = await lockJob(queries, id);
  if (job === null || job.status === 'processing') return false;
  const changes = new StatusChanges();
  const freed = new Freed();
  if (waits(job)) await endWaiting(queries, [{ job, status: 'cancelled', failure: null }], { executions, schedules, changes, freed, now });
  else if (job.status !== 'completed') await endWaiting(queries, await dependentsOf(queries, [job]), { executions, changes, freed, now });
  changes.add(waits(job) ? 'cancelled' : job.status, -1);
  await executions.removeOf(queries, id, changes.counts);
  await queries.run('DELETE FROM jobs WHERE id = $1', [id]);
  await passOn(queries, freed, now);
  await changes.write(queries, random);
  return true;
}
