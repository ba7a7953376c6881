import type { Clock } from '#kernel/index.ts';
import { sourceBusy, sourceUnreachable } from './errors.ts';
import type { Repository } from './repository.ts';
import { leaseMs, type SyncOutcome } from './sync-source.ts';
import type { FolderWatch } from './watch-folder.ts';

export interface KeeperParts {
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /** Seconds between two looks at a source that says nothing else. */
  readonly pollSeconds: number;
  /** The source as it is written now; null when it was removed. */
  readonly load: (id: number) => Promise<Repository | null>;
  /** @throws SOURCE_BUSY */
  readonly sync: (repository: Repository, signal: AbortSignal) => Promise<SyncOutcome>;
  /** Watches the folder of a source; null for what cannot be watched now. */
  readonly watch: (repository: Repository, onChange: () => void) => Promise<FolderWatch | null>;
  /** Waits for a place among the syncs that run at once. */
  readonly inTurn: <Value>(work: () => Promise<Value>) => Promise<Value>;
  readonly onOutcome: (outcome: SyncOutcome) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Keeps one source in sync: one sync at a time, again after a failure, when its files change, and now and then. */
export interface SourceKeeper {
  /** A sync that begins after this call; requests while one runs share the next. @throws SOURCE_BUSY, or what the database says */
  sync(): Promise<SyncOutcome>;
  /** Looks after the source by itself from now on, beginning with a sync now. Resolves after it, or at once where another process is at it. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

const firstRetryMs = 1_000;
/** A timer cannot be set for longer, and one that is goes off at once. */
const longestTimerMs = 2 ** 31 - 1;
const busyRetryMs = 250;
/** When the database did not answer, for one. */
const afterTroubleMs = 10_000;
/** A folder that is not there costs one look at the disk. */
const longestFolderRetryMs = 5_000;

export function createSourceKeeper(id: number, parts: KeeperParts): SourceKeeper {
  const { clock, random } = parts;
  const stopping = new AbortController();
  let running: Promise<SyncOutcome> | null = null;
  let next: Promise<SyncOutcome> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let watch: FolderWatch | null = null;
  let isStarted = false;
  let isWatching = false;

  const run = async (): Promise<SyncOutcome> => {
    const repository = await parts.load(id);
    if (repository === null || stopping.signal.aborted) throw sourceBusy({ source: repository?.name ?? String(id) });
    const outcome = await parts.sync(repository, stopping.signal);
    parts.onOutcome(outcome);
    if (isStarted) {
      plan(outcome.repository);
      // A folder that was away has to be watched anew: what was watched is another one.
      if (outcome.error !== null) await unwatch();
      else void keepWatching(outcome.repository);
    }
    return outcome;
  };

  /** Another process may be at it: that one finds what there is, but perhaps not what changed a moment ago. */
  const runInTurn = async (): Promise<SyncOutcome> => {
    const until = clock.monotonic() + 2 * leaseMs;
    for (;;) {
      try {
        return await parts.inTurn(run);
      } catch (caught) {
        if (!sourceBusy.is(caught) || stopping.signal.aborted || clock.monotonic() > until) throw caught;
        await pause(busyRetryMs, stopping.signal);
      }
    }
  };

  const sync = (): Promise<SyncOutcome> => {
    if (next !== null) return next;
    if (running === null) {
      running = runInTurn().finally(() => (running = null));
      return running;
    }
    const before = running;
    next = before
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        next = null;
        running = runInTurn().finally(() => (running = null));
        return running;
      });
    return next;
  };

  const later = (ms: number, isPoll = false): void => {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    timer = setTimeout(
      () => {
        (isPoll ? poll() : sync()).catch((error: unknown) => {
          if (stopping.signal.aborted) return;
          if (!sourceBusy.is(error)) parts.onTrouble('cannot sync a source', error);
          later(afterTroubleMs);
        });
      },
      Math.min(ms, longestTimerMs),
    ).unref();
  };

  /** Of several servers that share a database, the one that comes first asks. */
  const poll = async (): Promise<void> => {
    const repository = await parts.load(id);
    if (repository === null) return;
    const wait = waitAfter(repository, parts.pollSeconds);
    const since = clock.now() - (repository.lastAttemptAt ?? 0);
    if (wait !== null && repository.kind !== 'filesystem' && since < wait / 2) later(wait - since, true);
    else await sync();
  };

  const plan = (repository: Repository): void => {
    clearTimeout(timer);
    if (!repository.enabled) return;
    const wait = waitAfter(repository, parts.pollSeconds);
    // Many sources of one host are not asked at the same moment for ever.
    if (wait !== null) later(wait * (0.9 + 0.2 * random()), true);
  };

  const keepWatching = async (repository: Repository): Promise<void> => {
    if (isWatching || !repository.enabled || !repository.isWatched || repository.kind !== 'filesystem') return;
    if (watch?.isCurrent() === true) return;
    isWatching = true;
    try {
      await unwatch();
      watch = await parts.watch(repository, () => later(0));
      if (stopping.signal.aborted) return await unwatch();
      // What changed between the sync and the first moment of watching.
      if (watch !== null) later(0);
    } catch (error) {
      parts.onTrouble(`cannot watch the source ${repository.name}`, error);
    } finally {
      isWatching = false;
    }
  };

  const unwatch = async (): Promise<void> => {
    const closing = watch;
    watch = null;
    await closing?.close();
  };

  return {
    sync,
    async begin() {
      isStarted = true;
      running ??= parts.inTurn(run).finally(() => (running = null));
      try {
        await running;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!sourceBusy.is(error)) parts.onTrouble('cannot sync a source', error);
        later(sourceBusy.is(error) ? busyRetryMs : afterTroubleMs);
      }
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await unwatch();
      await Promise.allSettled([running, next]);
    },
  };
}

/** How long until the next look, in milliseconds; null: only when something happens. */
export function waitAfter(repository: Repository, pollSeconds: number): number | null {
  const { kind, failures } = repository;
  const pollMs = repository.pollSeconds !== null ? repository.pollSeconds * 1_000 : kind === 'filesystem' ? null : pollSeconds * 1_000;
  if (repository.syncStatus !== 'failed') return pollMs;
  const isAway = kind === 'filesystem' && repository.syncErrorCode === sourceUnreachable.code;
  const longest = isAway ? longestFolderRetryMs : (pollMs ?? pollSeconds * 1_000);
  return Math.min(firstRetryMs * 2 ** Math.min(failures - 1, 20), longest);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
