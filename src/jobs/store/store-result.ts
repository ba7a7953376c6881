import type { FinishedExecution } from '#executions/index.ts';
import type { Queries } from '#storage/index.ts';
import type { NewJob } from '../job-store.ts';
import { versionOf, type TaskFacts } from './claim-rules.ts';
import { complete } from './complete.ts';
import { enqueueAll } from './enqueue.ts';
import { StatusChanges } from './job-counts.ts';
import type { StoreParts } from './store-parts.ts';

/** A run that happened somewhere else, as a job and an execution of ours. Times in milliseconds since 1970 UTC. */
export interface ForeignRun {
  readonly job: NewJob;
  readonly executionUuid: string;
  /** Said as the owner of the execution: it tells such a run from those that happened here. */
  readonly owner: string;
  readonly startedAt: number;
  readonly execution: Omit<FinishedExecution, 'id'>;
}

/** Where a run was stored, and as which version of its task. */
export interface StoredRun {
  readonly jobId: number;
  readonly executionId: number;
  readonly version: string;
}

/**
 * Stores a job that has ended with its only attempt, in the transaction of `queries`: it is queued, begun and completed where nobody sees
 * it in between.
 * @throws JOB_TASK_GONE
 */
export async function storeResult(
  queries: Queries,
  parts: StoreParts,
  { job, executionUuid, owner, startedAt, execution }: ForeignRun,
): Promise<StoredRun> {
  const [queued] = await enqueueAll(queries, parts, [{ jobs: [job], now: startedAt, mostWaiting: Number.MAX_SAFE_INTEGER }]);
  if (queued instanceof Error) throw queued;
  const jobId = queued![0]!.id;
  const changes = new StatusChanges();
  const [facts] = await queries.all<TaskFacts>(
    `SELECT t.enabled, t.max_concurrent, t.version, v.checksum, v.needs_approval FROM tasks t
     LEFT JOIN task_versions v ON v.task_id = t.id AND v.version = t.version AND v.is_current = 1 WHERE t.id = $1`,
    [job.taskId],
  );
  const { version, checksum } = await versionOf(queries, job.taskId, job.taskVersion, facts ?? null);
  const attempt = { attempt: 1, token: 1, status: 'running' as const, owner, rateKey: null, queuedAt: startedAt, startedAt };
  const about = { uuid: executionUuid, taskId: job.taskId, taskVersion: version, taskChecksum: checksum, jobId };
  const [executionId] = await parts.executions.begin(queries, [{ ...about, ...attempt }], changes.counts);
  await queries.run(
    `UPDATE jobs SET status = 'processing', owner = $2, lease_until = $3, token = 1, attempt = 1, execution_id = $4, started_at = $3 WHERE id = $1`,
    [jobId, owner, startedAt, executionId!],
  );
  changes.move('queued', 'processing');
  await changes.write(queries, parts.random);
  const finished = { ...execution, id: executionId! };
  await complete(queries, parts, [{ jobId, token: 1, execution: finished, retryAt: null, isFree: false }]);
  return { jobId, executionId: executionId!, version };
}
