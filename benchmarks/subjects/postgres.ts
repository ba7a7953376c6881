import { readFileSync } from 'node:fs';
import pg from 'pg';

/** Where the benchmark finds PostgreSQL: the same as the tests. */
export const postgresUrl = process.env['RATCHET_TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

/** A schema of its own, for one subject. */
export interface PostgresSchema {
  readonly name: string;
  /** `postgres://...?schema=name`, as Ratchet takes it. */
  readonly url: string;
  /** The process that all connections belong to; null where the server runs on another machine. */
  readonly serverPid: number | null;
  remove(): Promise<void>;
}

let count = 0;

/** @throws when PostgreSQL does not answer */
export async function postgresSchema(): Promise<PostgresSchema> {
  const name = `bench_${process.pid}_${count++}`;
  const url = new URL(postgresUrl);
  url.searchParams.set('schema', name);
  const serverPid = await asking(async (client) =>
    parentOf((await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid),
  );
  return {
    name,
    url: url.href,
    serverPid,
    remove: () =>
      asking(async (client) => {
        await client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
      }),
  };
}

/** Whether PostgreSQL answers; what it says when it does not. */
export async function postgresProblem(): Promise<string | null> {
  try {
    await asking((client) => client.query('SELECT 1'));
    return null;
  } catch (caught) {
    return caught instanceof AggregateError ? String(caught.errors[0]) : String(caught);
  }
}

async function asking<T>(ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await ask(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.includes('(postgres)') ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) : null;
  } catch {
    return null;
  }
}
