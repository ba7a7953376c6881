import { rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '#kernel/index.ts';
import { createAnnouncements } from '../announcements.ts';
import type { Database, Queries, SqlValue } from '../database.ts';
import { databaseReadOnly, storageFull, storageUnavailable } from '../errors.ts';
import { kyselyOver } from '../kysely-over.ts';
import { createRefusalGate } from '../refusal-gate.ts';
import type { FileLock } from './file-lock.ts';
import { createGroupCommit } from './group-commit.ts';
import { createIdleCheckpoint } from './idle-checkpoint.ts';
import { createLogFlush } from './log-flush.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { flushFailure } from './sqlite-failure.ts';

export interface SqliteParts {
  readonly where: string;
  /** Null: in memory. */
  readonly file: string | null;
  /** Null: opened for reading only. */
  readonly writer: SqliteConnection | null;
  /** The writer itself in memory, where nothing else can see the tables. */
  readonly reader: SqliteConnection;
  readonly lock: FileLock | null;
  readonly clock: Clock;
  /** Whether what was acknowledged survives a power cut. */
  readonly survivesPowerCut: boolean;
}

/** A SQLite database over connections that are open and migrated. */
export function sqliteDatabase({ where, file, writer, reader, lock, clock, survivesPowerCut }: SqliteParts): Database {
  let isClosed = false;
  const read = readingQueries(reader, where, () => isClosed);
  const announcements = createAnnouncements();
  const checkpoint = writer === null || file === null ? null : createIdleCheckpoint(writer, () => group?.isUnderWay() ?? false);
  const gate = createRefusalGate(clock, () => writer !== null && (group?.isUnderWay() || hasRoom(writer, file)));
  const log = writer === null || file === null || !survivesPowerCut ? null : createLogFlush(file);
  // The flush is done here, so that nobody waits for it but those whose work is flushed.
  if (log !== null) writer?.script('PRAGMA synchronous = normal');
  const outcome = (failure: unknown) => {
    if (failure === null) gate.accept();
    else if (storageFull.is(failure)) gate.refuse('full', failure.data.detail);
    else if (storageUnavailable.is(failure)) gate.refuse('unavailable', failure.data.detail);
    checkpoint?.written();
  };
  const flush = log && (() => log.flush().catch((caught: unknown) => Promise.reject(flushFailure(caught, where))));
  const group = writer && createGroupCommit(writer, workQueries(writer, where), outcome, flush);
  return {
    dialect: 'sqlite',
    where,
    isForgetful: file === null,
    read,
    async write(work) {
      if (isClosed) throw storageUnavailable({ where, detail: 'it was closed' });
      if (group === null) throw databaseReadOnly({ where });
      const refusal = gate.current();
      if (refusal !== null) throw (refusal.reason === 'full' ? storageFull : storageUnavailable)({ where, detail: refusal.detail });
      return group.write(work);
    },
    announce: (channel, message = '') => announcements.announce(channel, message),
    listen: (channel, onMessage) => announcements.listen(channel, onMessage),
    refusal: () => gate.current(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await group?.idle();
      await log?.close();
      announcements.close();
      checkpoint?.close();
      if (reader !== writer) reader.close();
      writer?.close();
      lock?.release();
    },
  };
}

function readingQueries(reader: SqliteConnection, where: string, isClosed: () => boolean): Queries {
  const open = () => {
    if (isClosed()) throw storageUnavailable({ where, detail: 'it was closed' });
    return reader;
  };
  return {
    dialect: 'sqlite',
    kysely: kyselyOver('sqlite', async (sql, values) => open().execute(sql, values)),
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => open().all<R>(sql, values),
    run: async (sql, values) => open().run(sql, values),
  };
}

/** Queries of one work each, which refuse when it is over: a forgotten `await` would write into somebody else's work. */
function workQueries(writer: SqliteConnection, where: string): () => { queries: Queries; end: () => void } {
  const late = () => storageUnavailable({ where, detail: 'the work that asks has ended' });
  const kysely = kyselyOver('sqlite', async (sql, values) => {
    if (!writer.isInTransaction()) throw late();
    return writer.execute(sql, values);
  });
  return () => {
    let isOver = false;
    const open = () => {
      if (isOver) throw late();
      return writer;
    };
    return {
      queries: {
        dialect: 'sqlite',
        kysely,
        all: async <R>(sql: string, values: readonly SqlValue[] = []) => open().all<R>(sql, values),
        run: async (sql, values) => open().run(sql, values),
      },
      end() {
        isOver = true;
      },
    };
  };
}

/** Whether the disk takes a quarter of a megabyte, and the database a page. */
function hasRoom(writer: SqliteConnection, file: string | null): boolean {
  const probe = `${file}.probe`;
  try {
    if (file !== null) writeFileSync(probe, new Uint8Array(262_144), { flush: true });
    // The same value as before, and yet a page to be written.
    const [{ user_version: version } = { user_version: 0 }] = writer.all<{ user_version: number }>('PRAGMA user_version');
    writer.script(`PRAGMA user_version = ${version}`);
    return true;
  } catch {
    return false;
  } finally {
    if (file !== null) rmSync(probe, { force: true });
  }
}
