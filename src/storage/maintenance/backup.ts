import { chmodSync, existsSync, openSync, closeSync, fsyncSync, renameSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { RatchetError } from '#kernel/index.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { backupExists, backupFailed, databaseMissing } from '../errors.ts';

export interface Backup {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Copies a database into a file as it is at one moment, while others use it. SQLite: a compact SQLite file; PostgreSQL: an archive of pg_dump.
 * @throws BACKUP_EXISTS, BACKUP_FAILED, DATABASE_MISSING
 */
export async function backUp(address: DatabaseAddress, to: string): Promise<Backup> {
  const file = resolve(to);
  if (existsSync(file)) throw backupExists({ file });
  const part = `${file}.part`;
  try {
    rmSync(part, { force: true });
    if (address.dialect === 'sqlite') await copySqlite(address.file, part);
    else await (await import('./postgres-archive.ts')).dumpPostgres(address, part);
    chmodSync(part, 0o600);
    flush(part);
    renameSync(part, file);
  } catch (caught) {
    if (existsSync(part)) rmSync(part);
    if (databaseMissing.is(caught) || backupFailed.is(caught)) throw caught;
    // What SQLite says here is about the copy, not about the database.
    const cause = caught instanceof RatchetError && caught.cause instanceof Error ? caught.cause : caught;
    throw backupFailed({ what: `write ${file}`, detail: cause instanceof Error ? cause.message : String(cause) }, caught);
  }
  return { file, bytes: statSync(file).size };
}

/** One read transaction, so that writers neither wait for it nor make it start again. */
async function copySqlite(file: string | null, part: string): Promise<void> {
  if (file === null || !existsSync(file)) throw databaseMissing({ file: file ?? 'memory' });
  const { connectSqlite } = await import('../sqlite/sqlite-connection.ts');
  const connection = connectSqlite({ file, isReadOnly: true, synchronous: 'full' });
  try {
    connection.run('VACUUM INTO $1', [part]);
  } finally {
    connection.close();
  }
}

/** On the disk, and not only on its way there. */
export function flush(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The names in a folder. Not every system lets a folder be flushed; those that do not keep names anyway. */
export function flushFolder(folder: string): void {
  let handle: number | null = null;
  try {
    handle = openSync(folder, 'r');
    fsyncSync(handle);
  } catch {
    // As said.
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
