import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findTaskPaths } from '#tasks/index.ts';
import type { RepositoryProblem } from './errors.ts';
import type { IndexedTemplate } from './index-file.ts';
import { byName } from './read-collections.ts';
import { inside, readTask } from './read-tasks.ts';

export const templatesFolder = 'templates';

/** The templates of a repository by name: tasks to start new ones from, which have to be sound tasks themselves. */
export async function readTemplates(root: string, problems: RepositoryProblem[]): Promise<Record<string, IndexedTemplate>> {
  const folder = join(root, templatesFolder);
  if (!existsSync(folder)) return {};
  const templates = new Map<string, IndexedTemplate>();
  for (const found of findTaskPaths(folder).paths) {
    const task = await readTask(root, inside(root, found), problems);
    if (task === null) continue;
    const { name, path, label, description, version } = task;
    const holder = templates.get(name);
    if (holder !== undefined) problems.push({ path, error: `It has the name of ${holder.path}, ${JSON.stringify(name)}.` });
    else templates.set(name, { name, path, label, description, version });
  }
  return byName(templates);
}
