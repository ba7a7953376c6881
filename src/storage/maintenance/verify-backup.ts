import { RatchetError } from '#kernel/index.ts';
import type { Dialect } from '../database.ts';
import { backupInvalid } from '../errors.ts';
import { schemaState, type AppliedMigration } from '../migrations/apply.ts';
import { readMigrations } from '../migrations/migration.ts';

/** What stands in a backup, read from it row by row. */
export interface BackupFacts {
  /** The number of the last migration. */
  readonly schemaVersion: number;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  /** The highest number of a job; 0 when there is none. */
  readonly lastJobId: number;
}

/** Reads a whole backup. @throws BACKUP_INVALID when it is damaged, none of Ratchet, or from the future; BACKUP_FAILED */
export async function verifyBackup(dialect: Dialect, file: string): Promise<BackupFacts> {
  if (dialect === 'postgres') return (await import('./postgres-archive.ts')).readPostgresArchive(file);
  return checkSqliteBackup(file);
}

/** Whole, ours, and not from the future. */
export async function checkSqliteBackup(file: string): Promise<BackupFacts> {
  const { connectSqlite } = await import('../sqlite/sqlite-connection.ts');
  const { schemaConnection } = await import('../sqlite/open-sqlite.ts');
  try {
    const connection = connectSqlite({ file, isReadOnly: true, synchronous: 'full' });
    try {
      const [found] = connection.all<{ integrity_check: string }>('PRAGMA integrity_check(1)');
      if (found?.integrity_check !== 'ok') throw backupInvalid({ file, problem: found?.integrity_check ?? 'it is damaged' });
      const { applied } = await schemaState(schemaConnection(connection), readMigrations());
      if (applied.length === 0) throw backupInvalid({ file, problem: 'it is a database, but none of Ratchet' });
      const tables = connection.all<{ name: string }>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      );
      const rows = tables.map(({ name }) => [name, connection.all<{ n: number }>(`SELECT count(*) AS n FROM "${name}"`)[0]!.n] as const);
      const [last] = connection.all<{ id: number | null }>('SELECT max(id) AS id FROM jobs');
      return { schemaVersion: applied.at(-1)!.number, rows: Object.fromEntries(rows), lastJobId: last?.id ?? 0 };
    } finally {
      connection.close();
    }
  } catch (caught) {
    throw asInvalid(file, caught);
  }
}

/** Whether these migrations are ours and known. @throws MIGRATION_CHANGED, SCHEMA_NEWER */
export async function knownSchema(applied: readonly AppliedMigration[]): Promise<void> {
  const ledger = async <R>(sql: string) => (/ count\(/.test(sql) ? [{ found: 1 }] : applied) as R[];
  await schemaState({ dialect: 'postgres', all: ledger, script: async () => {} }, readMigrations());
}

/** What keeps a file from being a backup, whatever found it out. */
export function asInvalid(file: string, caught: unknown): unknown {
  if (caught instanceof RatchetError && (backupInvalid.is(caught) || caught.code === 'BACKUP_FAILED')) return caught;
  return backupInvalid({ file, problem: caught instanceof Error ? caught.message.replace(/\.$/, '') : String(caught) }, caught);
}
