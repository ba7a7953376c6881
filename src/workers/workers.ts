import { availableParallelism } from 'node:os';
import { workerCount, type Engine } from '#engine/index.ts';
import type { Clock, EventFeed, Settings } from '#kernel/index.ts';
import { workerCountRefused } from './errors.ts';
import { shownWorker, type Worker } from './worker.ts';

/** The worker processes of this server. */
export interface Workers {
  list(): Worker[];
  find(id: string): Worker | null;
  restarts(): number;
  /** How many there may be now, and how many the configuration says. */
  most(): { readonly now: number; readonly configured: number; readonly setting: string };
  /**
   * Changes how many there may be until the server ends: more are started at once, of too many those with the least to do leave when nothing
   * runs in them any more. @throws WORKER_COUNT_REFUSED
   */
  scale(count: number): { readonly before: WorkerNumbers; readonly after: WorkerNumbers };
}

/** How many workers there may be, and how many there are. */
export interface WorkerNumbers {
  readonly most: number;
  readonly processes: number;
  /** Of these, how many leave as soon as nothing runs in them. */
  readonly leaving: number;
}

export interface WorkerParts {
  readonly engine: Pick<Engine, 'stats' | 'scale'>;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly feed: Pick<EventFeed, 'publish'>;
}

/** With more than this for each processor they only wait for each other. */
const mostPerProcessor = 8;
const least = 1;

export function createWorkers({ engine, clock, settings, feed }: WorkerParts): Workers {
  /** Processor time and when it was read, by process: a share needs two looks. */
  const looks = new Map<number, { readonly cpuMs: number; readonly atMs: number; readonly percent: number }>();

  const percentOf = (pid: number | undefined, cpuMs: number, uptimeMs: number): number => {
    if (pid === undefined) return 0;
    const atMs = clock.monotonic();
    const before = looks.get(pid);
    // Ticks are 10 ms long: looks closer together than half a second say nothing.
    if (before && atMs - before.atMs < 500) return before.percent;
    const percent = before ? ((cpuMs - before.cpuMs) / (atMs - before.atMs)) * 100 : (cpuMs / Math.max(uptimeMs, 1)) * 100;
    looks.set(pid, { cpuMs, atMs, percent });
    return percent;
  };

  const list = () => {
    const { workers } = engine.stats();
    const alive = new Set(workers.map(({ pid }) => pid));
    for (const pid of looks.keys()) if (!alive.has(pid)) looks.delete(pid);
    return workers.map((worker) => shownWorker(worker, percentOf(worker.pid, worker.cpuMs, worker.uptimeMs), clock.now()));
  };
  const numbers = (): WorkerNumbers => {
    const { workers, mostWorkers } = engine.stats();
    return { most: mostWorkers, processes: workers.length, leaving: workers.filter(({ state }) => state === 'leaving').length };
  };
  return {
    list,
    find: (id) => list().find((worker) => worker.id === id) ?? null,
    restarts: () => engine.stats().restarts,
    most: () => ({ now: engine.stats().mostWorkers, configured: settings.get(workerCount), setting: workerCount.key }),
    scale(count) {
      const most = Math.max(settings.get(workerCount), availableParallelism() * mostPerProcessor);
      if (count < least || count > most) throw workerCountRefused({ count, least, most });
      const before = numbers();
      if (count === before.most) return { before, after: before };
      engine.scale(count);
      const after = numbers();
      const about = { taskId: null, jobId: null, executionId: null };
      feed.publish({ kind: 'workers.scaled', at: clock.now(), ...about, data: { before: before.most, after: after.most } });
      return { before, after };
    },
  };
}
