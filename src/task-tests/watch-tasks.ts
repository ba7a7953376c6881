import { statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { ignoredFolders, isTaskFolder } from '#tasks/index.ts';

/** Changes of files that came close together: the tasks they belong to, or null when it cannot be told which. */
export type TaskChanges = readonly string[] | null;

export interface TaskWatch {
  close(): Promise<void>;
}

/** Editors write in several steps and several files at once; this is as long as Vitest waits for the last of them. */
const quietMs = 100;

/**
 * Watches a task, or a folder of tasks, for changes of files that matter to tasks. Paths of tasks are told as `findTasks` writes them.
 * Resolves once everything is being watched.
 * @param onError what goes wrong while watching, such as too few watches left in the system
 */
export async function watchTasks(
  path: string,
  onChange: (tasks: TaskChanges) => void,
  onError: (error: Error) => void,
): Promise<TaskWatch> {
  const { watch } = await import('chokidar');
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const isTestFile = !isFolder && path.endsWith('.json');
  // Of a file of tests the whole task matters; which files are run is decided elsewhere.
  const root = isTestFile ? dirname(dirname(path)) : path;
  let changed = new Set<string | null>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    const tasks = [...changed].filter((task) => task !== null);
    const isKnown = !changed.has(null);
    changed = new Set();
    onChange(isKnown && !isTestFile ? tasks.toSorted() : null);
  };
  const watcher: FSWatcher = watch(root, { ignoreInitial: true, ignored: (file) => isIgnored(relative(root, file)) });
  watcher.on('all', (event, file) => {
    if (event === 'addDir' || (event !== 'unlinkDir' && !/\.(json|ya?ml|[cm]?[jt]s|zip)$/i.test(file))) return;
    changed.add(isFolder ? taskOf(root, file) : root);
    clearTimeout(timer);
    timer = setTimeout(tell, quietMs);
  });
  watcher.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function isIgnored(inside: string): boolean {
  return inside.split(sep).some((part) => ignoredFolders.has(part) || (part.startsWith('.') && part !== '.' && part !== '..'));
}

/** The nearest folder above a file that is a task, an archive itself, or null when there is none, as when a task is being removed. */
function taskOf(root: string, file: string): string | null {
  const inside = relative(root, file);
  for (let folder = dirname(inside); ; folder = dirname(folder)) {
    const path = folder === '.' ? root : join(root, folder);
    if (isTaskFolder(path)) return path;
    if (folder === '.') break;
  }
  return /\.zip$/i.test(file) ? join(root, inside) : null;
}
