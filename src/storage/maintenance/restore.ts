import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RatchetError, type Clock } from '#kernel/index.ts';
import type { DatabaseAddress } from '../database-address.ts';
import { backupFailed, backupInvalid } from '../errors.ts';
import { flush, flushFolder } from './backup.ts';
import { checkSqliteBackup } from './verify-backup.ts';

export interface Restored {
  readonly where: string;
  /** Where the old database is: a file, or a schema on the server; null when there was none. */
  readonly kept: string | null;
}

/**
 * Puts a backup in the place of a database that nobody uses. What was there is kept under another name. However it is cut short, the
 * database is afterwards the old one or the new one (on PostgreSQL the same call with the same time has to be made again), and the same call
 * with the same time goes on where it ended.
 * @param at names what is kept: milliseconds since 1970 UTC @throws BACKUP_INVALID, BACKUP_FAILED, STORAGE_IN_USE, DATABASE_BUSY
 */
export async function restore(address: DatabaseAddress, from: string, clock: Clock, at = clock.now()): Promise<Restored> {
  const backup = resolve(from);
  if (!existsSync(backup)) throw backupInvalid({ file: backup, problem: 'it does not exist' });
  if (address.dialect === 'postgres') {
    const { restorePostgres } = await import('./postgres-archive.ts');
    return { where: address.where, kept: await restorePostgres(address, backup, clock, at) };
  }
  if (address.file === null) throw backupFailed({ what: 'put the backup back', detail: 'a database in memory has no file' });
  await checkSqliteBackup(backup);
  mkdirSync(dirname(address.file), { recursive: true });
  const { lockFile } = await import('../sqlite/file-lock.ts');
  const lock = lockFile(address.file, process.pid);
  try {
    return { where: address.where, kept: await exchange(backup, address.file, at) };
  } catch (caught) {
    throw backupFailed({ what: 'put the backup back', detail: caught instanceof Error ? caught.message : String(caught) }, caught);
  } finally {
    lock.release();
  }
}

/**
 * The old file gets a second name before the new one takes the first in one step, so that at no moment nothing is there.
 * @returns where the old file is now, or null when there was none
 */
async function exchange(backup: string, file: string, at: number): Promise<string | null> {
  const fresh = `${file}.restoring`;
  copyFileSync(backup, fresh);
  chmodSync(fresh, 0o600);
  flush(fresh);
  const kept = existsSync(file) ? `${file}.before-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}` : null;
  // Kept already: an earlier call got as far as this. What stands in its place now may be the new one.
  if (kept !== null && !existsSync(kept)) {
    // Without its log it would lack what was written last; one that is too damaged to take its log in keeps it beside it.
    if (!(await takesLogIn(file)) && existsSync(`${file}-wal`)) secondName(`${file}-wal`, `${kept}-wal`);
    secondName(file, kept);
  }
  // With the log of another it would be damaged.
  for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true });
  renameSync(fresh, file);
  flushFolder(dirname(file));
  return kept;
}

/** Writes the log of a file into the file. @returns false where that cannot be done */
async function takesLogIn(file: string): Promise<boolean> {
  const { connectSqlite } = await import('../sqlite/sqlite-connection.ts');
  try {
    const connection = connectSqlite({ file, isReadOnly: false, synchronous: 'full' });
    try {
      return connection.all<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')[0]?.busy === 0;
    } finally {
      connection.close();
    }
  } catch (caught) {
    if (caught instanceof RatchetError) return false;
    throw caught;
  }
}

function secondName(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    // Not every file system has second names.
    copyFileSync(file, `${name}.part`);
    flush(`${name}.part`);
    renameSync(`${name}.part`, name);
  }
}
