// Fastify and pg-boss, which runs jobs in this very process. Arguments: address of PostgreSQL, schema.
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { checkedAdd, type Pair } from './addition.ts';
import { serveJobs } from './job-front.ts';

const [connectionString, schema] = process.argv.slice(2) as [string, string];
const boss = new PgBoss({ connectionString, schema, max: 10, schedule: false, useListenNotify: true });
const pool = new pg.Pool({ connectionString, max: 2 });
boss.on('error', (error) => process.stderr.write(`${error.stack}\n`));
await boss.start();
await boss.createQueue('addition', { notify: true });
await boss.work<Pair, void, { perJobResults: true; batchSize: number; pollingIntervalSeconds: number; burstWhenBatchFull: boolean }>(
  'addition',
  { batchSize: 100, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true, perJobResults: true },
  async (jobs) => jobs.map(({ id, data }) => ({ id, status: 'completed', output: JSON.parse(checkedAdd(JSON.stringify(data))) as object })),
);

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

await serveJobs({
  add: async (input) => (await boss.send('addition', input))!,
  async progress() {
    const { rows } = await pool.query<{ finished: number; failed: number }>(
      `SELECT count(*) FILTER (WHERE state = 'completed')::int AS finished, count(*) FILTER (WHERE state = 'failed')::int AS failed
         FROM ${schema}.job WHERE name = 'addition'`,
    );
    return rows[0]!;
  },
  async lastFinishedAt() {
    const { rows } = await pool.query<{ at: number }>(`SELECT ${ms('max(completed_on)')} AS at FROM ${schema}.job`);
    return rows[0]!.at;
  },
  async times(last) {
    const { rows } = await pool.query<{ queuedAt: number; startedAt: number; finishedAt: number }>(
      `SELECT ${ms('created_on')} AS "queuedAt", ${ms('started_on')} AS "startedAt", ${ms('completed_on')} AS "finishedAt"
         FROM ${schema}.job WHERE name = 'addition' AND state = 'completed' ORDER BY created_on DESC LIMIT $1`,
      [last],
    );
    return rows;
  },
  pause: () => boss.offWork('addition'),
  async close() {
    await boss.stop({ graceful: false });
    await pool.end();
  },
});
