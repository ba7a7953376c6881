import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storageInUse } from '../errors.ts';
import { isBusy, sqliteFailure } from './sqlite-failure.ts';

/** The right to write to a SQLite file, until it is given back or the process ends. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the one right to write to a SQLite file. The lock is an open transaction on a tiny second file beside it: the operating system takes it
 * from a process that ends, however it ends, so it cannot be left behind. Others may still read the pid in it.
 * @throws STORAGE_IN_USE
 */
export function lockFile(file: string, pid: number): FileLock {
  const path = lockPath(file);
  let lock: DatabaseSync | null = null;
  try {
    // Somebody who asks who the owner is holds it for a moment.
    lock = new DatabaseSync(path, { timeout: 200 });
    lock.exec('PRAGMA journal_mode = delete; CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL)');
    lock.exec(`BEGIN IMMEDIATE; DELETE FROM owner; INSERT INTO owner VALUES (${pid}); COMMIT; BEGIN IMMEDIATE`);
  } catch (caught) {
    lock?.close();
    if (isBusy(caught)) throw storageInUse({ file, pid: ownerOf(file) }, caught);
    throw sqliteFailure(caught, path);
  }
  const held = lock;
  return { release: () => held.close() };
}

/** Which process owns a SQLite file now; null when none does, or its name cannot be read at this moment. */
export function ownerOf(file: string): number | null {
  const path = lockPath(file);
  if (!existsSync(path)) return null;
  const lock = new DatabaseSync(path, { timeout: 100 });
  try {
    const owner = lock.prepare('SELECT pid FROM owner').get()?.['pid'];
    return typeof owner === 'number' && isHeld(lock) ? owner : null;
  } catch {
    return null;
  } finally {
    lock.close();
  }
}

/** The pid stays in the file after its process has ended; the lock does not. */
function isHeld(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (caught) {
    return isBusy(caught);
  }
}

/** Two names of one file have one lock. */
function lockPath(file: string): string {
  const real = existsSync(file) ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file));
  return `${real}.lock`;
}
