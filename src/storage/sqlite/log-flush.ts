import { close, fdatasync, fsync, open } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const opened = promisify(open);
const flushed = promisify(fdatasync);
const wholeFlushed = promisify(fsync);
const closed = promisify(close);

/**
 * Brings the write-ahead log of a database to the disk, as SQLite itself does at each commit with `synchronous = full`, but on another thread:
 * the third of a millisecond that takes here, and the three and more beside others who write to the same disk, are time for requests.
 */
export interface LogFlush {
  /** Resolves when everything committed before the call survives a power cut. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** @param file the database; its log lies beside it for as long as a connection is open */
export function createLogFlush(file: string): LogFlush {
  let log: Promise<number> | null = null;

  const openLog = async () => {
    const descriptor = await opened(`${file}-wal`, 'r+');
    // The log was made lately: that it is there has to survive as well.
    const folder = await opened(dirname(file), 'r');
    await wholeFlushed(folder).catch(() => {});
    await closed(folder);
    return descriptor;
  };

  return {
    async flush() {
      log ??= openLog();
      try {
        await flushed(await log);
      } catch (caught) {
        const failed = log;
        log = null;
        void failed?.then(closed).catch(() => {});
        throw caught;
      }
    },
    async close() {
      const last = log;
      log = null;
      await last?.then(closed).catch(() => {});
    },
  };
}
