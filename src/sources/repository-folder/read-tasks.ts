import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { RatchetError } from '#kernel/index.ts';
import { findTaskPaths, ignoredFolders, loadTask, type Task } from '#tasks/index.ts';
import { isMatched } from '../source-paths.ts';
import type { RepositoryProblem } from './errors.ts';
import type { IndexedTask } from './index-file.ts';
import type { Discovery } from './registry-file.ts';

export const tasksFolder = 'tasks';

export interface ReadTasks {
  /** By name, then version, then path. */
  readonly tasks: readonly IndexedTask[];
  readonly problems: readonly RepositoryProblem[];
}

/** Reads every task of a repository as a server would, running none of their code. */
export async function readTasks(root: string, discovery: Discovery | null | undefined): Promise<ReadTasks> {
  const unread: RepositoryProblem[] = [];
  const { tasks, problems } = await readTaskList(root, taskPaths(root, discovery, unread));
  return { tasks, problems: [...problems, ...unread] };
}

/**
 * Reads the tasks at these paths. Of two copies of one task the one that comes first is taken; two contents under one uuid and version are a
 * problem.
 * @param paths absolute
 */
export async function readTaskList(root: string, paths: readonly string[]): Promise<ReadTasks> {
  const problems: RepositoryProblem[] = [];
  const found: IndexedTask[] = [];
  const holders = new Map<string, IndexedTask>();
  for (const path of paths.map((one) => inside(root, one))) {
    const task = await readTask(root, path, problems);
    if (task === null) continue;
    const identity = `${task.uuid}@${task.version}`;
    const holder = holders.get(identity);
    if (holder === undefined) {
      holders.set(identity, task);
      found.push(task);
    } else if (holder.checksum !== task.checksum) {
      const error = `It has uuid ${task.uuid} and version ${task.version} of ${holder.path} with other files. Give it another version or uuid.`;
      problems.push({ path, error });
    }
  }
  return { tasks: found.toSorted(inOrder), problems };
}

function taskPaths(root: string, discovery: Discovery | null | undefined, problems: RepositoryProblem[]): string[] {
  const { include_patterns: include, exclude_patterns: exclude = [] } = discovery ?? {};
  const isWanted = (path: string) => (include === undefined || isMatched(path, include)) && !isMatched(path, exclude);
  const starts = include === undefined ? [join(root, tasksFolder)].filter((folder) => existsSync(folder)) : foldersOf(root);
  return starts.flatMap((start) => {
    const { paths, unreadable } = findTaskPaths(start);
    for (const { path, reason } of unreadable) problems.push({ path: inside(root, path), error: `It cannot be read: ${reason}.` });
    return paths.filter((path) => isWanted(inside(root, path)));
  });
}

/** Folders that may hold tasks: patterns may name any of them. */
function foldersOf(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignoredFolders.has(entry.name))
    .map(({ name }) => join(root, name))
    .toSorted();
}

/** Null where it is broken, which is then among the problems. */
export async function readTask(root: string, path: string, problems: RepositoryProblem[]): Promise<IndexedTask | null> {
  try {
    return entryOf(path, await loadTask(join(root, path)));
  } catch (caught) {
    if (!(caught instanceof RatchetError)) throw caught;
    // The path stands beside the sentence already, and a path of this machine says nothing to others.
    problems.push({ path, error: caught.message.replace(join(root, path), path) });
    return null;
  }
}

function entryOf(path: string, { name, uuid, version, label, description, metadata, hash, files }: Task): IndexedTask {
  const { category, tags, complexity, supports_streaming, author, license, ratchet_version, created_at, updated_at } = metadata;
  return {
    name,
    uuid,
    version,
    label,
    description,
    category: category ?? null,
    tags: tags ?? [],
    path,
    complexity: complexity ?? null,
    supports_streaming: supports_streaming ?? false,
    author: author ?? null,
    license: license ?? null,
    ratchet_version: ratchet_version ?? null,
    created_at: created_at ?? null,
    updated_at: updated_at ?? null,
    checksum: hash,
    files: Object.keys(files).toSorted(),
  };
}

/** A path from the root, with forward slashes. */
export function inside(root: string, path: string): string {
  return relative(root, path).split(sep).join('/') || '.';
}

function inOrder(a: IndexedTask, b: IndexedTask): number {
  const [first, second] = [a, b].map(({ name, version, path }) => `${name}\0${version}\0${path}`) as [string, string];
  return first < second ? -1 : 1;
}
