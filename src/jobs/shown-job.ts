import { isoTime, isoTimeOrNull, Timestamp, upperWords, type Json } from '#kernel/index.ts';
import { z } from 'zod';
import { jobStatuses, priorityBand, priorityBands, type JobOptions } from './job.ts';
import { holds, type JobRow, type Pause } from './job-store.ts';

export const statusWords: readonly string[] = upperWords(jobStatuses);
export const holdWords: readonly string[] = upperWords(holds);
export const priorityWords = Object.keys(priorityBands) as [string, ...string[]];

/** A job as answers carry it. */
export const Job = z
  .object({
    id: z.string(),
    uuid: z.string(),
    taskId: z.string(),
    taskName: z.string(),
    taskVersion: z.string().nullable().describe('Null: the version that is current when it starts.'),
    executionId: z.string().nullable().describe('Of its latest attempt.'),
    executionUuid: z.string().nullable(),
    scheduleId: z.string().nullable(),
    status: z.enum(statusWords),
    hold: z.enum(holdWords).nullable().describe('Why it is not among those that can be started; `why` says it in a sentence.'),
    heldUntil: Timestamp.nullable(),
    priority: z.enum(priorityWords),
    priorityNumber: z.number().int().describe('Higher runs first.'),
    queuedAt: Timestamp,
    scheduledFor: Timestamp.describe('Not started earlier.'),
    startedAt: Timestamp.nullable(),
    completedAt: Timestamp.nullable(),
    deadline: Timestamp.nullable().describe('Not started later.'),
    attempts: z.number().int(),
    retryCount: z.number().int(),
    maxRetries: z.number().int().describe('How often it is tried again after the first attempt.'),
    concurrencyKey: z.string().nullable(),
    concurrencyLimit: z.number().int().nullable(),
    rateKey: z.string().nullable(),
    rateLimit: z.number().int().nullable(),
    rateWindowMs: z.number().int().nullable(),
    uniqueKey: z.string().nullable(),
    ignoresPause: z.boolean(),
    cancelRequestedAt: Timestamp.nullable(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof Job>;

/** A job with what it was asked for. */
export const WholeJob = Job.extend({
  input: z.unknown(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  outputDestinations: z.array(z.unknown()),
  retryDelaySeconds: z.number().nullable().describe('Before its first retry; null: as its task or the server says.'),
  options: z.record(z.string(), z.unknown()).describe('What the request asked for beside the fields above.'),
  queuePosition: z.number().int().nullable().describe('Its place among those that can be started, from 1; null when it is not among them.'),
}).meta({ id: 'JobInFull' });
export type WholeJob = z.infer<typeof WholeJob>;

export const ShownPause = z
  .object({
    taskId: z.string().nullable().describe('Null: everything.'),
    pausedBy: z.string(),
    reason: z.string().nullable(),
    pausedAt: Timestamp,
  })
  .meta({ id: 'Pause' });

const textOrNull = (id: number | null) => (id === null ? null : String(id));

export function shownJob(row: JobRow): Job {
  return {
    id: String(row.id),
    uuid: row.uuid,
    taskId: String(row.taskId),
    taskName: row.taskName,
    taskVersion: row.taskVersion,
    executionId: textOrNull(row.executionId),
    executionUuid: row.executionUuid,
    scheduleId: textOrNull(row.scheduleId),
    status: row.status.toUpperCase(),
    hold: row.hold === null ? null : row.hold.toUpperCase(),
    heldUntil: isoTimeOrNull(row.heldUntil),
    priority: priorityBand(row.priority),
    priorityNumber: row.priority,
    queuedAt: isoTime(row.queuedAt),
    scheduledFor: isoTime(row.runAt),
    startedAt: isoTimeOrNull(row.startedAt),
    completedAt: isoTimeOrNull(row.completedAt),
    deadline: isoTimeOrNull(row.deadline),
    attempts: row.attempt,
    retryCount: row.retryCount,
    maxRetries: row.maxRetries,
    concurrencyKey: row.concurrencyKey,
    concurrencyLimit: row.concurrencyLimit,
    rateKey: row.rateKey,
    rateLimit: row.rateLimit,
    rateWindowMs: row.rateWindowMs,
    uniqueKey: row.uniqueKey,
    ignoresPause: row.ignoresPause,
    cancelRequestedAt: isoTimeOrNull(row.cancelRequestedAt),
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
  };
}

export function wholeJob(
  row: JobRow,
  payload: { readonly input: string; readonly options: JobOptions },
  queuePosition: number | null,
): WholeJob {
  const { metadata, outputDestinations, ...options } = payload.options;
  return {
    ...shownJob(row),
    input: JSON.parse(payload.input) as Json,
    metadata: metadata ?? null,
    outputDestinations: [...(outputDestinations ?? [])],
    retryDelaySeconds: options.retry ? options.retry.delayMs / 1_000 : null,
    options: { ...options },
    queuePosition,
  };
}

export function shownPause({ taskId, pausedBy, reason, pausedAt }: Pause): z.infer<typeof ShownPause> {
  return { taskId: textOrNull(taskId), pausedBy, reason, pausedAt: isoTime(pausedAt) };
}
