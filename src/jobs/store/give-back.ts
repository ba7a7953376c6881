import { failureOf } from '#executions/index.ts';
import { idList, isIn, locked, type Queries, updateEach } from '#storage/index.ts';
import { workerLost } from '../errors.ts';
import type { JobRow, Lease } from '../job-store.ts';
import { dependentsOf, endWaiting, neverRun } from './end-waiting.ts';
import { StatusChanges } from './job-counts.ts';
import { Freed, passOn } from './room.ts';
import { shortMessage } from './short-message.ts';
import { jobRow, type StoredJob } from './stored-job.ts';
import type { StoreParts } from './store-parts.ts';

const waitAgain = updateEach(
  { id: 'bigint', status: 'text', execution_id: 'bigint', started_at: 'bigint' },
  `status = :status, owner = NULL, lease_until = NULL, execution_id = :execution_id, started_at = :started_at, attempt = attempt - 1`,
);

const cancelRunning = updateEach(
  { id: 'bigint', completed_at: 'bigint' },
  `status = 'cancelled', owner = NULL, lease_until = NULL, completed_at = :completed_at`,
);

type Running = Pick<
  StoredJob,
  | 'id'
  | 'uuid'
  | 'task_id'
  | 'concurrency_key'
  | 'token'
  | 'attempt'
  | 'execution_id'
  | 'cancel_requested_at'
  | 'owner'
  | 'rescue_count'
  | 'started_at'
>;
const runningColumns =
  'id, uuid, task_id, concurrency_key, token, attempt, execution_id, cancel_requested_at, owner, rescue_count, started_at';

/** Claimed jobs wait again as if they had never been claimed; one whose cancellation was asked for is cancelled. */
export async function release(queries: Queries, { executions, random }: StoreParts, leases: readonly Lease[], now: number): Promise<void> {
  const tokens = new Map(leases.map(({ jobId, token }) => [jobId, token]));
  const rows = await queries.all<Running>(
    `SELECT ${runningColumns} FROM jobs WHERE id ${isIn(queries, '$1')} AND status = 'processing' ORDER BY id${locked(queries)}`,
    [idList(queries, [...tokens.keys()])],
  );
  const held = rows.filter(({ id, token }) => tokens.get(id) === token);
  if (held.length === 0) return;
  const changes = new StatusChanges();
  const freed = new Freed();
  for (const job of held) freed.ofRunning(job);
  const kept = held.filter(({ cancel_requested_at }) => cancel_requested_at === null);
  const cancelled = held.filter(({ cancel_requested_at }) => cancel_requested_at !== null);
  await executions.undo(
    queries,
    kept.map(({ execution_id }) => execution_id!),
    changes.counts,
  );
  const latest = await latestAttempts(queries, kept);
  await waitAgain.run(
    queries,
    kept.map((job) => {
      const status = job.attempt > 1 ? 'retrying' : 'queued';
      changes.move('processing', status);
      const before = latest.get(job.id);
      return { id: job.id, status, execution_id: before?.id ?? null, started_at: before?.started_at ?? null };
    }),
  );
  await cancelThese(queries, executions, cancelled, changes, freed, now);
  await passOn(queries, freed, now);
  await changes.write(queries, random);
}

