import { failureOf } from '#executions/index.ts';
import { by, idList, isIn, locked, type Queries } from '#storage/index.ts';
import { scheduleOverlap } from '../errors.ts';
import type { ScheduleRules, SkippedJob } from '../job-store.ts';
import { endableColumns, endWaiting, type EndableJob, type EndedWaiting, type Ledger } from './end-waiting.ts';
import type { StoredJob } from './stored-job.ts';

type Judged = Pick<StoredJob, 'id' | 'schedule_id' | 'status'>;

/** What is to become of a job of a schedule: it starts, it starts in the place of others, or it is skipped. */
export type OverlapVerdict =
  | { readonly kind: 'start' }
  | { readonly kind: 'replace'; readonly jobs: readonly number[] }
  | { readonly kind: 'skip'; readonly because: number };

interface Open {
  readonly id: number;
  readonly status: 'queued' | 'processing' | 'retrying';
}

/** Exactly as the index says it. */
const isOpen = `(status = 'queued' OR status = 'processing' OR status = 'retrying')`;

/**
 * Decides while jobs are claimed what becomes of one whose schedule has others that have not ended. A job that waits for its next attempt
 * counts as running, and goes on itself whatever runs.
 * @param taken jobs of the schedule that are claimed in the same transaction
 */
export async function judgeOverlap(
  queries: Queries,
  schedules: ScheduleRules,
  { id, schedule_id, status }: Judged,
  taken: readonly number[],
): Promise<OverlapVerdict> {
  if (schedule_id === null || status !== 'queued') return { kind: 'start' };
  const policy = await schedules.overlapOf(queries, { id, schedule_id });
  if (policy === null) return { kind: 'start' };
  const open = await queries.all<Open>(
    `SELECT id, status FROM jobs ${by(queries, 'idx_jobs_schedule_open')} WHERE schedule_id = $1 AND ${isOpen} AND id <> $2 ORDER BY id`,
    [schedule_id, id],
  );
  const going = open.filter((job) => job.status !== 'queued' || taken.includes(job.id)).map((job) => job.id);
  if (policy === 'skip') return going.length === 0 ? { kind: 'start' } : { kind: 'skip', because: going[0]! };
  // The latest takes the place of all others, also of those that have not started.
  const later = open.find((job) => job.id > id);
  if (later !== undefined) return { kind: 'skip', because: later.id };
  return going.length === 0 ? { kind: 'start' } : { kind: 'replace', jobs: going };
}

export function skipped(job: EndableJob, because: number): EndedWaiting {
  return { job, status: 'cancelled', failure: failureOf(scheduleOverlap({ schedule: job.schedule_id ?? 0, because })) };
}

export function skippedJob({ id, task_id, schedule_id }: Pick<StoredJob, 'id' | 'task_id' | 'schedule_id'>, because: number): SkippedJob {
  return { id, taskId: task_id, scheduleId: schedule_id!, because };
}

/** Asks those that run to stop, and ends those that wait for another attempt. */
export async function makeRoom(queries: Queries, jobs: readonly number[], because: number, ledger: Ledger): Promise<void> {
  const ids = idList(queries, jobs);
  await queries.run(
    `UPDATE jobs SET cancel_requested_at = coalesce(cancel_requested_at, $2) WHERE id ${isIn(queries, '$1')} AND status = 'processing'`,
    [ids, ledger.now],
  );
  const waiting = await queries.all<EndableJob>(
    `SELECT ${endableColumns} FROM jobs WHERE id ${isIn(queries, '$1')} AND status = 'retrying' ORDER BY id${locked(queries)}`,
    [ids],
  );
  if (waiting.length > 0)
    await endWaiting(
      queries,
      waiting.map((job) => skipped(job, because)),
      ledger,
    );
}
