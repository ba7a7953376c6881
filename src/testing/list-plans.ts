import { CompiledQuery } from 'kysely';
import type { ListField, ListRequest } from '#kernel/index.ts';
import type { Database, Queries } from '#storage/index.ts';

/** Fills a database with jobs that have ended or wait, and an execution for each that ran. Values differ from row to row. */
export async function fillWithJobs(database: Database, count: number): Promise<void> {
  await database.write(async (queries) => {
    await queries.run(
      `INSERT INTO tasks (id, uuid, name, label, version, storage_type, created_at, updated_at) VALUES (1, 'task', 'task', 'Task', '1.0.0', 'file', 0, 0)`,
    );
    const status = `CASE WHEN n % 10 < 8 THEN 'completed' WHEN n % 10 = 8 THEN 'failed' ELSE 'queued' END`;
    const numbers = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)`;
    await queries.run(
      `${numbers} INSERT INTO jobs (uuid, task_id, status, priority, turn, run_at, queued_at, completed_at)
       SELECT 'job-' || n, 1, ${status}, 50, n, n, (n * 7919) % 100003, CASE WHEN n % 10 = 9 THEN NULL ELSE (n * 7907) % 100003 END FROM numbers`,
      [count],
    );
    await queries.run(
      `INSERT INTO executions (uuid, task_id, task_version, task_checksum, job_id, attempt, token, status, queued_at, completed_at)
       SELECT 'execution-' || id, 1, '1.0.0', 'sum', id, 1, 1, CASE WHEN status = 'queued' THEN 'pending' ELSE status END, queued_at, completed_at FROM jobs`,
    );
    if (queries.dialect === 'postgres') await queries.run('ANALYZE');
  });
}

/** The plans of the statements a list makes, but for its counts. */
export async function plansOf(database: Database, list: (database: Database) => Promise<unknown>): Promise<string[]> {
  const { dialect, read } = database;
  const made: CompiledQuery[] = [];
  const kysely = read.kysely.withPlugin({
    transformQuery({ node, queryId }) {
      made.push(read.kysely.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const watched: Queries = Object.create(read, { kysely: { value: kysely } }) as Queries;
  await list(Object.create(database, { read: { value: watched } }) as Database);
  const plans: string[] = [];
  for (const { sql, parameters } of made.filter((query) => / order by /i.test(query.sql))) {
    const explain = CompiledQuery.raw(`${dialect === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'} ${sql}`, [...parameters]);
    const { rows } = await read.kysely.executeQuery<Record<string, string>>(explain);
    plans.push(rows.map((row) => row['detail'] ?? row['QUERY PLAN']).join('\n'));
  }
  return plans;
}

/** Whether a plan sorts more than a page of rows. One that only orders ties of what an index has sorted does not. */
export function sortsAll(plan: string): boolean {
  const sorts = plan.matchAll(/(?<!Incremental )Sort {2}\(cost=\S+ rows=(\d+)/g);
  return plan.includes('USE TEMP B-TREE FOR ORDER BY') || [...sorts].some(([, rows]) => Number(rows) > 100);
}

/** First pages of a list in every order it documents, without a filter and with one of each status given. */
export function firstPages(fields: Readonly<Record<string, ListField>>, statuses: readonly string[]): readonly ListRequest[] {
  const sortable = Object.keys(fields).filter((field) => fields[field]!.isSortable === true);
  return sortable.flatMap((field) =>
    (['asc', 'desc'] as const).flatMap((order) =>
      [{}, ...statuses.map((eq) => ({ status: { eq } }))].map((filter) => ({
        filter,
        sort: { field, order },
        limit: 25,
        offset: 0,
        after: null,
      })),
    ),
  );
}
