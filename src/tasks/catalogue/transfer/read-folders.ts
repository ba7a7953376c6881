import { manifestNames } from '../../files/manifest-names.ts';
import { ignoredFolders, isTaskFile } from '../../files/task-files.ts';
import type { TaskFilesText } from '../catalogue.ts';

/** A task among files: its folder, and its files by their paths inside it. */
export interface TaskFolderText {
  /** Empty for the root. */
  readonly folder: string;
  readonly files: TaskFilesText;
}

/** The folders among paths that are tasks: those with a manifest, the outermost of several. In the order of their paths. */
export function taskFoldersIn(paths: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const at = path.lastIndexOf('/');
    if (!path.split('/').some((part) => ignoredFolders.has(part)) && manifestNames.includes(path.slice(at + 1)))
      found.add(path.slice(0, Math.max(at, 0)));
  }
  return [...found].filter((folder) => !outer(folder).some((one) => found.has(one))).toSorted();
}

/** What lies in a folder and can belong to a task. */
export function filesIn(folder: string, texts: ReadonlyMap<string, string>): TaskFolderText {
  const prefix = folder === '' ? '' : `${folder}/`;
  const files: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [path, text] of texts) {
    if (!path.startsWith(prefix) || !isTaskFile(path) || path.split('/').some((part) => ignoredFolders.has(part))) continue;
    files[path.slice(prefix.length)] = text;
  }
  return { folder, files };
}

function outer(folder: string): string[] {
  if (folder === '') return [];
  const parts = folder.split('/');
  return ['', ...parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))];
}
