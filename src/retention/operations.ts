import { operation } from '#kernel/index.ts';
import { storageFull, storageUnavailable } from '#storage/index.ts';
import { z } from 'zod';
import type { Retention } from './retention.ts';
import { finishedStatuses } from './settings.ts';

export interface RetentionServices {
  readonly retention: Retention;
}

const count = z.number().int().nonnegative();

export const RetentionPreviewAnswer = z.object({
  states: z
    .array(
      z.object({
        status: z.enum(finishedStatuses),
        keptMs: count.nullable().describe('How long they are kept, in milliseconds; null: for ever.'),
        jobs: count.describe('Jobs that are older. Those that another job needs stay.'),
        bytes: count.describe('What they take with all that belongs to them, roughly.'),
      }),
    )
    .describe('By state.'),
  expiredKeys: count.describe('Idempotency keys that have expired.'),
  expiredResults: count.describe('Kept results that have expired.'),
  size: z.object({
    bytes: count.describe('What is stored now.'),
    limit: count.nullable().describe('What may be stored; null: no limit.'),
    overBy: count.describe('Of this much the oldest finished jobs go, whatever their age.'),
  }),
});
export type RetentionPreviewAnswer = z.infer<typeof RetentionPreviewAnswer>;

export const previewRetentionOperation = operation({
  name: 'retention.preview',
  summary: 'Say what would be removed because of its age or size',
  details:
    'Counts the finished jobs that are older than `retention` in the configuration allows, and compares what is stored with its limit. Changes nothing.',
  input: z.object({}),
  output: RetentionPreviewAnswer,
  errors: [storageUnavailable],
  effect: 'read',
  permission: 'system:read',
  on: {
    rest: 'GET /system/retention',
    graphql: 'retentionPreview',
    cli: {
      command: 'db retention',
      examples: [{ line: 'ratchet db retention', about: 'What would go now, by state, with rows and bytes' }],
    },
  },
  async run({ retention }: RetentionServices, _input, { now }) {
    const { states, ...rest } = await retention.preview(now);
    return { ...rest, states: [...states] };
  },
});

export const RetentionReportAnswer = z.object({
  jobs: z.object({ completed: count, failed: count, cancelled: count }).describe('Jobs that were removed with all that belongs to them.'),
  jobsForSize: count.describe('Of these, how many went because of the size.'),
  logLines: count.describe('Log lines of jobs that stay.'),
  recordings: count.describe('Recordings of jobs that stay.'),
  keys: count.describe('Idempotency keys that had expired.'),
  results: count.describe('Kept results that had expired.'),
  slots: count.describe('Rows of the ledgers of schedules.'),
  bytes: count.describe('What is stored now.'),
  isOverLimit: z.boolean().describe('Still more than the limit: what is left is not finished, or needed.'),
  wasStopped: z.boolean().describe('Ended before it was through.'),
});
export type RetentionReportAnswer = z.infer<typeof RetentionReportAnswer>;

export const runRetentionOperation = operation({
  name: 'retention.run',
  summary: 'Remove what is too old or too much, now',
  details:
    'What a server does by itself every hour: removes finished jobs with their executions, logs and recordings in small steps between other work. ' +
    'Jobs that have not finished, and jobs that another job needs, stay.',
  input: z.object({}),
  output: RetentionReportAnswer,
  errors: [storageUnavailable, storageFull],
  effect: 'destroy',
  permission: 'system:write',
  on: {
    rest: 'POST /system/retention/run',
    graphql: 'runRetention',
    cli: { command: 'db prune', examples: [{ line: 'ratchet db prune', about: 'Removes it, and says how much' }] },
  },
  run: ({ retention }: RetentionServices, _input, { now, signal }) => retention.runOnce(now, signal),
});

export const retentionOperations = [previewRetentionOperation, runRetentionOperation] as const;
