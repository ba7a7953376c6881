import { by, type Queries } from '#storage/index.ts';
import type { JobStatus } from '../job.ts';
import type { Standing } from '../job-store.ts';
import { pausesOf } from './change-many.ts';
import { runningOfTask, runningWithKey } from './room.ts';
import { isReady, jobRowOf, selectJobRows, type SelectedJob } from './stored-job.ts';

const mostNamed = 10;
const mostAhead = 10_000;

/** All that decides whether and when a job runs. */
export async function standingOf(queries: Queries, id: number, now: number): Promise<Standing | null> {
  const [row] = await queries.all<SelectedJob & { task_enabled: number; task_limit: number | null; current_version: string }>(
    `${selectJobRows.replace('t.name AS task_name', 't.name AS task_name, t.enabled AS task_enabled, t.max_concurrent AS task_limit, t.version AS current_version')} WHERE j.id = $1`,
    [id],
  );
  if (row === undefined) return null;
  return {
    job: jobRowOf(row),
    isTaskEnabled: row.task_enabled === 1,
    unapproved: await unapprovedOf(queries, row.task_id, row.task_version ?? row.current_version),
    taskLimit: row.task_limit,
    pauses: (await pausesOf(queries)).filter(({ taskId }) => taskId === null || taskId === row.task_id),
    needs: await queries.all<{ id: number; uuid: string; status: JobStatus }>(
      `SELECT n.id, n.uuid, n.status FROM job_dependencies d JOIN jobs n ON n.id = d.needs_job_id
       WHERE d.job_id = $1 AND n.status <> 'completed' ORDER BY n.id`,
      [id],
    ),
    sameKey:
      row.concurrency_key === null
        ? { running: 0, jobs: [] }
        : {
            running: await runningWithKey(queries, row.concurrency_key),
            jobs: await named(queries, 'concurrency_key', row.concurrency_key),
          },
    sameTask: { running: await runningOfTask(queries, row.task_id), jobs: await named(queries, 'task_id', row.task_id) },
    rate: await rateOf(queries, row, now),
    ahead: await aheadOf(queries, row),
  };
}

/** Of the version it would run: what nobody has approved of yet; null where it may run. */
async function unapprovedOf(queries: Queries, taskId: number, version: string): Promise<Standing['unapproved']> {
  const [row] = await queries.all<{ network_growth: string | null }>(
    'SELECT network_growth FROM task_versions WHERE task_id = $1 AND version = $2 AND is_current = 1 AND needs_approval = 1',
    [taskId, version],
  );
  return row === undefined ? null : { version, hosts: row.network_growth === null ? [] : (JSON.parse(row.network_growth) as string[]) };
}

async function named(queries: Queries, column: string, value: string | number): Promise<{ id: number; uuid: string }[]> {
  return queries.all(`SELECT id, uuid FROM jobs WHERE status = 'processing' AND ${column} = $1 ORDER BY id LIMIT ${mostNamed}`, [value]);
}

async function rateOf(queries: Queries, { rate_key, rate_window_ms }: SelectedJob, now: number): Promise<Standing['rate']> {
  if (rate_key === null || rate_window_ms === null) return { started: 0, nextAt: null };
  const [row] = await queries.all<{ started: number; oldest: number | null }>(
    'SELECT count(*) AS started, min(started_at) AS oldest FROM executions WHERE rate_key = $1 AND started_at > $2',
    [rate_key, now - rate_window_ms],
  );
  return { started: row!.started, nextAt: row!.oldest === null ? null : row!.oldest + rate_window_ms };
}

async function aheadOf(queries: Queries, { id, status, priority, turn }: SelectedJob): Promise<number> {
  if (status !== 'queued' && status !== 'retrying') return 0;
  const [higher] = await queries.all<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM jobs ${by(queries, 'idx_jobs_ready')} WHERE ${isReady} AND priority > $1 LIMIT ${mostAhead}) AS counted`,
    [priority],
  );
  const [equal] = await queries.all<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM jobs ${by(queries, 'idx_jobs_ready')} WHERE ${isReady} AND priority = $1 AND (turn, id) < ($2, $3) LIMIT ${mostAhead}) AS counted`,
    [priority, turn, id],
  );
  return Math.min(higher!.n + equal!.n, mostAhead);
}
