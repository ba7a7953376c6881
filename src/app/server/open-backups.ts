import { backupFolderOf, createBackups, performStagedRestore, restoreOrders, type Backups } from '#backups/index.ts';
import type { Clock, EventFeed, Settings } from '#kernel/index.ts';
import type { Logger } from '#observe/index.ts';
import type { Database } from '#storage/index.ts';
import { packageVersion } from '../package-version.ts';

export interface BackupWishes {
  readonly url: string;
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Opens the backups of a database that is open. `start` also tells that one was restored before. */
export type OpenBackups = (database: Database, feed: EventFeed) => Backups;

/** Restores what was staged before the database is opened. @throws RESTORE_FAILED */
export async function restoreBefore({ url, dataFolder, settings, clock, logger }: BackupWishes): Promise<OpenBackups> {
  const folder = backupFolderOf(settings, dataFolder);
  const restored = await performStagedRestore({ url, dataFolder, backupFolder: folder, clock, log: (line) => logger.log('warn', line) });
  return (database, feed) => {
    const backups = createBackups({
      database,
      url,
      folder,
      orders: restoreOrders(dataFolder, database.where),
      settings,
      clock,
      feed,
      madeBy: `ratchet ${packageVersion()}`,
      log: (level, line) => logger.log(level, line),
    });
    return {
      ...backups,
      start() {
        backups.start();
        if (restored === null) return;
        const { order, kept } = restored;
        const about = { taskId: null, jobId: null, executionId: null };
        feed.publish({ kind: 'restore.performed', at: clock.now(), ...about, data: { name: order.backup, by: order.stagedBy, kept } });
      },
    };
  };
}
