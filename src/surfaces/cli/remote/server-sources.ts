import { listRepositoriesOperation, sourceUnknown, testRepositoryOperation, type ShownRepository } from '#sources/operations.ts';
import {
  summedStatuses,
  summedVerified,
  type RepositoryStatus,
  type RepositoryStatuses,
  type VerifiedRepositories,
  type VerifiedRepository,
} from '#sources/checks/operations.ts';
import { listTasksOperation, showTaskOperation } from '#tasks/catalogue/operations.ts';
import type { Client } from '#surfaces/client/client.ts';
import type { z } from 'zod';

interface Which {
  readonly repository?: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Most items of one page. */
const limit = 100;

/** How the sources of a server are, as it says. @throws REPOSITORY_NOT_FOUND, and what a call can end with */
export async function serverStatus(
  client: Client,
  { isDetailed, ...which }: Which & { readonly isDetailed: boolean },
): Promise<RepositoryStatuses> {
  return summedStatuses((await sourcesOf(client, which)).map((one) => statusOf(one, isDetailed)));
}

function statusOf(source: ShownRepository, isDetailed: boolean): RepositoryStatus {
  const { enabled, syncStatus, syncError, problems, revision } = source;
  const health =
    !enabled || syncStatus === 'PENDING' ? 'unknown' : syncStatus === 'FAILED' ? 'unhealthy' : problems.length > 0 ? 'degraded' : 'healthy';
  return {
    ...whichOf(source),
    sync_state: enabled ? (syncStatus.toLowerCase() as 'synced' | 'pending' | 'failed') : 'disabled',
    last_checked: source.lastAttemptAt,
    health_status: health,
    tasks_count: source.taskCount,
    ...(syncError === null ? {} : { error: syncError }),
    ...(isDetailed && revision !== null ? { revision } : {}),
    ...(isDetailed ? { problems: problems.map(problemText) } : {}),
  };
}

/** What a server finds when it looks at its sources now. @throws REPOSITORY_NOT_FOUND, and what a call can end with */
export async function serverVerified(
  client: Client,
  { isOffline, now, ...which }: Which & { readonly isOffline: boolean; readonly now: number },
): Promise<VerifiedRepositories> {
  const { signal } = which;
  const sources = await sourcesOf(client, which);
  const tasks = await tasksOf(client, signal);
  const verified: VerifiedRepository[] = [];
  for (const source of sources) {
    const isLookedAt = source.enabled && !(isOffline && source.repositoryType !== 'FILESYSTEM');
    const test = isLookedAt ? await client.call(testRepositoryOperation, { id: source.id }, { signal }) : null;
    const issues = [...(test?.error ? [test.error.message] : []), ...source.problems.map(problemText)];
    verified.push({
      ...whichOf(source),
      accessible: test && test.success,
      readable: test && test.success,
      correctly_configured: true,
      usable: test && test.success && source.problems.length === 0,
      verification_time: new Date(now).toISOString(),
      tasks: tasks.get(source.id) ?? [],
      issues,
      warnings: isLookedAt ? [] : [source.enabled ? 'It was not looked at: --offline.' : 'It is switched off.'],
      ...(test?.error ? { error_message: `${test.error.message} ${test.error.hint}` } : {}),
    });
  }
  return summedVerified(verified);
}

async function sourcesOf(client: Client, { repository, signal }: Which): Promise<ShownRepository[]> {
  const all: ShownRepository[] = [];
  for (let after: string | null = null; ;) {
    const { items, next }: z.output<typeof listRepositoriesOperation.output> = await client.call(
      listRepositoriesOperation,
      { limit, after },
      { signal },
    );
    all.push(...items);
    after = next;
    if (after === null) break;
  }
  const found = all.filter(({ id, name }) => repository === undefined || repository === name || repository === id);
  if (repository !== undefined && found.length === 0) throw sourceUnknown({ source: repository });
  return found;
}

type Tasks = VerifiedRepository['tasks'];

/** By the number of their source. */
async function tasksOf(client: Client, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Tasks>> {
  const tasks = new Map<string, Tasks>();
  for (let after: string | null = null; ;) {
    const page: z.output<typeof listTasksOperation.output> = await client.call(listTasksOperation, { limit, after }, { signal });
    for (const { id, name, version, description, repositoryInfo } of page.items) {
      if (repositoryInfo === null) continue;
      const { metadata } = await client.call(showTaskOperation, { id }, { signal });
      const tags = Array.isArray(metadata['tags']) ? metadata['tags'].map(String) : [];
      const { repositoryId, repositoryPath: path } = repositoryInfo;
      tasks.set(repositoryId, [...(tasks.get(repositoryId) ?? []), { name, version, description, tags, path }]);
    }
    after = page.next;
    if (after === null) return tasks;
  }
}

function whichOf({ name, repositoryType, uri, enabled }: ShownRepository) {
  return { name, source_type: repositoryType.toLowerCase() as 'filesystem' | 'git' | 'http', uri, enabled };
}

function problemText({ taskName, error }: ShownRepository['problems'][number]): string {
  return `${taskName}: ${error}`;
}
