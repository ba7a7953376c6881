import type { Kysely } from 'kysely';
import type { Tables } from './tables.generated.ts';

export type Dialect = 'sqlite' | 'postgres';

/** What a column may hold. Flags are 0 and 1, times are milliseconds since 1970 UTC, JSON is text: the same in both dialects. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = { readonly [column: string]: SqlValue };

/** Ways to ask a database. Valid only inside the work it was handed to, or as `Database.read`. */
export interface Queries {
  readonly dialect: Dialect;
  /** Ordinary queries, said once for both dialects. */
  readonly kysely: Kysely<Tables>;
  /** A hot statement, prepared once; values are $1, $2, ... in both dialects. */
  readonly all: <R = Row>(sql: string, values?: readonly SqlValue[]) => Promise<R[]>;
  /** The same for a statement whose rows nobody wants. @returns how many rows it changed */
  readonly run: (sql: string, values?: readonly SqlValue[]) => Promise<number>;
}

/** A database that is open and migrated. */
export interface Database {
  readonly dialect: Dialect;
  /** For people: the file, `memory`, or the server and database; never a password. */
  readonly where: string;
  /** Nothing is left when the process ends. */
  readonly isForgetful: boolean;
  /** What has been committed. */
  readonly read: Queries;
  /**
   * Does the work in a transaction and resolves after its commit; rejects, with nothing of it kept, when the work rejects.
   * On SQLite everything that was asked for in one tick shares a transaction and one flush to the disk, so work must not wait
   * for anything but its own queries. On PostgreSQL it may be done again from the start when it met another transaction.
   * @throws STORAGE_FULL, STORAGE_UNAVAILABLE
   */
  write<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /**
   * Tells every process that shares this database, this one included, soon after the call; equal messages of one tick are one.
   * At most 7,900 bytes.
   * It may get lost: whoever listens looks for himself now and then.
   */
  announce(channel: Channel, message?: string): void;
  /** @returns a function that ends the listening */
  listen(channel: Channel, onMessage: (message: string) => void): () => void;
  /** Why new work cannot be written now (a full disk), or null. */
  refusal(): StorageRefusal | null;
  close(): Promise<void>;
}

/** `jobs`: there may be work. `control`: pauses, cancellations, changed tasks. */
export type Channel = 'jobs' | 'control' | 'events';

export interface StorageRefusal {
  readonly reason: 'full' | 'unavailable';
  readonly detail: string;
  /** Milliseconds since 1970 UTC. */
  readonly since: number;
}
