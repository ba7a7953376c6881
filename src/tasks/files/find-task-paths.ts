import { existsSync, readdirSync, statSync } from 'node:fs';
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
  const paths: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const walk = (folder: string, depth: number): void => {
    if (isTaskFolder(folder)) {
      paths.push(folder);
      return;
    }
    if (depth === deepest) return;
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      unreadable.push({ path: folder, reason: (error as Error).message });
      return;
    }
    for (const entry of entries) {
      const found = join(folder, entry.name);
      if (entry.isFile() && /\.zip$/i.test(entry.name)) paths.push(found);
      else if (entry.isDirectory() && !ignoredFolders.has(entry.name) && !entry.name.startsWith('.')) walk(found, depth + 1);
    }
  };
  if (statSync(path).isFile()) paths.push(path);
  else walk(path, 0);
  return { paths, unreadable };
}

/** Whether a folder is a task: it has a manifest. */
export function isTaskFolder(folder: string): boolean {
  return manifestNames.some((name) => existsSync(join(folder, name)));
}
