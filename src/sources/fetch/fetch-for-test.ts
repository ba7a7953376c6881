import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach } from 'vitest';
import { createAddressGuard, type AddressGuard } from '#engine/index.ts';
import { systemClock, type Clock } from '#kernel/index.ts';
import { createFetcher } from './create-fetcher.ts';
import type { Fetched, Fetcher, FetchRequest } from './fetcher.ts';
import { readSourceAddress, type RemoteAddress, type SourceKind } from './source-address.ts';
import { SourceAuth } from './source-auth.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

/** Has something undone after the test. */
export function after(what: () => unknown): void {
  undo.push(what);
}

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface FetcherAtHand {
  readonly fetcher: Fetcher;
  /** Where it keeps what it fetched. */
  readonly folder: string;
  readonly clock: Clock & { advance(ms: number): void };
  /** Fetches with usual values for all that is not said. */
  readonly fetch: (
    uri: string,
    wishes?: Partial<Omit<FetchRequest, 'address' | 'auth'>> & { kind?: SourceKind; auth?: unknown; signal?: AbortSignal },
  ) => Promise<Fetched>;
}

/** A fetcher as a server has it, in a folder of its own unless one is named. */
export function fetcherAtHand(options: { folder?: string; env?: NodeJS.ProcessEnv; guard?: AddressGuard } = {}): FetcherAtHand {
  const folder = options.folder ?? join(temporaryFolder('sources'), 'sources');
  let ahead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead, advance: (ms: number) => void (ahead += ms) };
  const fetcher = createFetcher({
    folder,
    clock,
    guard: options.guard ?? createAddressGuard({ allowLoopback: false, allowed: [], who: 'sources added through the server' }),
    env: { PATH: process.env['PATH'], ...options.env },
    userAgent: 'Ratchet/test',
  });
  after(() => fetcher.close());
  return {
    fetcher,
    folder,
    clock,
    fetch: (uri, { kind, auth = null, signal = new AbortController().signal, ...wishes } = {}) =>
      fetcher.fetch(
        {
          address: readSourceAddress(uri, { kind }) as RemoteAddress,
          reach: 'anywhere',
          ref: null,
          subdirectory: null,
          auth: auth === null ? null : SourceAuth.parse(auth),
          depth: 1,
          timeoutMs: 20_000,
          maxBytes: 50_000_000,
          allowedSigners: null,
          expectedSha256: null,
          previous: null,
          ...wishes,
        },
        signal,
      ),
  };
}

/** Paths of all files below a folder, sorted. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** The contents of all files below a folder. */
export function textsIn(folder: string): Record<string, string> {
  return Object.fromEntries(filesIn(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Ids of running processes in whose command line a text stands; none where the system does not tell. */
export function processesWith(text: string): number[] {
  if (!existsSync('/proc/self')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text) ? [Number(pid)] : [];
      } catch {
        return [];
      }
    });
}