/** Takes back what nobody looks after any more: those attempts fail, and the jobs wait again, but not for ever. */
export async function rescue(
  queries: Queries,
  { executions, random }: StoreParts,
  { owner, isOnlyOwner, now, mostRescues }: { owner: string; isOnlyOwner: boolean; now: number; mostRescues: number },
): Promise<readonly JobRow[]> {
  const lost = await queries.all<Running>(
    `SELECT ${runningColumns} FROM jobs WHERE status = 'processing' AND (lease_until < $1${isOnlyOwner ? ' OR owner <> $2' : ''})
     ORDER BY id LIMIT 1000${locked(queries, ' SKIP LOCKED')}`,
    isOnlyOwner ? [now, owner] : [now],
  );
  if (lost.length === 0) return [];
  const changes = new StatusChanges();
  const freed = new Freed();
  for (const job of lost) freed.ofRunning(job);
  const going = lost.filter(({ cancel_requested_at }) => cancel_requested_at === null);
  const failures = going.map((job) => ({ job, failure: failureOf(workerLost({ owner: job.owner!, rescues: job.rescue_count + 1 })) }));
  await executions.finish(
    queries,
    failures.map(({ job, failure }) => ({ ...neverRun(job.execution_id!, 'failed', failure, now), startedAt: job.started_at })),
    changes.counts,
  );
  await afterLoss.run(
    queries,
    failures.map(({ job, failure }) => {
      const isOver = job.rescue_count >= mostRescues;
      changes.move('processing', isOver ? 'failed' : 'retrying');
      return {
        id: job.id,
        status: isOver ? 'failed' : 'retrying',
        error_code: failure.code,
        error_message: shortMessage(failure),
        completed_at: isOver ? now : null,
      };
    }),
  );
  const over = going.filter(({ rescue_count }) => rescue_count >= mostRescues);
  if (over.length > 0) await endWaiting(queries, await dependentsOf(queries, over), { executions, changes, freed, now });
  await cancelThese(
    queries,
    executions,
    lost.filter(({ cancel_requested_at }) => cancel_requested_at !== null),
    changes,
    freed,
    now,
  );
  await passOn(queries, freed, now);
  await changes.write(queries, random);
  const rescued: JobRow[] = [];
  for (const { id } of lost) {
    const row = await jobRow(queries, id);
    if (row) rescued.push(row);
  }
  return rescued;
}

const afterLoss = updateEach(
  { id: 'bigint', status: 'text', error_code: 'text', error_message: 'text', completed_at: 'bigint' },
  `status = :status, owner = NULL, lease_until = NULL, rescue_count = rescue_count + 1, error_code = :error_code,
   error_message = :error_message, completed_at = :completed_at`,
);

async function cancelThese(
  queries: Queries,
  executions: StoreParts['executions'],
  jobs: readonly Running[],
  changes: StatusChanges,
  freed: Freed,
  now: number,
): Promise<void> {
  if (jobs.length === 0) return;
  await executions.finish(
    queries,
    jobs.map((job) => ({ ...neverRun(job.execution_id!, 'cancelled', null, now), startedAt: job.started_at })),
    changes.counts,
  );
  await cancelRunning.run(
    queries,
    jobs.map(({ id }) => ({ id, completed_at: now })),
  );
  for (let count = 0; count < jobs.length; count++) changes.move('processing', 'cancelled');
  await endWaiting(queries, await dependentsOf(queries, jobs), { executions, changes, freed, now });
}

/** What is left of a job's attempts: the promised one that waits again, or the one before. */
async function latestAttempts(
  queries: Queries,
  jobs: readonly Running[],
): Promise<ReadonlyMap<number, { id: number; started_at: number | null }>> {
  const rows = await queries.all<{ job_id: number; id: number; started_at: number | null }>(
    `SELECT job_id, id, started_at FROM executions WHERE job_id ${isIn(queries, '$1')} ORDER BY id`,
    [
      idList(
        queries,
        jobs.map(({ id }) => id),
      ),
    ],
  );
  return new Map(rows.map((row) => [row.job_id, row]));
}

/** Extends leases that are still held. */
export async function renew(
  queries: Queries,
  owner: string,
  leases: readonly Lease[],
  leaseUntil: number,
): Promise<{ lost: readonly Lease[]; cancelled: readonly Lease[] }> {
  const rows = await queries.all<Pick<StoredJob, 'id' | 'token' | 'cancel_requested_at'>>(
    `SELECT id, token, cancel_requested_at FROM jobs WHERE id ${isIn(queries, '$1')} AND status = 'processing' AND owner = $2
     ORDER BY id${locked(queries)}`,
    [
      idList(
        queries,
        leases.map(({ jobId }) => jobId),
      ),
      owner,
    ],
  );
  const held = new Map(rows.map((row) => [row.id, row]));
  const isHeld = ({ jobId, token }: Lease) => held.get(jobId)?.token === token;
  const kept = leases.filter(isHeld);
  if (kept.length > 0) {
    await queries.run(`UPDATE jobs SET lease_until = $2 WHERE id ${isIn(queries, '$1')}`, [
      idList(
        queries,
        kept.map(({ jobId }) => jobId),
      ),
      leaseUntil,
    ]);
  }
  return {
    lost: leases.filter((lease) => !isHeld(lease)),
    cancelled: kept.filter(({ jobId }) => held.get(jobId)!.cancel_requested_at !== null),
  };
}
