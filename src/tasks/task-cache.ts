import { statSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { LRUCache } from 'lru-cache';
import type { Settings } from '#kernel/index.ts';
import { folderStamp } from './files/task-folder.ts';
import { loadTask } from './load.ts';
import { cacheEnabled, taskCacheBytes, taskCachePressure, taskCacheSize, taskCacheTtl, taskCacheType } from './settings.ts';
import type { Task } from './task.ts';

/** How much of tasks is kept, and for how long. */
export function taskCacheBounds(settings: Settings): { max: number; maxSize: number; ttl?: number } {
  // A cache of one task that may have no size keeps nothing.
  if (!settings.get(cacheEnabled)) return { max: 1, maxSize: 1 };
  return {
    max: settings.get(taskCacheSize),
    maxSize: settings.get(taskCacheBytes),
    ...(settings.get(taskCacheType) === 'ttl' ? { ttl: settings.get(taskCacheTtl) * 1000 } : {}),
  };
}

export interface TaskCacheStats {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
}

/** Tasks that were loaded once, kept for the next run. */
export interface TaskCache {
  /** The task at a path; read again when a file of it was added, removed or edited. Throws as `loadTask` does. */
  load(path: string): Promise<Task>;
  stats(): TaskCacheStats;
  /** Forgets everything; running executions keep what they have. */
  purge(): void;
}

interface Kept {
  readonly stamp: string;
  readonly hash: string;
}

/**
 * Keeps tasks by the hash of their content, so equal copies are kept once, within a number and a size. What a path held last is
 * remembered beside it, with the sizes and times of the files.
 */
export function createTaskCache(
  settings: Settings,
  load: (path: string) => Promise<Task> = loadTask,
  heapPercent: () => number = heapInUse,
): TaskCache {
  const tasks = new LRUCache<string, Task>({
    ...taskCacheBounds(settings),
    sizeCalculation: bytesOf,
  });
  // Far more paths than tasks may be asked for, yet each costs a line only.
  const paths = new LRUCache<string, Kept>({ max: settings.get(taskCacheSize) * 4 });
  const loading = new Map<string, Promise<Task>>();
  let hits = 0;
  let misses = 0;

  const loadAndKeep = async (path: string, stamp: string | null): Promise<Task> => {
    const task = await load(path);
    const kept = tasks.get(task.hash);
    // The stamp was taken before reading: an edit in between makes it old, and the next call reads again.
    if (stamp !== null) paths.set(path, { stamp, hash: task.hash });
    if (kept !== undefined && kept.origin === path) return kept;
    tasks.set(task.hash, task);
    return task;
  };

  const forget = () => {
    tasks.clear();
    paths.clear();
  };

  return {
    async load(path) {
      const stamp = stampOf(path);
      const known = paths.get(path);
      const kept = known !== undefined && known.stamp === stamp ? tasks.get(known.hash) : undefined;
      if (kept !== undefined) {
        hits += 1;
        return kept;
      }
      misses += 1;
      if (heapPercent() > settings.get(taskCachePressure)) forget();
      const key = `${path}\0${stamp}`;
      const underWay = loading.get(key) ?? loadAndKeep(path, stamp).finally(() => loading.delete(key));
      loading.set(key, underWay);
      return underWay;
    },
    stats: () => ({ entries: tasks.size, bytes: tasks.calculatedSize, hits, misses }),
    purge: forget,
  };
}

/** Heap of the process in percent of its limit. */
export function heapInUse(): number {
  return (100 * process.memoryUsage().heapUsed) / getHeapStatistics().heap_size_limit;
}

/** Changes whenever what the path holds changes, as far as sizes and times tell. Null when that cannot be told. */
function stampOf(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? folderStamp(path) : `${stat.size}:${stat.mtimeMs}:${stat.ino}`;
  } catch {
    return null;
  }
}

/** What a task takes in memory. Strings take one or two bytes a character; two is the safe side. */
export function bytesOf(task: Task): number {
  const { script, sourceMap, inputCheck, outputCheck } = task.program;
  const texts = [script, sourceMap, inputCheck, outputCheck, ...Object.values(task.files)];
  return 2 * texts.reduce((sum, text) => sum + (text?.length ?? 0), 0) + 1024;
}
