import { listInput, listOutput, operation, type ListRequest } from '#kernel/index.ts';
import { z } from 'zod';
import type { ExecutionRow } from '../execution-store.ts';
import { executionNotFound } from './errors.ts';
import { executionListing } from './execution-listing.ts';
import { levelsFrom, LogLevel, LogLine } from './log-level.ts';
import { executionOf, type StoredExecutionServices } from './services.ts';
import { ListedExecution, listedExecution, ShownStoredExecution, shownStoredExecution } from './shown.ts';

export const ExecutionId = z.string().min(1).max(100).describe('Number or uuid of the execution');

export const listExecutions = operation({
  name: 'executions.list',
  summary: 'List executions',
  details:
    'Executions that are stored, newest first unless asked otherwise. What they were given and what they came to is not in the list: look at one for that.',
  input: listInput(executionListing),
  output: listOutput(ListedExecution),
  errors: [],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /executions',
    graphql: 'executions',
    cli: {
      command: 'execution list',
      examples: [
        { line: 'ratchet execution list --status failed', about: 'Those that failed, newest first' },
        { line: 'ratchet execution list --status running --format json', about: 'What runs now, for programs' },
      ],
    },
  },
  async run({ executionStore }: Pick<StoredExecutionServices, 'executionStore'>, input) {
    const page = await executionStore.list(input as ListRequest);
    return { ...page, items: page.items.map(listedExecution) };
  },
});

export const showExecution = operation({
  name: 'executions.show',
  summary: 'Show an execution',
  details:
    'Everything that is kept of one execution but its log: input and output, the error with its class and the lines of the author, what it cost, the requests it made, its progress, and the other attempts of its job.',
  input: z.object({ id: ExecutionId }),
  output: ShownStoredExecution,
  errors: [executionNotFound],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /executions/:id',
    graphql: 'execution',
    cli: {
      command: 'execution show',
      positional: ['id'],
      examples: [{ line: 'ratchet execution show 42', about: 'What came of execution 42, and what it cost' }],
    },
  },
  async run(services: ShowingServices, { id }) {
    return whole(services, await executionOf(services.executionStore, id));
  },
});

type ShowingServices = Pick<StoredExecutionServices, 'executionStore' | 'executionRecordings' | 'settings'>;

/**
 * A row with all that belongs to it. Secrets of the input stay where they are needed, with the job; the output is the answer to whoever asked.
 * @param known the attempts of its job, where they have been read already
 * @throws EXECUTION_NOT_FOUND when it has gone meanwhile
 */
export async function whole(services: ShowingServices, row: ExecutionRow, known?: readonly ExecutionRow[]): Promise<ShownStoredExecution> {
  const { executionStore: store, executionRecordings, settings } = services;
  const [result, attempts] = await Promise.all([store.result(row.id), known ?? store.attempts(row.jobId)]);
  if (result === null) throw executionNotFound({ id: String(row.id) });
  const input = executionRecordings.withoutSecrets(result.input, settings);
  return shownStoredExecution(row, { ...result, input }, attempts);
}

export const executionStats = operation({
  name: 'executions.stats',
  summary: 'Sum up executions',
  details: 'How many executions there are of each status, how many of those that ended succeeded, and how long the latest took.',
  input: z.object({}),
  output: z.object({
    totalExecutions: z.number().int(),
    pendingExecutions: z.number().int(),
    runningExecutions: z.number().int(),
    completedExecutions: z.number().int(),
    failedExecutions: z.number().int(),
    cancelledExecutions: z.number().int(),
    averageDurationMs: z.number().nullable().describe('Of the latest 1,000 that completed.'),
    successRate: z
      .number()
      .nullable()
      .describe('Share of those that completed or failed which completed, 0 to 1; null where there are none.'),
    executionsLast24H: z.number().int().describe('Those that run, and those that ended within a day.'),
  }),
  errors: [],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: { route: 'GET /executions/stats', answers: 'stats' },
    graphql: 'executionStats',
    cli: {
      command: 'execution stats',
      examples: [{ line: 'ratchet execution stats', about: 'How many there are, and how many of them failed' }],
    },
  },
  async run({ executionStore }: Pick<StoredExecutionServices, 'executionStore'>, _input, { now }) {
    const { byStatus, averageDurationMs, last24Hours } = await executionStore.stats(now);
    const ended = byStatus.completed + byStatus.failed;
    return {
      totalExecutions: Object.values(byStatus).reduce((sum, count) => sum + count, 0),
      pendingExecutions: byStatus.pending,
      runningExecutions: byStatus.running,
      completedExecutions: byStatus.completed,
      failedExecutions: byStatus.failed,
      cancelledExecutions: byStatus.cancelled,
      averageDurationMs,
      successRate: ended === 0 ? null : byStatus.completed / ended,
      executionsLast24H: last24Hours,
    };
  },
});

export const executionLogs = operation({
  name: 'executions.logs',
  summary: 'Show the log of an execution',
  details:
    'Lines of one execution in the order in which they came. A running one has those that are stored so far, which is about once a second; follow it to see them at once.',
  input: z.object({
    id: ExecutionId,
    after: z.number().int().min(0).default(0).describe('Only lines after this number'),
    limit: z.number().int().min(1).max(1_000).default(100).describe('Lines in the answer'),
    level: LogLevel.optional().describe('Only lines of this level and above'),
    search: z.string().min(1).max(1_000).optional().describe('Only lines that contain this, in any case'),
  }),
  output: z.object({
    lines: z.array(LogLine),
    next: z.number().int().nullable().describe('Asks for further lines as `after`; null where none are stored.'),
    logsDropped: z.number().int().describe('Lines beyond those that are kept.'),
  }),
  errors: [executionNotFound],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /executions/:id/logs',
    graphql: 'executionLogs',
    cli: {
      command: 'execution logs',
      positional: ['id'],
      examples: [
        { line: 'ratchet execution logs 42', about: 'What execution 42 logged' },
        { line: 'ratchet execution logs 42 --level warn --search timeout', about: 'Warnings and errors that speak of a timeout' },
      ],
    },
  },
  async run({ executionStore }: Pick<StoredExecutionServices, 'executionStore'>, { id, after, limit, level, search }) {
    const row = await executionOf(executionStore, id);
    const query = { after, limit: limit + 1, levels: level === undefined ? null : levelsFrom(level), search: search ?? null };
    const [found, result] = await Promise.all([executionStore.logs(row.id, query), executionStore.result(row.id)]);
    const lines = found.slice(0, limit);
    return {
      lines: lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() })),
      next: found.length > limit ? lines.at(-1)!.number : null,
      logsDropped: result?.logsDropped ?? 0,
    };
  },
});
