import { LRUCache } from 'lru-cache';
import type { Settings } from '#kernel/index.ts';
import type { Task } from '../task.ts';
import { taskCachePressure } from '../settings.ts';
import { bytesOf, heapInUse, taskCacheBounds } from '../task-cache.ts';

/** Tasks that are compiled and ready to run, by the checksum of their files. */
export interface ReadyTasks {
  /** @param make called when it is not in memory; once however many wait for it */
  get(checksum: string, make: () => Promise<Task>): Promise<Task>;
  purge(): void;
}

/** Within the number and size that also hold for tasks run from a path. */
export function createReadyTasks(settings: Settings, heapPercent: () => number = heapInUse): ReadyTasks {
  const ready = new LRUCache<string, Task>({
    ...taskCacheBounds(settings),
    sizeCalculation: bytesOf,
  });
  const underWay = new Map<string, Promise<Task>>();
  const makeAndKeep = async (checksum: string, make: () => Promise<Task>): Promise<Task> => {
    try {
      if (heapPercent() > settings.get(taskCachePressure)) ready.clear();
      const task = await make();
      ready.set(checksum, task);
      return task;
    } finally {
      underWay.delete(checksum);
    }
  };
  return {
    async get(checksum, make) {
      const kept = ready.get(checksum);
      if (kept !== undefined) return kept;
      const waiting = underWay.get(checksum) ?? makeAndKeep(checksum, make);
      underWay.set(checksum, waiting);
      return waiting;
    },
    purge: () => ready.clear(),
  };
}
