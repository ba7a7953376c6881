import { existsSync, readdirSync, statSync, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestNames } from './manifest-names.ts';
import { ignoredFolders } from './task-files.ts';

/** Folders below the one that is searched; a collection rarely has more than three. */
const deepest = 12;

export interface TaskPaths {
  /** Folders and ZIP archives, in the order of their paths. */
  readonly paths: readonly string[];
  /** Folders that could not be looked into, and why: there may be tasks in them. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * The tasks at a path: the task itself (a folder or ZIP), else every task in the folders below it. Folders of tasks are not searched
 * further; links, hidden folders and those that never hold a task are passed over.
 * @throws what the system says where there is nothing at the path
 */
export function findTaskPaths(path: string): TaskPaths {
  const steps = search(path);
  let step = steps.next();
  while (step.done !== true) {
    try {
      step = steps.next(readdirSync(step.value, { withFileTypes: true }));
    } catch (error) {
      step = steps.next((error as Error).message);
    }
  }
  return step.value;
}

/**
 * The same, while other things go on: for folders that may be large.
 * @param beforeEach called for each folder that is looked into, with how many have been; what it throws ends the search
 */
export async function searchTaskPaths(path: string, beforeEach: (count: number) => void): Promise<TaskPaths> {
  const steps = search(path);
  let step = steps.next();
  for (let count = 0; step.done !== true; count++) {
    beforeEach(count);
    step = steps.next(await readdir(step.value, { withFileTypes: true }).catch((error: unknown) => (error as Error).message));
  }
  return step.value;
}

/** Asks for what is in one folder after another; a text says why a folder cannot be looked into. */
function* search(path: string): Generator<string, TaskPaths, Dirent[] | string> {
  const paths: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  function* walk(folder: string, depth: number): Generator<string, void, Dirent[] | string> {
    if (isTaskFolder(folder)) {
      paths.push(folder);
      return;
    }
    if (depth === deepest) return;
    const entries = yield folder;
    if (typeof entries === 'string') {
      unreadable.push({ path: folder, reason: entries });
      return;
    }
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const found = join(folder, entry.name);
      if (entry.isFile() && /\.zip$/i.test(entry.name)) paths.push(found);
      else if (entry.isDirectory() && !ignoredFolders.has(entry.name) && !entry.name.startsWith('.')) yield* walk(found, depth + 1);
    }
  }
  if (statSync(path).isFile()) paths.push(path);
  else yield* walk(path, 0);
  return { paths, unreadable };
}

/** Whether a folder is a task: it has a manifest. */
export function isTaskFolder(folder: string): boolean {
  return manifestNames.some((name) => existsSync(join(folder, name)));
}
