import type { Clock } from '#kernel/index.ts';
import type { Database } from './database.ts';
import { parseDatabaseAddress } from './database-address.ts';
import type { DatabaseTuning } from './settings.ts';

export interface OpenOptions {
  /** `sqlite:<path>`, `sqlite::memory:`, `postgres://user:password@host:port/database?schema=name`. */
  readonly url: string;
  /** SQLite: whether a commit waits for the disk. */
  readonly synchronous: 'full' | 'normal';
  readonly clock: Clock;
  /** Told about lost and found connections and applied migrations, one line each. */
  readonly log?: (line: string) => void;
  /** Bring an outdated schema up to date; false: refuse it. */
  readonly migrate: boolean;
  /** PostgreSQL: connections of the pool. */
  readonly maxConnections?: number;
  /** How connections are kept; what suits most unless given. */
  readonly tuning?: DatabaseTuning;
  /** Only look: takes no lock, migrates nothing, and works beside the process that owns a SQLite file. */
  readonly isReadOnly?: boolean;
}

/**
 * Opens a database whose schema is up to date. SQLite's code and PostgreSQL's are loaded only when they are needed.
 * @throws DATABASE_URL_INVALID, DATABASE_UNREADABLE, STORAGE_IN_USE, STORAGE_UNAVAILABLE, STORAGE_FULL, SCHEMA_OUTDATED, SCHEMA_NEWER, MIGRATION_CHANGED
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const address = parseDatabaseAddress(options.url);
  if (address.dialect === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open-sqlite.ts');
    return openSqlite(address, options);
  }
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  return openPostgres(address, options);
}
