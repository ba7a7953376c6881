import { idList, isIn, locked, type Queries, updateEach } from '#storage/index.ts';
import type { Committed, Completion } from '../job-store.ts';
import { dependentsOf, endWaiting, releaseDependents } from './end-waiting.ts';
import { StatusChanges } from './job-counts.ts';
import { shortMessage } from './short-message.ts';
import { Freed, passOn } from './room.ts';
import type { StoreParts } from './store-parts.ts';
import type { StoredJob } from './stored-job.ts';

const finish = updateEach(
  { id: 'bigint', status: 'text', error_code: 'text', error_message: 'text', completed_at: 'bigint' },
  `status = :status, owner = NULL, lease_until = NULL, error_code = :error_code, error_message = :error_message, completed_at = :completed_at`,
);

const tryAgain = updateEach(
  {
    id: 'bigint',
    hold: 'text',
    held_until: 'bigint',
    run_at: 'bigint',
    retry_count: 'integer',
    error_code: 'text',
    error_message: 'text',
  },
  `status = 'retrying', owner = NULL, lease_until = NULL, hold = :hold, held_until = :held_until, run_at = :run_at, turn = :run_at,
   retry_count = :retry_count, rescue_count = 0, error_code = :error_code, error_message = :error_message`,
);

type Running = Pick<StoredJob, 'id' | 'uuid' | 'task_id' | 'concurrency_key' | 'token' | 'retry_count' | 'cancel_requested_at'>;

/** Writes how attempts ended: their executions, their jobs, those that depend on them, and the room they leave. */
export async function complete(
  queries: Queries,
  { executions, random }: StoreParts,
  completions: readonly Completion[],
): Promise<Committed[]> {
  const running = await lockRunning(
    queries,
    completions.map(({ jobId }) => jobId),
  );
  const changes = new StatusChanges();
  const freed = new Freed();
  const accepted: { readonly job: Running; readonly completion: Completion; readonly next: Next }[] = [];
  const answers = completions.map((completion): Committed => {
    const job = running.get(completion.jobId);
    if (job === undefined || job.token !== completion.token) return 'stale';
    running.delete(job.id);
    const next = nextOf(job, completion);
    accepted.push({ job, completion, next });
    changes.move('processing', next);
    freed.ofRunning(job);
    return 'committed';
  });
  if (accepted.length === 0) return answers;
  await executions.finish(
    queries,
    accepted.map(({ completion }) => completion.execution),
    changes.counts,
  );
  await finish.run(
    queries,
    accepted
      .filter(({ next }) => next !== 'retrying')
      .map(({ job, completion: { execution }, next }) => ({
        id: job.id,
        status: next,
        error_code: execution.error?.code ?? null,
        error_message: shortMessage(execution.error),
        completed_at: execution.completedAt,
      })),
  );
  await tryAgain.run(
    queries,
    accepted.filter(({ next }) => next === 'retrying').map(({ job, completion }) => againRow(job, completion)),
  );
  const now = Math.max(...accepted.map(({ completion }) => completion.execution.completedAt));
  await releaseDependents(
    queries,
    accepted.filter(({ next }) => next === 'completed').map(({ job }) => job.id),
    now,
  );
  const lost = accepted.filter(({ next }) => next === 'failed' || next === 'cancelled').map(({ job }) => job);
  if (lost.length > 0) await endWaiting(queries, await dependentsOf(queries, lost), { executions, changes, freed, now });
  await passOn(queries, freed, now);
  await changes.write(queries, random);
  return answers;
}

type Next = 'completed' | 'failed' | 'cancelled' | 'retrying';

function nextOf(job: Running, { execution, retryAt }: Completion): Next {
  if (execution.status === 'completed') return 'completed';
  if (execution.status === 'cancelled' || job.cancel_requested_at !== null) return 'cancelled';
  return retryAt === null ? 'failed' : 'retrying';
}

function againRow(job: Running, { execution, retryAt, isFree }: Completion) {
  const isLater = retryAt! > execution.completedAt;
  return {
    id: job.id,
    hold: isLater ? 'time' : null,
    held_until: isLater ? retryAt : null,
    run_at: retryAt!,
    retry_count: job.retry_count + (isFree ? 0 : 1),
    error_code: execution.error?.code ?? null,
    error_message: shortMessage(execution.error),
  };
}

async function lockRunning(queries: Queries, ids: readonly number[]): Promise<Map<number, Running>> {
  const rows = await queries.all<Running>(
    `SELECT id, uuid, task_id, concurrency_key, token, retry_count, cancel_requested_at FROM jobs
     WHERE id ${isIn(queries, '$1')} AND status = 'processing' ORDER BY id${locked(queries)}`,
    [idList(queries, ids)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
