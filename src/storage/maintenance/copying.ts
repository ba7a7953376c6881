import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { backupFailed, backupInvalid, databaseMissing, databaseUnreadable, storageUnavailable } from '../errors.ts';
import type { BackupFacts } from './verify-backup.ts';

/** What is to be done: copy a database into a file that does not exist and read the copy; or only read a file that was copied before. */
export interface CopyOrder {
  readonly deed: 'copy' | 'read';
  /** Of the database, also where only a file is read: it says of which kind the file is. */
  readonly url: string;
  readonly file: string;
}

export interface ReadBackup extends BackupFacts {
  readonly sha256: string;
}

export type CopyAnswer =
  | { readonly read: ReadBackup }
  | { readonly error: { readonly code: string; readonly message: string; readonly data: Readonly<Record<string, unknown>> } };

const entry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'copy-process.ts' : 'copy-process.js', import.meta.url));
const kinds = [backupFailed, backupInvalid, databaseMissing, databaseUnreadable, storageUnavailable];

/**
 * Does it in a process of its own, so that this one goes on answering. The database may be in use.
 * @param signal ends it at once; whoever aborts sees to what it has written so far
 * @throws BACKUP_FAILED, BACKUP_INVALID, DATABASE_MISSING, DATABASE_UNREADABLE, STORAGE_UNAVAILABLE; the reason of the signal
 */
export async function copyDatabase(order: CopyOrder, signal: AbortSignal): Promise<ReadBackup> {
  signal.throwIfAborted();
  // A group of its own, so that a program of PostgreSQL it has started ends with it.
  const compiled = getCompileCacheDir();
  const child = fork(entry, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
    env: { ...process.env, ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }) },
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const stop = () => {
    try {
      process.kill(process.platform === 'win32' ? child.pid! : -child.pid!, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<CopyAnswer>();
    child.once('message', (answer) => resolve(answer as CopyAnswer));
    child.once('error', reject);
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    void closed.then(() => reject(new Error(`its process ended: ${said.trim().split('\n').at(-1) ?? ''}`)));
    // What travels here and not in arguments cannot be read by other users.
    child.send(order);
    const answer = await promise.catch((caught: unknown) => {
      signal.throwIfAborted();
      throw backupFailed({ what: 'copy the database', detail: caught instanceof Error ? caught.message : String(caught) }, caught);
    });
    await closed;
    if ('read' in answer) return answer.read;
    const kind = kinds.find(({ code }) => code === answer.error.code) as ((data: never) => Error) | undefined;
    throw kind?.(answer.error.data as never) ?? backupFailed({ what: 'copy the database', detail: answer.error.message });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
