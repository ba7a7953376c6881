import { addToRowCounts, type Database, type Queries } from '#storage/index.ts';

/** Rows per transaction: more would only make the log of the database long. */
const rowsPerWrite = 50_000;

export interface Filling {
  readonly taskId: number;
  /** How many jobs there are already, all made by this function. */
  readonly after: number;
  readonly count: number;
  /** `waiting`: can be claimed. `finished`: 90 % completed, 5 % failed, 5 % cancelled, each with its execution. */
  readonly kind: 'waiting' | 'finished';
  /** Milliseconds since 1970 UTC; the rows are from the six days before. */
  readonly now: number;
}

/** Writes jobs straight into the tables, with all that belongs to them, much faster than the queue would. */
export async function fillJobs(database: Database, { taskId, after, count, kind, now }: Filling): Promise<void> {
  const stepMs = Math.floor((6 * 86_400_000) / count);
  for (let done = 0; done < count; done += rowsPerWrite) {
    const first = after + done + 1;
    const last = after + Math.min(count, done + rowsPerWrite);
    await database.write(async (queries) => {
      const time = `(${now - (count - done) * stepMs} + (i - ${first}) * ${stepMs})`;
      if (kind === 'waiting') await insertWaiting(queries, taskId, { first, last, time });
      else await insertFinished(queries, taskId, { first, last, time });
      await queries.run(`INSERT INTO job_payloads (job_id, input) ${numbers(first, last)} SELECT i, '{"num1":5,"num2":10}' FROM numbers`);
    });
  }
  if (database.dialect === 'postgres') {
    // Rows with ids of ours leave the counters behind; and what autovacuum would find out in a minute is needed now.
    await database.write(async ({ all, run }) => {
      for (const table of ['jobs', 'executions']) await all(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), ${after + count})`);
      for (const table of ['jobs', 'job_payloads', 'executions']) await run(`ANALYZE ${table}`);
    });
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
  /** SQL for the time of row `i`. */
  readonly time: string;
}

async function insertWaiting(queries: Queries, taskId: number, { first, last, time }: Range): Promise<void> {
  await queries.run(
    `INSERT INTO jobs (id, uuid, task_id, status, priority, turn, run_at, queued_at)
     ${numbers(first, last)} SELECT i, ${uuidOf(queries, 'i')}, ${taskId}, 'queued', 50, ${time}, ${time}, ${time} FROM numbers`,
  );
  await addToRowCounts(queries, { 'jobs.queued': last - first + 1 }, () => 0);
}

async function insertFinished(queries: Queries, taskId: number, { first, last, time }: Range): Promise<void> {
  const status = `CASE i % 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'cancelled' ELSE 'completed' END`;
  await queries.run(
    `INSERT INTO jobs (id, uuid, task_id, execution_id, status, priority, turn, run_at, attempt, token, queued_at, started_at, completed_at)
     ${numbers(first, last)} SELECT i, ${uuidOf(queries, 'i')}, ${taskId}, i, ${status}, 50, ${time}, ${time}, 1, 1, ${time}, ${time} + 2, ${time} + 5 FROM numbers`,
  );
  await queries.run(
    `INSERT INTO executions (id, uuid, task_id, task_version, task_checksum, job_id, attempt, token, status, queued_at, started_at, completed_at, duration_ms)
     ${numbers(first, last)} SELECT i, ${uuidOf(queries, 'i')}, ${taskId}, '1.0.0', '', i, 1, 1, ${status}, ${time}, ${time} + 2, ${time} + 5, 3 FROM numbers`,
  );
  for (const table of ['jobs', 'executions']) {
    const rows = await queries.all<{ status: string; count: number }>(
      `SELECT status, count(*) AS count FROM ${table} WHERE id BETWEEN ${first} AND ${last} GROUP BY status`,
    );
    const changes = Object.fromEntries(rows.map((row) => [`${table}.${row.status}`, row.count]));
    await addToRowCounts(queries, changes, () => 0);
  }
}

function numbers(first: number, last: number): string {
  return `WITH RECURSIVE numbers (i) AS (SELECT CAST(${first} AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i < ${last})`;
}

function uuidOf({ dialect }: Queries, number: string): string {
  const digits = dialect === 'sqlite' ? `printf('%012d', ${number})` : `lpad(${number}::text, 12, '0')`;
  return `'00000000-0000-7000-8000-' || ${digits}`;
}
