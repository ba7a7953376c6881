import { open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { isoTime, RatchetError, type Clock, type EventFeed, type Settings } from '#kernel/index.ts';
import { copyDatabase, type Database } from '#storage/index.ts';
import { backupName, type Backup } from './backup.ts';
import { openBackupFolder, type KeptBackup } from './backup-folder.ts';
import { backupDamaged, backupIsStaged, backupNotFound, backupUnderWay, backupUnsupported, nothingStaged } from './errors.ts';
import { bytesSoFar, makeBackup, type PlannedBackup } from './make-backup.ts';
import { restoreEffect, type RestoreEffect } from './restore-effect.ts';
import type { RestoreOrder, RestoreOrders } from './restore-order.ts';
import { backupInterval, keptBackups } from './settings.ts';

export interface BackupPiece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The backups of the database of a running server. */
export interface Backups {
  /** Newest first; one that is being made comes before all. */
  list(): Backup[];
  /** @throws BACKUP_NOT_FOUND */
  show(name: string): Backup;
  /** Begins a backup. @throws BACKUP_UNDER_WAY, BACKUP_UNSUPPORTED */
  begin(wish: Pick<PlannedBackup, 'kind' | 'label' | 'createdBy'>): { readonly name: string; readonly ended: Promise<Backup> };
  /** Deletes a backup, or gives up one that is being made. @throws BACKUP_NOT_FOUND, BACKUP_IS_STAGED */
  remove(name: string): Promise<Backup>;
  /** Its file from a place on. @throws BACKUP_NOT_FOUND, BACKUP_DAMAGED */
  read(name: string, from: number): { readonly backup: KeptBackup; readonly pieces: AsyncGenerator<BackupPiece> };
  /** Reads a whole backup again, compares it with what was written down, and says what restoring it would take back. @throws BACKUP_DAMAGED */
  inspect(name: string, signal: AbortSignal): Promise<{ readonly backup: Backup; readonly effect: RestoreEffect }>;
  /** Lets the next start restore a backup. @throws BACKUP_IS_STAGED for another */
  stage(name: string, by: string): RestoreOrder;
  /** @throws RESTORE_NOT_STAGED */
  unstage(): RestoreOrder;
  staged(): RestoreOrder | null;
  /** Removes what an earlier process left half-written; from now on makes backups by itself, where the configuration says so. */
  start(): void;
  /** Gives up what is being made. */
  stop(): Promise<void>;
}

export interface BackupParts {
  readonly database: Pick<Database, 'dialect' | 'read' | 'isForgetful' | 'where'>;
  readonly url: string;
  readonly folder: string;
  readonly orders: RestoreOrders;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly feed: Pick<EventFeed, 'publish'>;
  readonly madeBy: string;
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void;
}

interface Making {
  readonly planned: PlannedBackup;
  readonly stop: AbortController;
  readonly ended: Promise<Backup>;
}

const pieceBytes = 512 * 1024;
/** However long the interval is, the configuration is looked at so often: it may change. */
const lookMs = 60_000;

export function createBackups(parts: BackupParts): Backups {
  const { database, url, orders, settings, clock, feed, log } = parts;
  const folder = openBackupFolder(parts.folder);
  let making: Making | null = null;
  /** The last one that failed, until the next one begins. */
  let failed: { readonly planned: PlannedBackup; readonly problem: string } | null = null;
  let loop: Promise<void> | null = null;
  const stopping = new AbortController();

  const staged = () => orders.read();
  const shown = (kept: KeptBackup): Backup => {
    const { file: _file, takenAt, problem, lastJobId: _last, madeBy: _by, ...rest } = kept;
    const state = problem === null ? ('GOOD' as const) : ('DAMAGED' as const);
    return { ...rest, problem, state, createdAt: isoTime(takenAt), isStaged: staged()?.backup === kept.name };
  };
  const unfinished = (planned: PlannedBackup, state: 'MAKING' | 'FAILED', problem: string | null): Backup => {
    const { takenAt, ...rest } = planned;
    const nothing = { sha256: null, schemaVersion: null, rows: null, tookMs: null, isStaged: false };
    const bytes = state === 'MAKING' ? bytesSoFar(folder, planned.name) : 0;
    return { ...rest, ...nothing, state, problem, dialect: database.dialect, bytes, createdAt: isoTime(takenAt) };
  };
  const list = () => [
    ...(making === null ? [] : [unfinished(making.planned, 'MAKING', null)]),
    ...(failed === null ? [] : [unfinished(failed.planned, 'FAILED', failed.problem)]),
    ...folder.list().map(shown),
  ];
  const kept = (name: string): KeptBackup => {
    const found = folder.find(name);
    if (found === null) throw backupNotFound({ name, newest: folder.list()[0]?.name ?? null });
    return found;
  };
  const good = (name: string): KeptBackup => {
    const found = kept(name);
    if (found.problem !== null) throw backupDamaged({ name, problem: found.problem });
    return found;
  };
  const tell = (kind: string, name: string, data: Readonly<Record<string, unknown>> = {}) =>
    feed.publish({ kind, at: clock.now(), taskId: null, jobId: null, executionId: null, data: { name, ...data } });

  const begin: Backups['begin'] = (wish) => {
    if (database.isForgetful) throw backupUnsupported({ where: database.where });
    if (making !== null) throw backupUnderWay({ name: making.planned.name });
    const takenAt = clock.now();
    const planned = { ...wish, takenAt, name: backupName(takenAt, wish.label) };
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, stopping.signal]);
    folder.clean();
    failed = null;
    tell('backup.started', planned.name, { kind: wish.kind });
    const monotonic = () => clock.monotonic();
    const ended = makeBackup(planned, { database, url, folder, monotonic, madeBy: parts.madeBy }, signal).then(
      (made) => {
        making = null;
        tell('backup.completed', made.name, { bytes: made.bytes, tookMs: made.tookMs });
        log('info', `made the backup ${made.name} (${made.bytes} bytes, ${made.tookMs} ms)`);
        prune();
        return shown(made);
      },
      (caught: unknown) => {
        making = null;
        const problem = signal.aborted ? 'it was given up' : caught instanceof Error ? caught.message : String(caught);
        failed = signal.aborted ? null : { planned, problem };
        tell('backup.failed', planned.name, { problem, errorCode: caught instanceof RatchetError ? caught.code : null });
        log(signal.aborted ? 'info' : 'error', `the backup ${planned.name} was not made: ${problem}`);
        throw signal.aborted ? backupNotFound({ name: planned.name, newest: folder.list()[0]?.name ?? null }) : caught;
      },
    );
    ended.catch(() => {});
    making = { planned, stop, ended };
    return { name: planned.name, ended };
  };

  /** Of those made by the server itself; never the newest good one of all, and never one that is to be restored. */
  const prune = () => {
    const all = folder.list();
    const newestGood = all.find(({ problem }) => problem === null)?.name;
    const own = all.filter(({ kind }) => kind === 'AUTOMATIC');
    for (const one of own.slice(settings.get(keptBackups))) {
      if (one.name === newestGood || one.name === staged()?.backup) continue;
      folder.remove(one);
      log('info', `removed the backup ${one.name}: ${keptBackups.key} is ${settings.get(keptBackups)}`);
    }
  };

  const makeDue = async (): Promise<void> => {
    const everyMs = settings.get(backupInterval) * 1_000;
    if (everyMs === 0 || making !== null || database.isForgetful) return;
    const last = folder.list().find(({ kind }) => kind === 'AUTOMATIC');
    const lastTry = Math.max(last?.takenAt ?? 0, failed?.planned.takenAt ?? 0);
    if (clock.now() - lastTry < everyMs) return;
    await begin({ kind: 'AUTOMATIC', label: null, createdBy: 'server' }).ended;
  };

  const runForEver = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // What went wrong is logged and told; the next one may work.
      await makeDue().catch(() => {});
      const everyMs = settings.get(backupInterval) * 1_000;
      await pause(Math.min(everyMs || lookMs, lookMs), undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  };

  return {
    list,
    staged,
    begin,
    show(name) {
      if (making?.planned.name === name) return unfinished(making.planned, 'MAKING', null);
      if (failed?.planned.name === name) return unfinished(failed.planned, 'FAILED', failed.problem);
      return shown(kept(name));
    },
    async remove(name) {
      if (making?.planned.name === name) {
        const given = unfinished(making.planned, 'MAKING', null);
        const { ended } = making;
        making.stop.abort(new Error('the backup was given up'));
        await ended.catch(() => {});
        return { ...given, state: 'FAILED', problem: 'it was given up' };
      }
      const found = kept(name);
      if (staged()?.backup === name) throw backupIsStaged({ name });
      folder.remove(found);
      tell('backup.deleted', name);
      return shown(found);
    },
    read(name, from) {
      const backup = good(name);
      return { backup, pieces: piecesOf(backup, from) };
    },
    async inspect(name, signal) {
      const backup = good(name);
      const found = await copyDatabase({ deed: 'read', url, file: backup.file }, signal).catch((caught: unknown) => {
        if (caught instanceof RatchetError && caught.code === 'BACKUP_INVALID')
          throw backupDamaged({ name, problem: String(caught.data['problem']) }, caught);
        throw caught;
      });
      if (found.sha256 !== backup.sha256) throw backupDamaged({ name, problem: 'its checksum is another one' });
      for (const [table, rows] of Object.entries(backup.rows)) {
        if (found.rows[table] !== rows)
          throw backupDamaged({ name, problem: `${table} has ${found.rows[table] ?? 'no'} rows instead of ${rows}` });
      }
      return { backup: shown(backup), effect: await restoreEffect(database, backup) };
    },
    stage(name, by) {
      const backup = good(name);
      const before = staged();
      if (before !== null && before.backup !== name) throw backupIsStaged({ name: before.backup });
      const order = { backup: backup.name, where: database.where, stagedAt: clock.now(), stagedBy: by };
      orders.write(order);
      tell('restore.staged', name, { by });
      log('warn', `${name} will be put back when this server starts the next time; what happens until then will be forgotten`);
      return order;
    },
    unstage() {
      const order = staged();
      if (order === null) throw nothingStaged({});
      orders.remove();
      tell('restore.unstaged', order.backup);
      log('info', `${order.backup} will not be put back`);
      return order;
    },
    start() {
      const left = folder.clean();
      if (left > 0) log('info', `removed ${left} files of backups that were never finished`);
      loop ??= runForEver();
    },
    async stop() {
      stopping.abort(new Error('the server stops'));
      await making?.ended.catch(() => {});
      await loop;
    },
  };
}

async function* piecesOf({ file, bytes: total }: KeptBackup, from: number): AsyncGenerator<BackupPiece> {
  const handle = await open(file, 'r');
  try {
    for (let offset = from; offset < total;) {
      const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, total - offset));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      if (bytesRead === 0) return;
      yield { offset, bytes: buffer.subarray(0, bytesRead) };
      offset += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
