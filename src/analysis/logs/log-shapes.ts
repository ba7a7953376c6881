import { Timestamp } from '#kernel/index.ts';
import { z } from 'zod';

export const FoundLogLine = z
  .object({
    executionId: z.string(),
    taskId: z.string(),
    taskName: z.string(),
    number: z.number().int().describe('From 1, in the order in which lines came.'),
    level: z.string(),
    message: z.string(),
    at: Timestamp,
  })
  .meta({ id: 'FoundLogLine' });
export type FoundLogLine = z.output<typeof FoundLogLine>;

export const FoundLogLines = z.object({
  lines: z.array(FoundLogLine).describe('Of the newest execution first; within one, in order.'),
  next: z.string().nullable().describe('Asks for further lines as `after`; null where everything was looked through.'),
  linesLookedAt: z.number().int().describe('By this call.'),
});
export type FoundLogLines = z.output<typeof FoundLogLines>;

export const trendKeys = ['pattern', 'fingerprint', 'code', 'task'] as const;

export const ErrorTrends = z.object({
  by: z.enum(trendKeys).describe('What they are counted by.'),
  since: Timestamp.describe('Where the window begins.'),
  until: Timestamp.describe('Where it ends.'),
  bucketMs: z.number().int().describe('Length of its parts.'),
  failures: z.number().int().describe('Failures that were looked at.'),
  isComplete: z.boolean().describe('False where there were more than are looked at: then these are the latest.'),
  series: z
    .array(
      z
        .object({
          key: z.string().describe('Id of the pattern, fingerprint, code or number of the task; empty: fits no pattern.'),
          name: z.string(),
          total: z.number().int(),
          firstSeenAt: Timestamp.describe('Of the window.'),
          lastSeenAt: Timestamp.describe('Of the window.'),
          tasks: z.array(z.string()).describe('Names of tasks, most failures first.'),
          latestExecutionId: z.string().describe('One to look at.'),
          buckets: z
            .array(z.object({ at: Timestamp.describe('Where the bucket begins.'), count: z.number().int() }))
            .describe('Those that are not empty.'),
        })
        .meta({ id: 'ErrorTrend' }),
    )
    .describe('Most failures first. A failure that fits several patterns counts for the most confident.'),
});
export type ErrorTrends = z.output<typeof ErrorTrends>;
