import { reference, TimeInput } from '#kernel/index.ts';
import { DurationMs, TaskRef } from '#jobs/operations.ts';
import { z } from 'zod';
import { jobOptionShape } from './job-options.ts';
import { catchUpPolicies, overlapPolicies } from './schedule.ts';

export const ScheduleRef = reference('schedule');

const words = <const List extends readonly [string, ...string[]]>(list: List, aliases: Readonly<Record<string, List[number]>> = {}) =>
  z
    .string()
    .transform((said): string => {
      const word = said.trim().toLowerCase().replaceAll('-', '_');
      return aliases[word] ?? word;
    })
    .pipe(z.enum(list));

const Overlap = words(overlapPolicies, { cancel: 'cancel_previous' }).describe(
  'When an earlier run has not ended: SKIP the new one, QUEUE it, CANCEL_PREVIOUS, or ALLOW both',
);
const CatchUp = words(catchUpPolicies).describe(
  'Of slots that came due while no server ran: run NONE, the LAST, or ALL up to catchUpLimit',
);
const Text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be plain text');
const day = 86_400_000;

/** What a caller may say of a schedule; what is left out has its default when one is made, and stays as it is when one is changed. */
const said = {
  version: z.string().min(1).max(100).nullish().describe('Version of the task; the one that is current when a job starts otherwise'),
  description: Text(2_000).nullish().describe('For people'),
  cronExpression: z.string().min(1).max(300).nullish().describe('Five, six (seconds first) or seven fields, or @daily and its like'),
  timeZone: z.string().min(1).max(100).nullish().describe('IANA time zone the cron expression is read in; UTC otherwise'),
  every: z
    .union([z.string().min(1).max(100), z.number().positive()])
    .nullish()
    .describe('An interval: 10m, 1h30m, PT10M, or seconds'),
  anchorAt: TimeInput.nullish().describe('From when an interval is counted; when it was made otherwise'),
  at: TimeInput.nullish().describe('Once, at this time'),
  input: z.unknown().optional().describe('Input of its jobs as JSON'),
  ...jobOptionShape,
  overlap: Overlap.optional(),
  catchUp: CatchUp.optional(),
  catchUpLimit: z.number().int().min(1).max(1_000).nullish().describe('How many missed slots ALL makes up for at most: the latest ones'),
  jitterMs: DurationMs.pipe(z.number().max(day)).nullish().describe('Put each slot off by up to this long: milliseconds, or 30s'),
  startsAt: TimeInput.nullish().describe('No slot before this time'),
  endsAt: TimeInput.nullish().describe('No slot after this time'),
  maxExecutions: z.number().int().min(1).max(1_000_000_000).nullish().describe('Switched off after so many runs'),
  keepJobs: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .nullish()
    .describe('How many of its finished jobs are kept; as long as any other otherwise'),
  enabled: z.boolean().optional().describe('Whether it comes due'),
  metadata: z.record(z.string(), z.unknown()).nullish().describe('Kept with the schedule, for the caller'),
};

export const ScheduleCreation = z.object({
  name: Text(200).min(1).describe('Name of the schedule'),
  taskId: TaskRef.describe('Number, uuid or name of the task'),
  ...said,
});
export type ScheduleCreation = z.output<typeof ScheduleCreation>;

export const ScheduleChange = z.object({
  name: Text(200).min(1).optional().describe('Name of the schedule'),
  taskId: TaskRef.optional().describe('Number, uuid or name of another task'),
  ...said,
});
export type ScheduleChange = z.output<typeof ScheduleChange>;

/** Older and shorter spellings of fields. */
export const aliases = {
  inputData: 'input',
  cron: 'cronExpression',
  timezone: 'timeZone',
  jitter: 'jitterMs',
  interval: 'every',
  runAt: 'at',
};
