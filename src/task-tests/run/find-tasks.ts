import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ignoredFolders, manifestNames, taskNotFound } from '#tasks/index.ts';

/** A task to be tested, and the one file of its tests that was asked for, if any. */
export interface FoundTask {
  readonly path: string;
  readonly onlyFile: string | null;
}

const deepest = 12;

/**
 * The tasks at a path: the task itself (a folder or ZIP, or the folder of a test file), else every task in the folders below it, in the
 * order of their paths. Folders of tasks are not searched further.
 * @throws TASK_NOT_FOUND when there is none
 */
export function findTasks(path: string): FoundTask[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw taskNotFound({ path });
  if (stat.isFile()) return [ofTestFile(path) ?? { path, onlyFile: null }];
  const found: FoundTask[] = [];
  walk(path, 0, found);
  if (found.length === 0) throw taskNotFound({ path });
  return found;
}

function ofTestFile(path: string): FoundTask | null {
  const folder = dirname(path);
  const task = dirname(folder);
  if (!path.endsWith('.json') || basename(folder) !== 'tests' || !isTask(task)) return null;
  return { path: task, onlyFile: `tests/${basename(path)}` };
}

/** Whether a folder is a task: it has a manifest. */
export function isTask(folder: string): boolean {
  return manifestNames.some((name) => existsSync(join(folder, name)));
}

function walk(folder: string, depth: number, found: FoundTask[]): void {
  if (isTask(folder)) {
    found.push({ path: folder, onlyFile: null });
    return;
  }
  if (depth === deepest) return;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile() && /\.zip$/i.test(entry.name)) found.push({ path, onlyFile: null });
    else if (entry.isDirectory() && !ignoredFolders.has(entry.name) && !entry.name.startsWith('.')) walk(path, depth + 1, found);
  }
}

/** A folder nobody may read holds no tasks for us. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
