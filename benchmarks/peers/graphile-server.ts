// Fastify and graphile-worker, which runs jobs in this very process and forgets them: results go into a table beside. Arguments: address of PostgreSQL, schema.
import { Logger, run } from 'graphile-worker';
import pg from 'pg';
import { checkedAdd } from './addition.ts';
import { serveJobs } from './job-front.ts';

const [connectionString, schema] = process.argv.slice(2) as [string, string];
const pool = new pg.Pool({ connectionString, max: 20 });
// Both are asked for by the library: a connection that breaks is made again.
pool.on('connect', (client) => client.on('error', () => {}));
pool.on('error', (error) => process.stderr.write(`${error.stack}\n`));
let stopped = false;
const results = `${schema}.addition_results`;
await pool.query(`CREATE SCHEMA ${schema}`);
await pool.query(
  `CREATE TABLE ${results} (job_id bigint PRIMARY KEY, output json NOT NULL, queued_at timestamptz, started_at timestamptz, finished_at timestamptz)`,
);
const runner = await run({
  pgPool: pool,
  schema,
  concurrency: 10,
  logger: new Logger(() => () => {}),
  noHandleSignals: true,
  preset: { worker: { schema, concurrentJobs: 10, localQueue: { size: 100 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  taskList: {
    async addition(payload, helpers) {
      const startedAt = new Date();
      const output = checkedAdd(JSON.stringify(payload));
      await helpers.query(`INSERT INTO ${results} VALUES ($1, $2, $3, $4, clock_timestamp())`, [
        helpers.job.id,
        output,
        helpers.job.created_at,
        startedAt,
      ]);
    },
  },
});

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

await serveJobs({
  add: async (input) => (await runner.addJob('addition', input)).id,
  async progress() {
    const { rows } = await pool.query<{ finished: number }>(`SELECT count(*)::int AS finished FROM ${results}`);
    return { finished: rows[0]!.finished, failed: 0 };
  },
  async lastFinishedAt() {
    const { rows } = await pool.query<{ at: number }>(`SELECT ${ms('max(finished_at)')} AS at FROM ${results}`);
    return rows[0]!.at;
  },
  async times(last) {
    const { rows } = await pool.query<{ queuedAt: number; startedAt: number; finishedAt: number }>(
      `SELECT ${ms('queued_at')} AS "queuedAt", ${ms('started_at')} AS "startedAt", ${ms('finished_at')} AS "finishedAt"
         FROM ${results} ORDER BY job_id DESC LIMIT $1`,
      [last],
    );
    return rows;
  },
  pause: async () => {
    await runner.stop();
    stopped = true;
  },
  async close() {
    if (!stopped) await runner.stop();
    await pool.end();
  },
});
