import { by, type Database, locked, type Queries } from '#storage/index.ts';
import type { JobStatus } from '../job.ts';
import type { JobSelection, Pause } from '../job-store.ts';
import { letWaitAgain } from './change-one.ts';
import { endWaiting } from './end-waiting.ts';
import { StatusChanges } from './job-counts.ts';
import { Freed, passOn } from './room.ts';
import type { StoredJob } from './stored-job.ts';
import type { StoreParts } from './store-parts.ts';
import { passOnAll, unhold } from './wake.ts';

/** Rows of one transaction: others wait for it 20 ms, not seconds. */
const perChunk = 500;

/** Cancels waiting jobs. @returns how many were meant; those that need them are cancelled as well */
export async function clearJobs(
  database: Database,
  { executions, random, schedules }: StoreParts,
  selection: JobSelection,
  now: number,
): Promise<number> {
  return inChunks(database, selection, ['queued', 'retrying'], async (queries, jobs) => {
    const changes = new StatusChanges();
    const freed = new Freed();
    await endWaiting(
      queries,
      jobs.map((job) => ({ job, status: 'cancelled', failure: null })),
      { executions, schedules, changes, freed, now },
    );
    await passOn(queries, freed, now);
    await changes.write(queries, random);
  });
}

/** Lets failed jobs (cancelled ones too, where they are asked for) wait again from the start. @returns how many */
export async function redriveJobs(database: Database, { random }: StoreParts, selection: JobSelection, now: number): Promise<number> {
  const statuses: readonly JobStatus[] = selection.statuses?.includes('cancelled') ? ['failed', 'cancelled'] : ['failed'];
  return inChunks(database, selection, statuses, async (queries, jobs) => {
    const changes = new StatusChanges();
    await letWaitAgain(queries, jobs, now);
    for (const { status } of jobs) changes.move(status, 'queued');
    await changes.write(queries, random);
  });
}

async function inChunks(
  database: Database,
  selection: JobSelection,
  statuses: readonly JobStatus[],
  work: (queries: Queries, jobs: readonly StoredJob[]) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const status of statuses) {
    if (selection.statuses !== undefined && !selection.statuses.includes(status)) continue;
    for (let after = 0; ;) {
      const last = await database.write(async (queries) => {
        const jobs = await selected(queries, selection, status, after);
        if (jobs.length === 0) return null;
        await work(queries, jobs);
        done += jobs.length;
        return jobs.length < perChunk ? null : jobs.at(-1)!.id;
      });
      if (last === null) break;
      after = last;
    }
  }
  return done;
}

async function selected(
  queries: Queries,
  { taskId, completedBefore, errorCode }: JobSelection,
  status: JobStatus,
  after: number,
): Promise<StoredJob[]> {
  const conditions = ['status = $1', 'id > $2'];
  const values: (string | number)[] = [status, after];
  const also = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(`${condition} $${values.length}`);
  };
  also('task_id =', taskId);
  also('completed_at <', completedBefore);
  also('error_code =', errorCode);
  return queries.all<StoredJob>(
    `SELECT * FROM jobs ${by(queries, 'idx_jobs_status')} WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ${perChunk}${locked(queries)}`,
    values,
  );
}

/** Everything, as the table of pauses spells it. */
const all = 0;

export async function pauseJobs(database: Database, { taskId, pausedBy, reason, pausedAt }: Pause): Promise<void> {
  await database.write(async (queries) => {
    await queries.run(
      `INSERT INTO pauses (task_id, paused_by, reason, paused_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (task_id) DO UPDATE SET paused_by = excluded.paused_by, reason = excluded.reason, paused_at = excluded.paused_at`,
      [taskId ?? all, pausedBy, reason, pausedAt],
    );
    // Jobs that ignore it no longer wait behind those that do not.
    if (taskId === null) await passOnAll(queries, pausedAt);
  });
}

export async function resumeJobs(database: Database, taskId: number | null, now: number): Promise<boolean> {
  const gone = await database.write(async (queries) => {
    const ended = await queries.run('DELETE FROM pauses WHERE task_id = $1', [taskId ?? all]);
    if (taskId === null) await passOnAll(queries, now);
    return ended;
  });
  if (taskId !== null) await unholdAll(database, taskId, 'paused');
  return gone > 0;
}

export async function pausesOf(queries: Queries): Promise<readonly Pause[]> {
  const rows = await queries.all<{ task_id: number; paused_by: string; reason: string | null; paused_at: number }>(
    'SELECT task_id, paused_by, reason, paused_at FROM pauses ORDER BY task_id',
  );
  return rows.map(({ task_id, paused_by, reason, paused_at }) => ({
    taskId: task_id === all ? null : task_id,
    pausedBy: paused_by,
    reason,
    pausedAt: paused_at,
  }));
}

/** What a change of a task, or the closing of its breaker, lets go. */
export async function taskChanged(database: Database, taskId: number, now: number): Promise<number> {
  const freed = new Freed();
  freed.tasks.add(taskId);
  const { woken } = await database.write((queries) => passOn(queries, freed, now));
  return woken + (await unholdAll(database, taskId, 'disabled')) + (await unholdAll(database, taskId, 'breaker'));
}

async function unholdAll(database: Database, taskId: number, hold: 'paused' | 'disabled' | 'breaker'): Promise<number> {
  let total = 0;
  for (let woken = 1; woken > 0; total += woken) woken = await database.write((queries) => unhold(queries, taskId, hold));
  return total;
}
