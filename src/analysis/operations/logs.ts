import { levelsFrom, LogLevel } from '#executions/stored/operations.ts';
import { operation, reference, TimeInput } from '#kernel/index.ts';
import { z } from 'zod';
import type { AnalysisServices } from '../analysis-services.ts';
import { ErrorTrends, FoundLogLines, trendKeys } from '../logs/log-shapes.ts';

const dayMs = 86_400_000;

export const searchLogs = operation({
  name: 'logs.search',
  summary: 'Search the logs of executions',
  details:
    'Looks through the lines that executions have logged, the newest execution first. One call looks at a bounded number of lines: it may find none and still say where to go on.',
  input: z.object({
    search: z.string().min(1).max(1_000).optional().describe('Only lines that contain this, in any case'),
    level: LogLevel.optional().describe('Only lines of this level and above'),
    task: reference('task').optional(),
    since: TimeInput.optional().describe('Only lines from then on'),
    until: TimeInput.optional().describe('Only lines up to then'),
    limit: z.number().int().min(1).max(1_000).default(100).describe('Lines in the answer'),
    after: z.string().max(100).optional().describe('What an earlier answer gave as `next`'),
  }),
  output: FoundLogLines,
  errors: [],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /logs/search',
    graphql: 'logSearch',
    cli: {
      command: 'logs search',
      positional: ['search'],
      examples: [
        {
          line: 'ratchet logs search timeout --level warn --since 1h',
          about: 'Warnings and errors of the last hour that speak of a timeout',
        },
      ],
    },
  },
  run: async ({ analysis }: AnalysisServices, { search = null, level, task = null, since = null, until = null, after = null, limit }) =>
    analysis.searchLogs({ search, levels: level === undefined ? null : levelsFrom(level), task, since, until, limit, after }),
});

export const errorTrends = operation({
  name: 'logs.trends',
  summary: 'Count failures over time',
  details:
    'Failures of a window of time, by the pattern they fit, by their fingerprint (the same code, class and place), by code or by task, counted in equal parts of the window.',
  input: z.object({
    by: z.enum(trendKeys).default('pattern').describe('What to count them by'),
    task: reference('task').optional(),
    since: TimeInput.optional().describe('Where the window begins; a day before its end unless given'),
    until: TimeInput.optional().describe('Where it ends; now unless given'),
    bucketMs: z.number().int().min(1_000).optional().describe('Length of its parts; some thirty of them unless given'),
  }),
  output: ErrorTrends,
  errors: [],
  effect: 'read',
  permission: 'execution:read',
  on: {
    rest: 'GET /logs/trends',
    graphql: 'errorTrends',
    cli: {
      command: 'logs trends',
      examples: [{ line: 'ratchet logs trends --by code --since 7d', about: 'What failed in the last week, by code' }],
    },
  },
  run: async ({ analysis }: AnalysisServices, { by, task = null, since, until, bucketMs = null }, { now }) => {
    const end = until ?? now;
    return analysis.trends({ by, task, since: since ?? end - dayMs, until: end, bucketMs });
  },
});

export const logOperations = [searchLogs, errorTrends] as const;
