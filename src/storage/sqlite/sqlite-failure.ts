import { RatchetError } from '#kernel/index.ts';
import { databaseUnreadable, storageFull, storageUnavailable } from '../errors.ts';

/** What SQLite says about a failure: its primary result code, https://sqlite.org/rescode.html. */
const codes = { perm: 3, busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

/** A failure of SQLite that means something to those above as an error of ours; anything else as it is. */
export function sqliteFailure(caught: unknown, where: string): unknown {
  if (caught instanceof RatchetError || !isSqliteError(caught)) return caught;
  const detail = caught.message;
  switch (caught.errcode & 0xff) {
    case codes.full:
      return storageFull({ where, detail }, caught);
    case codes.busy:
    case codes.ioError:
      return storageUnavailable({ where, detail }, caught);
    case codes.perm:
    case codes.readOnly:
    case codes.corrupt:
    case codes.cannotOpen:
    case codes.notADatabase:
      return databaseUnreadable({ file: where, detail }, caught);
    default:
      return caught;
  }
}

/** What the system says when it cannot bring the log to the disk. The rows are there, and may be gone after a power cut: nobody was told they are safe. */
export function flushFailure(caught: unknown, where: string): RatchetError {
  const { code, message } = caught as NodeJS.ErrnoException;
  return (code === 'ENOSPC' || code === 'EDQUOT' ? storageFull : storageUnavailable)({ where, detail: message }, caught);
}

export function isBusy(caught: unknown): boolean {
  return isSqliteError(caught) && (caught.errcode & 0xff) === codes.busy;
}

function isSqliteError(caught: unknown): caught is Error & { readonly errcode: number } {
  return caught instanceof Error && 'errcode' in caught && typeof caught.errcode === 'number';
}
