import type { Engine } from '#engine/index.ts';
import type { Clock } from '#kernel/index.ts';
import { shownWorker, type Worker } from './worker.ts';

/** The worker processes of this server. */
export interface Workers {
  list(): Worker[];
  find(id: string): Worker | null;
  restarts(): number;
}

export function createWorkers(engine: Pick<Engine, 'stats'>, clock: Clock): Workers {
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
  return {
    list,
    find: (id) => list().find((worker) => worker.id === id) ?? null,
    restarts: () => engine.stats().restarts,
  };
}
