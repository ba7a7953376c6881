import type { SqliteConnection } from './sqlite-connection.ts';

/** How long nothing was written when it is time to tidy up. */
const idleMs = 1_000;

/**
 * Moves the write-ahead log into the file in moments when nobody writes, so that it happens less in the midst of a group, and the log starts anew.
 */
export function createIdleCheckpoint(writer: SqliteConnection, isBusy: () => boolean): { written(): void; close(): void } {
  let timer: NodeJS.Timeout | null = null;
  let lastAt = 0;
  const look = () => {
    timer = null;
    const quietMs = performance.now() - lastAt;
    if (isBusy() || quietMs < idleMs - 10) {
      arm(Math.max(50, idleMs - quietMs));
      return;
    }
    checkpoint(writer);
  };
  const arm = (ms: number) => {
    timer = setTimeout(look, ms);
    timer.unref();
  };
  return {
    written() {
      lastAt = performance.now();
      if (timer === null) arm(idleMs);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Moves the log into the file and cuts it off, unless somebody else reads just now: then the next time will do. */
export function checkpoint(writer: SqliteConnection): void {
  try {
    // Waiting for a reader, such as a backup by another process, would stop everything.
    writer.all('PRAGMA busy_timeout = 0');
    writer.all('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // A full disk, or a reader: nothing is lost, the log only stays longer.
  } finally {
    writer.all('PRAGMA busy_timeout = 5000');
  }
}
