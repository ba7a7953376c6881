import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, isoTime } from '#kernel/index.ts';
import type { RepositoryProblem } from './errors.ts';
import { countsOf, RepositoryIndex } from './index-file.ts';
import { readCollections } from './read-collections.ts';
import { readRegistry } from './read-registry.ts';
import { readTasks } from './read-tasks.ts';
import { readTemplates } from './read-templates.ts';
import { indexFile } from './registry-file.ts';
import { replaceFile } from './replace-file.ts';

export interface Refreshed {
  readonly index: RepositoryIndex;
  readonly problems: readonly RepositoryProblem[];
  /** False where the file says all that already, or because of problems. */
  readonly isWritten: boolean;
}

/**
 * Writes the index of a repository anew from what stands in it. The same content gives the same text, its time included.
 * @param force leaves out what is broken; without it nothing is written where something is
 * @param now milliseconds since 1970 UTC
 * @throws TASK_REPOSITORY_MISSING, TASK_REPOSITORY_INVALID, TASK_REPOSITORY_UNWRITABLE
 */
export async function refreshIndex(root: string, { force, now }: { force: boolean; now: number }): Promise<Refreshed> {
  const { name, description, version, discovery } = await readRegistry(root);
  const read = await readTasks(root, discovery);
  const problems = [...read.problems];
  const collections = await readCollections(root, read.tasks, problems);
  const templates = await readTemplates(root, problems);
  const said = {
    version: '1.0' as const,
    repository: { name, description, version },
    tasks: [...read.tasks],
    collections,
    templates,
    statistics: {
      total_tasks: read.tasks.length,
      categories: countsOf(read.tasks.map(({ category }) => category)),
      complexity_distribution: countsOf(read.tasks.map(({ complexity }) => complexity)),
    },
  };
  const before = indexBefore(root);
  const isSame = before !== null && canonicalJson({ ...before, generated_at: '' }) === canonicalJson({ ...said, generated_at: '' });
  const index: RepositoryIndex = { ...said, generated_at: isSame ? before.generated_at : isoTime(now) };
  const isWritten = !isSame && (force || problems.length === 0);
  if (isWritten) replaceFile(join(root, indexFile), `${JSON.stringify(index, null, 2)}\n`);
  return { index, problems, isWritten };
}

/** What the index says now; null where there is none that another could be compared with. */
function indexBefore(root: string): RepositoryIndex | null {
  try {
    return RepositoryIndex.safeParse(JSON.parse(readFileSync(join(root, indexFile), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
