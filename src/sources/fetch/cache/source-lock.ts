import { mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/**
 * Does `work` while nobody else, in this process or another, does something under the same name. The lock is an open transaction on a tiny
 * file: the system takes it from a process that ends, however it ends.
 * @throws the reason of the signal, and what `work` throws
 */
export async function underLock<T>(folder: string, name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const lock = new DatabaseSync(`${folder}/${name}.lock`, { timeout: 0 });
  try {
    while (!isTaken(lock)) {
      await sleep(pollMs, undefined, { signal }).catch(() => {});
      signal.throwIfAborted();
    }
    return await work();
  } finally {
    lock.close();
  }
}

function isTaken(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    const { errcode } = error as { errcode?: number };
    // SQLITE_BUSY, whatever its subtype.
    if (errcode !== undefined && (errcode & 0xff) === 5) return false;
    throw error;
  }
}
