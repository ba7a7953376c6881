import { uuidSource, type Settings } from '#kernel/index.ts';
import { generateTask, type GenerateRequest } from './generate.ts';
import type { Task } from './task.ts';
import { createTaskCache, type TaskCacheStats } from './task-cache.ts';
import { validateTask, type ValidationReport } from './validate.ts';

/** What a process does with tasks; the operations lean on this. */
export interface Tasks {
  /** Loads once, then serves from memory until a file changes. @throws as `loadTask` */
  load(path: string): Promise<Task>;
  validate(path: string, options?: { fix?: boolean }): Promise<ValidationReport>;
  /** @returns the files written @throws TASK_TARGET_EXISTS, TASK_TARGET_UNWRITABLE */
  generate(request: Omit<GenerateRequest, 'uuid'>): Promise<string[]>;
  stats(): TaskCacheStats;
  /** Gives the memory of loaded tasks back. */
  purge(): void;
}

export function createTasks(settings: Settings): Tasks {
  const cache = createTaskCache(settings);
  const ids = uuidSource();
  const newUuid = () => ids.next<'task'>();
  return {
    load: (path) => cache.load(path),
    validate: (path, options) => validateTask(path, { ...options, newUuid }),
    generate: async (request) => generateTask({ ...request, uuid: newUuid() }),
    stats: () => cache.stats(),
    purge: () => cache.purge(),
  };
}
