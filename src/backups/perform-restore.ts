import { RatchetError, type Clock } from '#kernel/index.ts';
import { copyDatabase, parseDatabaseAddress, restore } from '#storage/index.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { openBackupFolder } from './backup-folder.ts';
import { restoreFailed } from './errors.ts';
import { restoreOrders, type RestoreOrder, type RestoreOrders } from './restore-order.ts';

export interface PerformedRestore {
  readonly order: RestoreOrder;
  /** Where the database is that was there before; null when there was none. */
  readonly kept: string | null;
}

export interface StartParts {
  readonly url: string;
  readonly dataFolder: string;
  readonly backupFolder: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** How long a process that was killed counts as one that still works on the database. */
  readonly patienceMs?: number;
}

/** A process that does not say so any more counts as gone after 30 s; some more for clocks. */
const usualPatienceMs = 40_000;
const againMs = 1_000;

/**
 * Restores what was staged, before the database is opened. The order goes last: a start that was cut short is done again, and comes to the
 * same end. @returns null where nothing was staged @throws RESTORE_FAILED, and the database is the old one
 */
export async function performStagedRestore(parts: StartParts): Promise<PerformedRestore | null> {
  const { url, clock, log } = parts;
  const address = parseDatabaseAddress(url);
  const orders = restoreOrders(parts.dataFolder, address.where);
  const order = readOrder(orders);
  if (order === null) return null;
  log(`restoring ${order.backup}, as ${order.stagedBy} has asked`);
  try {
    const backup = openBackupFolder(parts.backupFolder).find(order.backup);
    if (backup === null) throw new Error('it is not there any more.');
    const found = await copyDatabase({ deed: 'read', url, file: backup.file }, new AbortController().signal);
    if (found.sha256 !== backup.sha256) throw new Error('its checksum is another one than when it was made.');
    const { kept } = await whenNobodyWorks(() => restore(address, backup.file, clock, order.stagedAt), parts);
    orders.remove();
    log(`restored ${order.backup}${kept === null ? '' : `; what was there before is now ${kept}`}`);
    return { order, kept };
  } catch (caught) {
    const problem =
      caught instanceof RatchetError ? `${caught.message} ${caught.hint}` : caught instanceof Error ? caught.message : String(caught);
    throw restoreFailed({ name: order.backup, problem, order: orders.file }, caught);
  }
}

/** The process that was to end may have been killed a moment ago, and on PostgreSQL still count as one that works. */
async function whenNobodyWorks<T>(work: () => Promise<T>, { clock, log, patienceMs = usualPatienceMs }: StartParts): Promise<T> {
  const startedMs = clock.monotonic();
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await work();
    } catch (caught) {
      const isBusy = caught instanceof RatchetError && caught.code === 'DATABASE_BUSY';
      if (!isBusy || clock.monotonic() - startedMs > patienceMs) throw caught;
      if (isFirst) log(`${caught.message} Waiting for up to ${Math.round(patienceMs / 1_000)} s.`);
      await pause(againMs);
    }
  }
}

/** @throws RESTORE_FAILED for one that nobody can read: it was asked for, and nobody knows what */
function readOrder(orders: RestoreOrders): RestoreOrder | null {
  try {
    return orders.read();
  } catch (caught) {
    throw restoreFailed({ name: 'of that order', problem: 'the order cannot be read.', order: orders.file }, caught);
  }
}
