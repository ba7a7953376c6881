import type { Clock } from '#kernel/index.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { backupInvalid, databaseBusy } from '../errors.ts';
import { schemaState, type SchemaConnection } from '../migrations/apply.ts';
import { readMigrations } from '../migrations/migration.ts';
import { readSnapshot } from '../migrations/schema-snapshot.ts';
import { look } from './look.ts';
import { runProgram } from './run-program.ts';

type PostgresAddress = Extract<DatabaseAddress, { dialect: 'postgres' }>;

/** Writes our tables, and nobody else's, into an archive of pg_dump. @throws BACKUP_FAILED, STORAGE_UNAVAILABLE */
export async function dumpPostgres(address: PostgresAddress, file: string): Promise<void> {
  const { schema, tables } = await look(address, ownTables);
  const chosen = tables.map((table) => `--table="${schema}"."${table}"`);
  const args = ['--format', 'custom', '--no-owner', '--no-privileges', ...chosen, '--file', file];
  await runProgram('pg_dump', args, address.url, 'back up the database');
}

/**
 * Moves our tables into a schema of their own and puts those of the archive in their place; moves them back when that fails.
 * @returns the schema that holds the old tables, or null when there were none
 * @throws BACKUP_FAILED, BACKUP_INVALID, DATABASE_BUSY, STORAGE_UNAVAILABLE
 */
export async function restorePostgres(address: PostgresAddress, file: string, clock: Clock): Promise<string | null> {
  return look(address, async (connection) => {
    const { schema, tables } = await ownTables(connection);
    if (tables.includes('nodes')) await refuseWhileUsed(connection, address.where, clock.now());
    const kept = `${schema.slice(0, 30)}_before_${new Date(clock.now()).toISOString().replaceAll(/\D/g, '')}`;
    await move(connection, tables, schema, kept);
    try {
      const args = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges', `--schema=${schema}`];
      await runProgram('pg_restore', [...args, file], address.url, 'put the backup back');
      const { applied } = await schemaState(connection, readMigrations()).catch((caught: unknown) => {
        throw backupInvalid({ file, problem: caught instanceof Error ? caught.message.replace(/\.$/, '') : String(caught) }, caught);
      });
      if (applied.length === 0) throw backupInvalid({ file, problem: `it holds no tables of Ratchet for the schema ${schema}` });
    } catch (caught) {
      for (const table of (await ownTables(connection)).tables) await connection.script(`DROP TABLE "${schema}"."${table}" CASCADE`);
      await move(connection, tables, kept, schema);
      await connection.script(`DROP SCHEMA "${kept}"`);
      throw caught;
    }
    if (tables.length > 0) return kept;
    await connection.script(`DROP SCHEMA "${kept}"`);
    return null;
  });
}

/** Those of our tables that are there. */
async function ownTables({ all }: SchemaConnection): Promise<{ schema: string; tables: string[] }> {
  const [here] = await all<{ schema: string | null }>('SELECT current_schema() AS schema');
  const schema = here?.schema ?? 'public';
  const known = new Set(['__migrations', ...readSnapshot('postgres').flatMap((line) => /^table (\S+)$/.exec(line)?.[1] ?? [])]);
  const found = await all<{ name: string }>('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1', [schema]);
  return { schema, tables: found.map(({ name }) => name).filter((name) => known.has(name)) };
}

/** With their indexes and sequences, in one transaction. */
async function move({ script }: SchemaConnection, tables: readonly string[], from: string, to: string): Promise<void> {
  const moves = tables.map((table) => `ALTER TABLE "${from}"."${table}" SET SCHEMA "${to}";`);
  await script(`BEGIN; CREATE SCHEMA IF NOT EXISTS "${to}"; ${moves.join(' ')} COMMIT`);
}

async function refuseWhileUsed({ all }: SchemaConnection, where: string, now: number): Promise<void> {
  const [row] = await all<{ alive: number }>('SELECT count(*) AS alive FROM nodes WHERE seen_until > $1', [now]);
  if (row!.alive > 0) throw databaseBusy({ where, processes: row!.alive });
}
