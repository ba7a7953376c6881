import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { findTaskPaths, isTaskFolder, taskNotFound } from '#tasks/index.ts';

/** A task to be tested, and the one file of its tests that was asked for, if any. */
export interface FoundTask {
  readonly path: string;
  readonly onlyFile: string | null;
}

/**
 * The tasks at a path: the task itself (a folder or ZIP, or the folder of a test file), else every task in the folders below it, in the
 * order of their paths. A folder nobody may read holds no tasks for us.
 * @throws TASK_NOT_FOUND when there is none
 */
export function findTasks(path: string): FoundTask[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw taskNotFound({ path });
  if (stat.isFile()) return [ofTestFile(path) ?? { path, onlyFile: null }];
  const found = findTaskPaths(path).paths.map((one) => ({ path: one, onlyFile: null }));
  if (found.length === 0) throw taskNotFound({ path });
  return found;
}

function ofTestFile(path: string): FoundTask | null {
  const folder = dirname(path);
  const task = dirname(folder);
  if (!path.endsWith('.json') || basename(folder) !== 'tests' || !isTaskFolder(task)) return null;
  return { path: task, onlyFile: `tests/${basename(path)}` };
}
