import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Database } from '../database.ts';
import { schemaOutdated } from '../errors.ts';
import { applyMigrations, schemaState, type SchemaConnection } from '../migrations/apply.ts';
import { readMigrations } from '../migrations/migration.ts';
import type { OpenOptions } from '../open-database.ts';
import { clientConfig, type PostgresAddress } from './postgres-connection.ts';
import { postgresDatabase } from './postgres-database.ts';
import { postgresFailure } from './postgres-failure.ts';

/** How long work waits for a connection, or for one that others use, in milliseconds. */
const poolMs = 15_000;

/** @throws what `openDatabase` says */
export async function openPostgres(
  address: PostgresAddress,
  { clock, log = () => {}, migrate, maxConnections = 10, tuning, isReadOnly = false }: OpenOptions,
): Promise<Database> {
  try {
    const client = new pg.Client(clientConfig(address));
    // Connections end when they are asked something; without a listener Node would end the process.
    client.on('error', () => {});
    await client.connect();
    try {
      if (migrate && !isReadOnly) await migrateAlone(client, address, clock.now(), log);
      else {
        const { pending } = await schemaState(schemaConnection(client), readMigrations());
        if (pending.length > 0) throw schemaOutdated({ pending: pending.map(({ number }) => number) });
      }
    } finally {
      await client.end();
    }
  } catch (caught) {
    throw postgresFailure(caught, address.where);
  }
  const pool = new pg.Pool({
    ...clientConfig(address),
    max: maxConnections,
    connectionTimeoutMillis: tuning?.connectMs ?? poolMs,
    allowExitOnIdle: true,
    ...(tuning && { min: tuning.minConnections, idleTimeoutMillis: tuning.idleMs, maxLifetimeSeconds: tuning.lifetimeSeconds }),
  });
  return postgresDatabase({ address, pool, clock, log, instance: randomUUID(), isReadOnly });
}

/** Processes that start at the same time migrate one after the other. */
async function migrateAlone(client: pg.Client, { schema }: PostgresAddress, now: number, log: (line: string) => void): Promise<void> {
  await client.query("SELECT pg_advisory_lock(hashtext('ratchet migrations'), hashtext($1))", [schema ?? '']);
  try {
    if (schema !== null) await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    for (const { number, name } of await applyMigrations(schemaConnection(client), readMigrations(), now)) {
      log(`applied migration ${number} (${name})`);
    }
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtext('ratchet migrations'), hashtext($1))", [schema ?? '']);
  }
}

/** What migrations need of a connection. */
export function schemaConnection(client: pg.ClientBase): SchemaConnection {
  return {
    dialect: 'postgres',
    all: async <R>(sql: string, values: readonly (string | number)[] = []) => (await client.query(sql, [...values])).rows as R[],
    async script(text) {
      await client.query(text);
    },
  };
}
