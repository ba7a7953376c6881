import { migrationChanged, schemaNewer } from '../errors.ts';
import type { Dialect } from '../database.ts';
import { dialectText } from './dialect-text.ts';
import type { Migration } from './migration.ts';

/** One connection, outside of any transaction. */
export interface SchemaConnection {
  readonly dialect: Dialect;
  readonly all: <R>(sql: string, values?: readonly (string | number)[]) => Promise<R[]>;
  /** Several statements, without values. */
  readonly script: (text: string) => Promise<void>;
}

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  /** Milliseconds since 1970 UTC. */
  readonly applied_at: number;
}

export interface SchemaState {
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly Migration[];
}

/** What was applied, in order, whether this program knows it or not. */
export async function appliedMigrations(connection: SchemaConnection): Promise<readonly AppliedMigration[]> {
  if (!(await hasLedger(connection))) return [];
  return connection.all<AppliedMigration>('SELECT number, name, checksum, applied_at FROM __migrations ORDER BY number');
}

/** What was applied and what is still to be. Changes nothing. @throws MIGRATION_CHANGED, SCHEMA_NEWER */
export async function schemaState(connection: SchemaConnection, migrations: readonly Migration[]): Promise<SchemaState> {
  const applied = await appliedMigrations(connection);
  for (const { number, name, checksum } of applied) {
    const known = migrations[number - 1];
    if (known === undefined) throw schemaNewer({ database: applied.at(-1)!.number, known: migrations.length });
    if (known.checksum !== checksum) throw migrationChanged({ number, name });
  }
  return { applied, pending: migrations.slice(applied.length) };
}

/**
 * Applies what is pending, each migration in a transaction with its row in `__migrations`.
 * @returns those applied now @throws MIGRATION_CHANGED, SCHEMA_NEWER
 */
export async function applyMigrations(
  connection: SchemaConnection,
  migrations: readonly Migration[],
  now: number,
): Promise<readonly Migration[]> {
  await connection.script(
    'CREATE TABLE IF NOT EXISTS __migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)',
  );
  const { pending } = await schemaState(connection, migrations);
  for (const { number, name, text, checksum } of pending) {
    await connection.script(connection.dialect === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      await connection.script(dialectText(text, connection.dialect));
      await connection.all('INSERT INTO __migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)', [
        number,
        name,
        checksum,
        now,
      ]);
      await connection.script('COMMIT');
    } catch (caught) {
      await connection.script('ROLLBACK');
      throw caught;
    }
  }
  return pending;
}

async function hasLedger({ dialect, all }: SchemaConnection): Promise<boolean> {
  const found = await all<{ found: number }>(
    dialect === 'sqlite'
      ? "SELECT count(*) AS found FROM sqlite_schema WHERE type = 'table' AND name = '__migrations'"
      : "SELECT count(*) AS found FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '__migrations'",
  );
  return found[0]!.found > 0;
}
