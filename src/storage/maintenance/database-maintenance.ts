import type { Clock } from '#kernel/index.ts';
import { parseDatabaseAddress } from '../database-address.ts';
import type { Migration } from '../migrations/migration.ts';
import { openDatabase, type OpenOptions } from '../open-database.ts';
import { recountRows } from '../row-counts.ts';
import { backUp, type Backup } from './backup.ts';
import { checkDatabase, type CheckFinding } from './check.ts';
import { databaseStats, type DatabaseStats } from './database-stats.ts';
import { databaseStatus, type DatabaseStatus } from './database-status.ts';
import { restore, type Restored } from './restore.ts';

/** What an operator does with a database as a whole. Opens it for each deed, so none has to be open. */
export interface DatabaseMaintenance {
  status(): Promise<DatabaseStatus>;
  /** @returns what was pending; with `isDryRun` it still is */
  migrate(isDryRun: boolean): Promise<readonly Migration[]>;
  stats(): Promise<DatabaseStats>;
  backUp(file: string): Promise<Backup>;
  restore(file: string): Promise<Restored>;
  /** @param recount replace wrong counts first; needs the database for itself */
  check(recount: boolean): Promise<readonly CheckFinding[]>;
}

export type MaintenanceOptions = Pick<OpenOptions, 'url' | 'synchronous'> & {
  readonly clock: Clock;
  readonly log?: (line: string) => void;
};

/** @throws DATABASE_URL_INVALID */
export function createDatabaseMaintenance(options: MaintenanceOptions): DatabaseMaintenance {
  const address = parseDatabaseAddress(options.url);
  const status = () => databaseStatus(address);
  return {
    status,
    async migrate(isDryRun) {
      const { state, pending } = await status();
      // Opening also says why a database cannot be migrated; on a dry run it is only looked at.
      if (state === 'newer' || state === 'changed') await (await openDatabase({ ...options, migrate: false, isReadOnly: true })).close();
      else if (!isDryRun) await (await openDatabase({ ...options, migrate: true })).close();
      return pending;
    },
    stats: () => databaseStats(address),
    backUp: (file) => backUp(address, file),
    restore: (file) => restore(address, file, options.clock),
    async check(recount) {
      if (recount) {
        const database = await openDatabase({ ...options, migrate: false });
        try {
          await database.write(recountRows);
        } finally {
          await database.close();
        }
      }
      return checkDatabase(address);
    },
  };
}
