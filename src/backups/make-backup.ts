import { rmSync, statfsSync, statSync } from 'node:fs';
import { backupFailed, copyDatabase, storageUnavailable, type Database } from '#storage/index.ts';
import type { BackupFolder, KeptBackup } from './backup-folder.ts';
import type { Manifest } from './backup.ts';
import { backupNoRoom } from './errors.ts';

/** What is known of a backup before it is made. */
export type PlannedBackup = Pick<Manifest, 'name' | 'kind' | 'label' | 'takenAt' | 'createdBy'>;

export interface MakeParts {
  readonly database: Pick<Database, 'dialect' | 'read'>;
  readonly url: string;
  readonly folder: BackupFolder;
  readonly monotonic: () => number;
  readonly madeBy: string;
}

/** What is said when a disk, or a quota, is full. */
const fullWords = /no space left|disk is full|disk quota|ENOSPC|EDQUOT|STORAGE_FULL/i;
const mostUnfinished = ['', '.part', '.part-journal'];

/**
 * Copies the database in a process of its own, reads the copy to its end, and only then gives it its name. Nothing is left of one that fails.
 * @throws BACKUP_NO_ROOM, BACKUP_FAILED, BACKUP_INVALID, STORAGE_UNAVAILABLE; the reason of the signal
 */
export async function makeBackup(planned: PlannedBackup, parts: MakeParts, signal: AbortSignal): Promise<KeptBackup> {
  const { database, folder, url } = parts;
  const startedMs = parts.monotonic();
  const file = folder.unfinished(planned.name);
  try {
    await refuseWithoutRoom(parts);
    const { sha256, schemaVersion, rows, lastJobId } = await copyDatabase({ deed: 'copy', url, file }, signal);
    signal.throwIfAborted();
    const { size: bytes } = statSync(file);
    const tookMs = Math.round(parts.monotonic() - startedMs);
    folder.keep(
      { ...planned, dialect: database.dialect, bytes, sha256, schemaVersion, rows, lastJobId, tookMs, madeBy: parts.madeBy },
      file,
    );
  } catch (caught) {
    for (const ending of mostUnfinished) rmSync(file + ending, { force: true });
    if (!signal.aborted && backupFailed.is(caught) && fullWords.test(caught.data.detail))
      throw backupNoRoom({ folder: folder.path, neededBytes: null, freeBytes: null }, caught);
    if (caught instanceof Error && 'syscall' in caught) throw backupFailed({ what: `write ${file}`, detail: caught.message }, caught);
    throw caught;
  }
  const kept = folder.find(planned.name);
  if (kept === null) throw backupFailed({ what: `find ${planned.name}`, detail: 'somebody else has removed it' });
  return kept;
}

/** How much of a backup that is being made is there already. */
export function bytesSoFar(folder: BackupFolder, name: string): number {
  const file = folder.unfinished(name);
  const sizes = mostUnfinished.slice(0, 2).map((ending) => statSync(file + ending, { throwIfNoEntry: false })?.size ?? 0);
  return Math.max(...sizes);
}

/** Asked before, because a disk that is filled up stops the server as well. What an archive of PostgreSQL needs nobody knows before. */
async function refuseWithoutRoom({ database, folder }: MakeParts): Promise<void> {
  if (database.dialect !== 'sqlite') return;
  const [used] = await database.read.all<{ bytes: number }>(
    'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
  );
  if (used === undefined) throw storageUnavailable({ where: folder.path, detail: 'it does not tell its size' });
  const { bavail, bsize } = statfsSync(folder.path);
  if (bavail * bsize < used.bytes) throw backupNoRoom({ folder: folder.path, neededBytes: used.bytes, freeBytes: bavail * bsize });
}
