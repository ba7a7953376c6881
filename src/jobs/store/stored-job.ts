import type { Queries } from '#storage/index.ts';
import type { JobStatus } from '../job.ts';
import type { Hold, JobRow } from '../job-store.ts';

/** A row of the jobs table. */
export interface StoredJob {
  readonly id: number;
  readonly uuid: string;
  readonly task_id: number;
  readonly task_version: string | null;
  readonly schedule_id: number | null;
  readonly execution_id: number | null;
  readonly status: JobStatus;
  readonly hold: Hold | null;
  readonly held_until: number | null;
  readonly priority: number;
  readonly turn: number;
  readonly run_at: number;
  readonly deadline: number | null;
  readonly concurrency_key: string | null;
  readonly concurrency_limit: number | null;
  readonly rate_key: string | null;
  readonly rate_limit: number | null;
  readonly rate_window_ms: number | null;
  readonly unique_key: string | null;
  readonly ignores_pause: number;
  readonly retry_count: number;
  readonly max_retries: number;
  readonly attempt: number;
  readonly rescue_count: number;
  readonly token: number;
  readonly owner: string | null;
  readonly lease_until: number | null;
  readonly cancel_requested_at: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly queued_at: number;
  readonly started_at: number | null;
  readonly completed_at: number | null;
}

/** Conditions exactly as the partial indexes say them: SQLite uses an index only then. */
export const isWaiting = `status IN ('queued', 'retrying')`;
export const isReady = `hold IS NULL AND ${isWaiting}`;
export const claimOrder = 'priority DESC, turn, id';

/** Rows as others see them, with what they need of other tables. */
export const selectJobRows = `SELECT j.*, t.name AS task_name, e.uuid AS execution_uuid
  FROM jobs j JOIN tasks t ON t.id = j.task_id LEFT JOIN executions e ON e.id = j.execution_id`;

export type SelectedJob = StoredJob & { readonly task_name: string; readonly execution_uuid: string | null };

export async function jobRow(queries: Queries, id: number): Promise<JobRow | null> {
  const [row] = await queries.all<SelectedJob>(`${selectJobRows} WHERE j.id = $1`, [id]);
  return row ? jobRowOf(row) : null;
}

export function jobRowOf(row: SelectedJob): JobRow {
  return {
    id: row.id,
    uuid: row.uuid,
    taskId: row.task_id,
    taskName: row.task_name,
    taskVersion: row.task_version,
    scheduleId: row.schedule_id,
    executionId: row.execution_id,
    executionUuid: row.execution_uuid,
    status: row.status,
    hold: row.hold,
    heldUntil: row.held_until,
    priority: row.priority,
    runAt: row.run_at,
    deadline: row.deadline,
    concurrencyKey: row.concurrency_key,
    concurrencyLimit: row.concurrency_limit,
    rateKey: row.rate_key,
    rateLimit: row.rate_limit,
    rateWindowMs: row.rate_window_ms,
    uniqueKey: row.unique_key,
    ignoresPause: row.ignores_pause === 1,
    retryCount: row.retry_count,
    maxRetries: row.max_retries,
    attempt: row.attempt,
    owner: row.owner,
    leaseUntil: row.lease_until,
    cancelRequestedAt: row.cancel_requested_at,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}
