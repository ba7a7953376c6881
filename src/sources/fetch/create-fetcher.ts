import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { AddressGuard } from '#engine/index.ts';
import { RatchetError, type Clock } from '#kernel/index.ts';
import { sourceCacheFailed, sourceFetchCancelled, sourceSubdirectoryNotFound, sourceTimedOut } from '../errors.ts';
import { judgePath } from './cache/judge-path.ts';
import { underLock } from './cache/source-lock.ts';
import { keyOf, lockFolder, ownFolder, type FetchPlace } from './fetch-place.ts';
import type { Fetcher, FetchRequest, Snapshot } from './fetcher.ts';
import { createHttpSources } from './http/http-sources.ts';

export interface FetcherOptions {
  /** Where everything fetched is kept: `sources` in the data folder. Several processes may share it. */
  readonly folder: string;
  readonly clock: Clock;
  /** Judges addresses of what somebody added through the server (`reach: 'public'`). */
  readonly guard: AddressGuard;
  /** Of this process: proxies, certificates and the agent of ssh are taken from it. */
  readonly env: NodeJS.ProcessEnv;
  readonly userAgent: string;
}

/** Fetches sources over Git and HTTP. Both load when they are needed first. */
export function createFetcher({ clock, guard, env, userAgent, ...options }: FetcherOptions): Fetcher {
  // Git works in folders of its own.
  const folder = resolve(options.folder);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const http = createHttpSources({ guard, env, userAgent });
  let isPrepared = false;
  const prepare = () => {
    if (isPrepared) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeLeftKeys(join(folder, 'keys'), clock.now());
    isPrepared = true;
  };

  const bring = async (request: FetchRequest, signal: AbortSignal): Promise<Snapshot> => {
    const { address } = request;
    const place: FetchPlace = { folder, own: ownFolder(folder, address), clock, guard, env, signal };
    const wanted = { ...request, subdirectory: tidyPath(request) };
    if (address.kind === 'http') return http.fetch({ ...wanted, address }, place);
    const { fetchGit } = await import('./git/fetch-git.ts');
    return fetchGit({ ...wanted, address }, place);
  };

  const fetchOne = async (request: FetchRequest, caller: AbortSignal) => {
    const { timeoutMs, previous } = request;
    const address = request.address.uri;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(sourceTimedOut({ address, timeoutMs })), timeoutMs);
    const signal = AbortSignal.any([late.signal, caller, closing.signal]);
    try {
      signal.throwIfAborted();
      prepare();
      const snapshot = await bring(request, signal);
      return { snapshot, isSame: previous?.checksum === snapshot.checksum };
    } catch (error) {
      // What an aborted program or request says of itself is no news.
      if (late.signal.aborted) throw late.signal.reason;
      if (signal.aborted) throw sourceFetchCancelled({ address }, error);
      throw asOurs(error, folder);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async fetch(request, signal) {
      const work = fetchOne(request, signal);
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
    async forget(address) {
      prepare();
      await underLock(lockFolder(folder), keyOf(address), closing.signal, () =>
        rm(ownFolder(folder, address), { recursive: true, force: true }),
      );
    },
    async close() {
      closing.abort(new Error('the fetcher is closed'));
      await Promise.allSettled(running);
      await http.close();
    },
  };
}

/** `./tasks/` and `tasks` are one folder, `.` is all of it. */
function tidyPath({ address, subdirectory }: FetchRequest): string | null {
  const parts = (subdirectory ?? '').split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0) return null;
  const path = parts.join('/');
  if (judgePath(path) !== null) throw sourceSubdirectoryNotFound({ address: address.uri, subdirectory: path });
  return path;
}

/** What the file system says, in our words. */
function asOurs(error: unknown, folder: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof RatchetError || typeof syscall !== 'string') return error;
  return sourceCacheFailed({ folder, reason: code ?? 'unknown' }, error);
}

/** Keys of ssh that a killed process left behind. A fetch takes less than an hour. */
function removeLeftKeys(folder: string, now: number): void {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).mtimeMs < now - 3_600_000) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // There are none.
  }
}
