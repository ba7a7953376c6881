import type { Clock } from '#kernel/index.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { backupFailed, backupInvalid, databaseBusy } from '../errors.ts';
import { schemaState, type AppliedMigration, type SchemaConnection } from '../migrations/apply.ts';
import { readMigrations } from '../migrations/migration.ts';
import { readSnapshot } from '../migrations/schema-snapshot.ts';
import { look } from './look.ts';
import { readProgram, runProgram } from './run-program.ts';
import { asInvalid, knownSchema, type BackupFacts } from './verify-backup.ts';

type PostgresAddress = Extract<DatabaseAddress, { dialect: 'postgres' }>;

/** Writes our tables, and nobody else's, into an archive of pg_dump. @throws BACKUP_FAILED, STORAGE_UNAVAILABLE */
export async function dumpPostgres(address: PostgresAddress, file: string): Promise<void> {
  const { schema, tables } = await look(address, ownTables);
  const chosen = tables.map((table) => `--table="${schema}"."${table}"`);
  const args = ['--format', 'custom', '--no-owner', '--no-privileges', ...chosen, '--file', file];
  await runProgram('pg_dump', args, address.url, 'back up the database');
}

/**
 * Moves our tables into a schema of their own and puts those of the archive in their place; moves them back when that fails. Each step is
 * one transaction, and the same call with the same time goes on where an earlier one was cut short.
 * @param at names the schema of the old tables
 * @returns the schema that holds the old tables, or null when there were none
 * @throws BACKUP_FAILED, BACKUP_INVALID, DATABASE_BUSY, STORAGE_UNAVAILABLE
 */
export async function restorePostgres(address: PostgresAddress, file: string, clock: Clock, at: number): Promise<string | null> {
  return look(address, async (connection) => {
    const { schema, tables } = await ownTables(connection);
    const kept = `${schema.slice(0, 30)}_before_${new Date(at).toISOString().replaceAll(/\D/g, '')}`;
    const before = await tablesIn(connection, kept);
    if (before === null) {
      if (tables.includes('nodes')) await refuseWhileUsed(connection, address.where, clock.now());
      await move(connection, tables, schema, kept);
    }
    try {
      if (before === null || tables.length === 0) {
        const args = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges', `--schema=${schema}`];
        await runProgram('pg_restore', [...args, file], address.url, 'put the backup back');
      }
      const { applied } = await schemaState(connection, readMigrations()).catch((caught: unknown) => {
        throw asInvalid(file, caught);
      });
      if (applied.length === 0) throw backupInvalid({ file, problem: `it holds no tables of Ratchet for the schema ${schema}` });
    } catch (caught) {
      await undo(connection, schema, kept);
      throw caught;
    }
    if ((before ?? tables).length > 0) return kept;
    await connection.script(`DROP SCHEMA "${kept}"`);
    return null;
  });
}

/** The old tables in the place of the new ones again, in one transaction. */
async function undo(connection: SchemaConnection, schema: string, kept: string): Promise<void> {
  const drops = (await ownTables(connection)).tables.map((table) => `DROP TABLE "${schema}"."${table}" CASCADE;`);
  const back = ((await tablesIn(connection, kept)) ?? []).map((table) => `ALTER TABLE "${kept}"."${table}" SET SCHEMA "${schema}";`);
  await connection.script(`BEGIN; ${drops.join(' ')} ${back.join(' ')} DROP SCHEMA "${kept}"; COMMIT`);
}

/** The tables of a schema; null where there is no such schema. */
async function tablesIn({ all }: SchemaConnection, schema: string): Promise<string[] | null> {
  const [found] = await all<{ n: number }>('SELECT count(*)::int AS n FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found!.n === 0) return null;
  const tables = await all<{ name: string }>('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1', [schema]);
  return tables.map(({ name }) => name);
}

/**
 * Reads an archive of pg_dump to its end, as the text that a restore would send, and counts what it holds.
 * @throws BACKUP_FAILED, BACKUP_INVALID
 */
export async function readPostgresArchive(file: string): Promise<BackupFacts> {
  const rows: Record<string, number> = {};
  const applied: AppliedMigration[] = [];
  let lastJobId = 0;
  let table: { readonly name: string; readonly columns: readonly string[] } | null = null;
  const read = (line: string) => {
    if (table === null) {
      const found = /^COPY (?:"?[^".]+"?\.)?"?([^".(]+?)"? \((.*)\) FROM stdin;$/.exec(line);
      if (found === null) return;
      table = { name: found[1]!, columns: found[2]!.split(', ').map((column) => column.replaceAll('"', '')) };
      rows[table.name] = 0;
    } else if (line === '\\.') table = null;
    else {
      rows[table.name]!++;
      const cell = (column: string) => line.split('\t')[table!.columns.indexOf(column)] ?? '';
      if (table.name === 'jobs') lastJobId = Math.max(lastJobId, Number(cell('id')));
      if (table.name === '__migrations') {
        const [number, appliedAt] = [Number(cell('number')), Number(cell('applied_at'))];
        applied.push({ number, name: cell('name'), checksum: cell('checksum'), applied_at: appliedAt });
      }
    }
  };
  try {
    await readProgram('pg_restore', ['--data-only', '--file=-', file], 'read the backup', read);
  } catch (caught) {
    const isMissing = backupFailed.is(caught) && caught.data.detail.includes('could not be started');
    throw isMissing ? caught : asInvalid(file, backupFailed.is(caught) ? new Error(caught.data.detail, { cause: caught }) : caught);
  }
  if (applied.length === 0) throw backupInvalid({ file, problem: 'it holds no tables of Ratchet' });
  try {
    await knownSchema(applied.toSorted((a, b) => a.number - b.number));
  } catch (caught) {
    throw asInvalid(file, caught);
  }
  return { schemaVersion: Math.max(...applied.map(({ number }) => number)), rows, lastJobId };
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
