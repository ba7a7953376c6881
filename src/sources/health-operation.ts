import { z } from 'zod';
import { isoTime, isoTimeOrNull, listInput, operation, Timestamp, type ListRequest } from '#kernel/index.ts';
import type { SourceServices } from './operations.ts';
import { repositoryListing, type Repository } from './repository.ts';

const words = ['HEALTHY', 'DEGRADED', 'UNHEALTHY'] as const;
const count = z.number().int();

const SourceHealth = z
  .object({
    repositoryId: z.string(),
    sourceName: z.string(),
    repositoryType: z.enum(['FILESYSTEM', 'GIT', 'HTTP']),
    status: z
      .enum([...words, 'PENDING', 'DISABLED'])
      .describe(
        'DEGRADED: some of its tasks cannot be served. UNHEALTHY: its last sync could not read it. PENDING: it was not synced yet.',
      ),
    lastSync: Timestamp.nullable().describe('The last sync that succeeded.'),
    taskCount: count,
    errorCount: count.describe('Tasks that cannot be served, and failed syncs in a row.'),
    lastError: z.string().nullable(),
    lastErrorCode: z.string().nullable(),
    problems: z.array(z.object({ taskName: z.string(), error: z.string() })).describe('The first 20.'),
  })
  .meta({ id: 'RepositoryHealth' });

const mostProblems = 20;

export const repositoriesHealthOperation = operation({
  name: 'repositories.health',
  summary: 'Say how the sources of tasks are',
  details:
    'Of every source how its last sync went, what it holds and what in it cannot be served. What was synced before goes on running whatever becomes of its source.',
  input: z.object({}),
  output: z
    .object({
      overallStatus: z.enum(words).describe('UNHEALTHY: no source could be read at all.'),
      totalSources: count,
      totalTasks: count,
      totalErrors: count,
      sources: z.array(SourceHealth),
      checkedAt: Timestamp,
    })
    .meta({ id: 'RepositoriesHealth' }),
  errors: [],
  effect: 'read',
  permission: 'repository:read',
  on: {
    rest: 'GET /repositories/health',
    graphql: 'repositoriesHealth',
    mcp: 'ratchet_registry_health',
    cli: {
      command: 'repo health',
      examples: [{ line: 'ratchet repo health', about: 'Whether all sources can be read, and what is wrong' }],
    },
  },
  async run({ sources }: Pick<SourceServices, 'sources'>, _input, { now }) {
    const all = (await everySource(sources)).map(healthOf);
    const inUse = all.filter(({ status }) => status !== 'DISABLED');
    const isBad = inUse.some(({ status }) => status === 'UNHEALTHY' || status === 'DEGRADED');
    const isLost = inUse.length > 0 && inUse.every(({ status }) => status === 'UNHEALTHY');
    return {
      overallStatus: isLost ? ('UNHEALTHY' as const) : isBad ? ('DEGRADED' as const) : ('HEALTHY' as const),
      totalSources: all.length,
      totalTasks: all.reduce((sum, { taskCount }) => sum + taskCount, 0),
      totalErrors: all.reduce((sum, { errorCount }) => sum + errorCount, 0),
      sources: all,
      checkedAt: isoTime(now),
    };
  },
});

async function everySource(sources: SourceServices['sources']): Promise<Repository[]> {
  const all: Repository[] = [];
  let after: string | null = null;
  do {
    const page = await sources.list({ ...(listInput(repositoryListing).parse({ limit: 100 }) as ListRequest), after });
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}

function healthOf(source: Repository): z.input<typeof SourceHealth> {
  const { id, name, kind, enabled, syncStatus, syncError, syncErrorCode, failures, lastSyncAt, taskCount, problems } = source;
  const ofSync =
    syncStatus === 'failed' ? 'UNHEALTHY' : syncStatus === 'pending' ? 'PENDING' : problems.length > 0 ? 'DEGRADED' : 'HEALTHY';
  return {
    repositoryId: String(id),
    sourceName: name,
    repositoryType: kind.toUpperCase() as 'FILESYSTEM' | 'GIT' | 'HTTP',
    status: enabled ? ofSync : 'DISABLED',
    lastSync: isoTimeOrNull(lastSyncAt),
    taskCount,
    errorCount: problems.length + failures,
    lastError: syncError ?? problems[0]?.error ?? null,
    lastErrorCode: syncErrorCode,
    problems: problems.slice(0, mostProblems).map((one) => ({ ...one })),
  };
}
