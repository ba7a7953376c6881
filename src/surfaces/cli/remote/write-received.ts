import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { downloadFailed } from '#backups/operations.ts';

/** A file on this machine that gets its name once it is whole. */
export interface Received {
  readonly path: string;
  /** Waits where the disk is slower than what comes. */
  readonly write: (piece: string | Uint8Array) => Promise<void>;
}

/**
 * Writes what comes from a server into a file. Nothing is left of one that is cut short, and none that exists is overwritten.
 * @param signal whoever aborts it wants no file @throws DOWNLOAD_FAILED, and what `fill` throws
 */
export async function writeReceived<T>(
  file: string,
  signal: AbortSignal | undefined,
  fill: (received: Received) => Promise<T>,
): Promise<{ readonly path: string; readonly bytes: number; readonly result: T }> {
  const path = resolve(file);
  if (existsSync(path)) throw downloadFailed({ file: path, problem: 'it exists already' });
  // Hidden, and of this process: two that write the same name do not write into each other.
  const part = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const stream = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  const failed = new Promise<never>((_resolve, reject) => {
    stream.once('error', (caught) => reject(downloadFailed({ file: path, problem: caught.message }, caught)));
  });
  failed.catch(() => {});
  try {
    const write = async (piece: string | Uint8Array) => {
      if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), failed]);
    };
    const result = await Promise.race([fill({ path, write }), failed]);
    signal?.throwIfAborted();
    stream.end();
    await Promise.race([once(stream, 'close'), failed]);
    if (existsSync(path)) throw downloadFailed({ file: path, problem: 'somebody else has written it meanwhile' });
    renameSync(part, path);
    return { path, bytes: stream.bytesWritten, result };
  } catch (caught) {
    // It may be on its way to be opened still, and would be made after it was removed.
    const closed = stream.closed ? null : once(stream, 'close').catch(() => {});
    stream.destroy();
    await closed;
    rmSync(part, { force: true });
    throw caught;
  }
}
