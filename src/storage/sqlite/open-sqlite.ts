import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from '../database.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { databaseUnreadable, schemaOutdated } from '../errors.ts';
import { applyMigrations, schemaState, type SchemaConnection } from '../migrations/apply.ts';
import { readMigrations } from '../migrations/migration.ts';
import type { OpenOptions } from '../open-database.ts';
import { lockFile } from './file-lock.ts';
import { connectSqlite, type SqliteConnection } from './sqlite-connection.ts';
import { sqliteDatabase } from './sqlite-database.ts';

/** @throws what `openDatabase` says */
export async function openSqlite(
  { file, where }: Extract<DatabaseAddress, { dialect: 'sqlite' }>,
  { synchronous, clock, log, migrate, tuning, isReadOnly = false }: OpenOptions,
): Promise<Database> {
  if (file !== null && isReadOnly && !existsSync(file)) throw databaseUnreadable({ file, detail: 'it does not exist' });
  if (file !== null && !isReadOnly) makeFolder(file);
  const lock = file === null || isReadOnly ? null : lockFile(file, process.pid);
  if (lock !== null) makePrivate(file!);
  const open: SqliteConnection[] = [];
  const connect = (isReader: boolean) => {
    const connection = connectSqlite({ file: file ?? ':memory:', isReadOnly: isReader, synchronous, ...tuning });
    open.push(connection);
    return connection;
  };
  try {
    const writer = isReadOnly ? null : connect(false);
    const schema = schemaConnection(writer ?? connect(true));
    if (migrate && writer !== null) {
      for (const { number, name } of await applyMigrations(schema, readMigrations(), clock.now()))
        log?.(`applied migration ${number} (${name})`);
    } else {
      const { pending } = await schemaState(schema, readMigrations());
      if (pending.length > 0) throw schemaOutdated({ pending: pending.map(({ number }) => number) });
    }
    const reader = writer === null ? open[0]! : file === null ? writer : connect(true);
    return sqliteDatabase({ where, file, writer, reader, lock, clock, survivesPowerCut: synchronous === 'full' });
  } catch (caught) {
    for (const connection of open) connection.close();
    lock?.release();
    throw caught;
  }
}

/** What migrations need of a connection. */
export function schemaConnection(connection: SqliteConnection): SchemaConnection {
  return {
    dialect: 'sqlite',
    all: async <R>(sql: string, values?: readonly (string | number)[]) => connection.all<R>(sql, values),
    script: async (text) => connection.script(text),
  };
}

/** Inputs and outputs of tasks are nobody else's business; what SQLite puts beside the file has its rights. */
function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (caught) {
    throw databaseUnreadable({ file, detail: caught instanceof Error ? caught.message : String(caught) }, caught);
  }
}
