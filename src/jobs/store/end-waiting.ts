import { failureOf, type ExecutionWrites, type Failure } from '#executions/index.ts';
import { isoTime } from '#kernel/index.ts';
import { idList, isIn, locked, type Queries, updateEach } from '#storage/index.ts';
import type { ScheduleRules } from '../job-store.ts';
import { dependencyFailed, jobDeadlinePassed } from '../errors.ts';
import type { StatusChanges } from './job-counts.ts';
import { shortMessage } from './short-message.ts';
import type { Freed } from './room.ts';
import type { StoredJob } from './stored-job.ts';

/** A job that ends without having been run (again). */
export interface EndedWaiting {
  readonly job: EndableJob;
  readonly status: 'failed' | 'cancelled';
  /** Null: somebody asked for it. */
  readonly failure: Failure | null;
}

export type EndableJob = Pick<
  StoredJob,
  'id' | 'uuid' | 'status' | 'hold' | 'task_id' | 'schedule_id' | 'concurrency_key' | 'rate_key' | 'execution_id' | 'deadline'
>;
export const endableColumns = 'id, uuid, status, hold, task_id, schedule_id, concurrency_key, rate_key, execution_id, deadline';

/** What one transaction does to the queue as a whole, to be written and passed on at its end. */
export interface Ledger {
  readonly executions: ExecutionWrites;
  readonly changes: StatusChanges;
  readonly freed: Freed;
  readonly now: number;
  readonly schedules?: ScheduleRules | undefined;
}

const end = updateEach(
  { id: 'bigint', status: 'text', error_code: 'text', error_message: 'text', completed_at: 'bigint' },
  'status = :status, hold = NULL, held_until = NULL, error_code = :error_code, error_message = :error_message, completed_at = :completed_at',
);

/** Ends jobs that wait, and cancels those that need them, and so on. @returns all that were ended */
export async function endWaiting(queries: Queries, ended: readonly EndedWaiting[], ledger: Ledger): Promise<readonly EndableJob[]> {
  const all: EndableJob[] = [];
  for (
    let next = ended;
    next.length > 0;
    next = await dependentsOf(
      queries,
      next.map(({ job }) => job),
    )
  ) {
    await endThese(queries, next, ledger);
    all.push(...next.map(({ job }) => job));
  }
  return all;
}

async function endThese(
  queries: Queries,
  ended: readonly EndedWaiting[],
  { executions, changes, freed, now, schedules }: Ledger,
): Promise<void> {
  await end.run(
    queries,
    ended.map(({ job, status, failure }) => ({
      id: job.id,
      status,
      error_code: failure?.code ?? null,
      error_message: shortMessage(failure),
      completed_at: now,
    })),
  );
  const promised = ended.filter(({ job }) => job.execution_id !== null);
  // Of attempts that ended before, nothing is written again.
  await executions.finish(
    queries,
    promised.map(({ job, status, failure }) => neverRun(job.execution_id!, status, failure, now)),
    changes.counts,
  );
  const scheduled = ended.flatMap(({ job: { id, schedule_id, status }, failure }) =>
    schedule_id === null || status !== 'queued' ? [] : [{ id, schedule_id, reason: failure?.code ?? null }],
  );
  if (scheduled.length > 0) await schedules?.notRun(queries, scheduled);
  for (const { job, status } of ended) {
    changes.move(job.status, status);
    if (job.hold === null) freed.of(job);
  }
}

/** Those that need a job which will never complete. */
export async function dependentsOf(queries: Queries, jobs: readonly Pick<EndableJob, 'id' | 'uuid'>[]): Promise<EndedWaiting[]> {
  const uuids = new Map(jobs.map(({ id, uuid }) => [id, uuid]));
  const needs = await queries.all<{ job_id: number; needs_job_id: number }>(
    `SELECT job_id, needs_job_id FROM job_dependencies WHERE needs_job_id ${isIn(queries, '$1')}`,
    [idList(queries, [...uuids.keys()])],
  );
  if (needs.length === 0) return [];
  const neededBy = new Map(needs.map(({ job_id, needs_job_id }) => [job_id, uuids.get(needs_job_id)!]));
  const waiting = await lockDependents(queries, [...neededBy.keys()]);
  return waiting.map((job) => ({ job, status: 'cancelled', failure: failureOf(dependencyFailed({ needs: neededBy.get(job.id)! })) }));
}

/** Lets those go on whose last needed job has completed. */
export async function releaseDependents(queries: Queries, completed: readonly number[], now: number): Promise<void> {
  if (completed.length === 0) return;
  const needs = await queries.all<{ job_id: number }>(
    `SELECT DISTINCT job_id FROM job_dependencies WHERE needs_job_id ${isIn(queries, '$1')}`,
    [idList(queries, completed)],
  );
  if (needs.length > 0)
    await releaseSatisfied(
      queries,
      needs.map(({ job_id }) => job_id),
      now,
    );
}

/**
 * Locks first and looks then: of two processes that each complete one of two needed jobs, the second waits here and sees what the first did.
 * @returns how many were let go
 */
export async function releaseSatisfied(queries: Queries, candidates: readonly number[], now: number): Promise<number> {
  const waiting = await lockDependents(queries, candidates);
  if (waiting.length === 0) return 0;
  return queries.run(
    `UPDATE jobs SET hold = CASE WHEN run_at > $2 THEN 'time' END, held_until = CASE WHEN run_at > $2 THEN run_at END
     WHERE id ${isIn(queries, '$1')} AND hold = 'dependency' AND NOT EXISTS (
       SELECT 1 FROM job_dependencies d JOIN jobs n ON n.id = d.needs_job_id WHERE d.job_id = jobs.id AND n.status <> 'completed')`,
    [
      idList(
        queries,
        waiting.map(({ id }) => id),
      ),
      now,
    ],
  );
}

async function lockDependents(queries: Queries, ids: readonly number[]): Promise<EndableJob[]> {
  return queries.all<EndableJob>(
    `SELECT ${endableColumns} FROM jobs WHERE id ${isIn(queries, '$1')} AND hold = 'dependency' ORDER BY id${locked(queries)}`,
    [idList(queries, ids)],
  );
}

export function pastDeadline(job: EndableJob): EndedWaiting {
  return { job, status: 'failed', failure: failureOf(jobDeadlinePassed({ deadline: isoTime(job.deadline!) })) };
}

export function neverRun(id: number, status: 'failed' | 'cancelled', error: Failure | null, now: number) {
  return {
    id,
    status,
    startedAt: null,
    completedAt: now,
    output: null,
    error,
    cost: null,
    effects: null,
    progress: null,
    logs: [],
    logsDropped: 0,
    recording: null,
  };
}
