import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RatchetError, type Clock } from '#kernel/index.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { backupFailed, backupInvalid } from '../errors.ts';
import { schemaState } from '../migrations/apply.ts';
import { readMigrations } from '../migrations/migration.ts';
import { flush } from './backup.ts';

export interface Restored {
  readonly where: string;
  /** Where the old database is: a file, or a schema on the server; null when there was none. */
  readonly kept: string | null;
}

/**
 * Puts a backup in the place of a database that nobody uses. What was there is kept under another name.
 * @throws BACKUP_INVALID, BACKUP_FAILED, STORAGE_IN_USE, DATABASE_BUSY
 */
export async function restore(address: DatabaseAddress, from: string, clock: Clock): Promise<Restored> {
  const backup = resolve(from);
  if (!existsSync(backup)) throw backupInvalid({ file: backup, problem: 'it does not exist' });
  if (address.dialect === 'postgres') {
    const { restorePostgres } = await import('./postgres-archive.ts');
    return { where: address.where, kept: await restorePostgres(address, backup, clock) };
  }
  if (address.file === null) throw backupFailed({ what: 'put the backup back', detail: 'a database in memory has no file' });
  await checkBackup(backup);
  mkdirSync(dirname(address.file), { recursive: true });
  const { lockFile } = await import('../sqlite/file-lock.ts');
  const lock = lockFile(address.file, process.pid);
  try {
    return { where: address.where, kept: exchange(backup, address.file, clock.now()) };
  } catch (caught) {
    throw backupFailed({ what: 'put the backup back', detail: caught instanceof Error ? caught.message : String(caught) }, caught);
  } finally {
    lock.release();
  }
}

/** @returns where the old file is now, or null when there was none */
function exchange(backup: string, file: string, now: number): string | null {
  const fresh = `${file}.restoring`;
  copyFileSync(backup, fresh);
  flush(fresh);
  const old = existsSync(file) ? `${file}.before-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}` : null;
  // With the log that belongs to it: without one it would lack what was written last, with another's it would be damaged.
  for (const ending of ['-wal', '-shm']) {
    if (old !== null && existsSync(file + ending)) renameSync(file + ending, old + ending);
    else rmSync(file + ending, { force: true });
  }
  if (old !== null) renameSync(file, old);
  renameSync(fresh, file);
  return old;
}

/** Whole, ours, and not from the future. */
async function checkBackup(file: string): Promise<void> {
  const { connectSqlite } = await import('../sqlite/sqlite-connection.ts');
  const { schemaConnection } = await import('../sqlite/open-sqlite.ts');
  try {
    const connection = connectSqlite({ file, isReadOnly: true, synchronous: 'full' });
    try {
      const [found] = connection.all<{ integrity_check: string }>('PRAGMA integrity_check(1)');
      if (found?.integrity_check !== 'ok') throw backupInvalid({ file, problem: found?.integrity_check ?? 'it is damaged' });
      const { applied } = await schemaState(schemaConnection(connection), readMigrations());
      if (applied.length === 0) throw backupInvalid({ file, problem: 'it is a database, but none of Ratchet' });
    } finally {
      connection.close();
    }
  } catch (caught) {
    if (caught instanceof RatchetError && caught.code === 'BACKUP_INVALID') throw caught;
    throw backupInvalid({ file, problem: caught instanceof Error ? caught.message.replace(/\.$/, '') : String(caught) }, caught);
  }
}
