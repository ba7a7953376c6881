import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { RatchetError } from '#kernel/index.ts';
import type { RepositoryProblem } from './errors.ts';
import type { IndexedCollection, IndexedTask } from './index-file.ts';
import { checked, parseYaml } from './read-registry.ts';

export const collectionsFolder = 'collections';

/** What collections/<name>.yaml holds: tasks that belong together. Without a name it is called like its file. */
const CollectionFile = z.looseObject({
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(10_000).default(''),
  tasks: z.array(z.string().min(1)),
});

/** The collections of a repository by name. A broken one, or one that names a task that is not there, is a problem. */
export async function readCollections(
  root: string,
  tasks: readonly IndexedTask[],
  problems: RepositoryProblem[],
): Promise<Record<string, IndexedCollection>> {
  const folder = join(root, collectionsFolder);
  if (!existsSync(folder)) return {};
  const names = new Set(tasks.map(({ name }) => name));
  const collections = new Map<string, IndexedCollection>();
  for (const file of readdirSync(folder).toSorted()) {
    if (!/\.ya?ml$/i.test(file)) continue;
    const path = `${collectionsFolder}/${file}`;
    const collection = await readCollection(root, path, problems);
    if (collection === null) continue;
    const unknown = collection.tasks.filter((name) => !names.has(name));
    const holder = collections.get(collection.name);
    if (unknown.length > 0) problems.push({ path, error: `It names tasks that are not in the repository: ${unknown.join(', ')}.` });
    else if (holder !== undefined) problems.push({ path, error: `It has the name of ${holder.path}, ${JSON.stringify(collection.name)}.` });
    else collections.set(collection.name, collection);
  }
  return byName(collections);
}

async function readCollection(root: string, path: string, problems: RepositoryProblem[]): Promise<IndexedCollection | null> {
  try {
    const { name, description, tasks } = checked(path, CollectionFile, await parseYaml(path, readFileSync(join(root, path), 'utf8')));
    return { name: name ?? parse(path).name, path, description, tasks };
  } catch (caught) {
    problems.push({ path, error: caught instanceof RatchetError ? caught.message : `It cannot be read: ${(caught as Error).message}.` });
    return null;
  }
}

/** As an object whose fields stand in the order of their names; a name may be any text. */
export function byName<Value>(values: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
