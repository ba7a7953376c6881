import { createHash } from 'node:crypto';
import { canonicalJson, parseDurationMs, reference, TimeInput, type Settings } from '#kernel/index.ts';
import type { CatalogueTask } from '#tasks/index.ts';
import { z } from 'zod';
import { highestPriority, JobOptions, priorityBands, priorityNumber, RetryPolicy } from './job.ts';
import type { NewJob } from './job-store.ts';
import { defaultMaxRetries, defaultRetryDelay, idempotencyHours } from './settings.ts';

export const TaskRef = reference('task');

export const Priority = z
  .union([z.number(), z.string().max(20)])
  .transform((said, context) => {
    const priority = priorityNumber(said);
    if (Number.isInteger(priority) && priority >= 0 && priority <= highestPriority) return priority;
    context.addIssue({
      code: 'custom',
      message: `is no priority: ${JSON.stringify(said)}; write LOW, NORMAL, HIGH, CRITICAL or a number from 0 to ${highestPriority}`,
    });
    return z.NEVER;
  })
  .describe('LOW (25), NORMAL (50), HIGH (75), CRITICAL (100), or a number from 0 to 1000: higher runs first');

/** Milliseconds as a number, or a duration such as `30s`. */
export const DurationMs = z.union([z.number().int().nonnegative(), z.string().max(20)]).transform((said, context) => {
  const ms = typeof said === 'number' ? said : parseDurationMs(said);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `is no duration: ${JSON.stringify(said)}; write milliseconds as a number, or 500ms, 30s, 2m`,
  });
  return z.NEVER;
});

const Key = z
  .string()
  .min(1)
  .max(200)
  .refine((key) => key.isWellFormed() && !key.includes('\0'), 'must be plain text');

/** What a caller may ask for; fields that many leave out have their defaults in the settings. */
export const JobRequest = z.object({
  taskId: TaskRef,
  version: z.string().min(1).max(100).nullish().describe('Version of the task; the one that is current when it starts otherwise'),
  input: z.unknown().default({}).describe('Input as JSON'),
  priority: Priority.default(priorityBands.NORMAL),
  scheduledFor: TimeInput.nullish().describe('Not before this time'),
  delay: DurationMs.nullish().describe('Not before this long from now'),
  deadline: TimeInput.nullish().describe('Failed instead of started after this time'),
  maxRetries: z.number().int().min(0).max(100).nullish().describe('How often it is tried again after the first attempt'),
  retryDelaySeconds: z.number().nonnegative().max(86_400).nullish().describe('Before the first retry; an older way to say retry.delayMs'),
  retry: z.strictObject(RetryPolicy.partial().shape).nullish().describe('How long to wait before each retry'),
  retryOn: z.array(Key).max(50).optional().describe('Codes or classes of errors after which it is tried again'),
  noRetryOn: z.array(Key).max(50).optional().describe('Codes or classes of errors after which it is not'),
  timeoutMs: z.number().int().positive().nullish().describe('Longest wall-clock time of an attempt'),
  memoryMb: z.number().int().positive().nullish().describe('JavaScript heap of an attempt'),
  isolation: JobOptions.shape.isolation.describe('What executions of the task share: nothing but code, nothing at all, or everything'),
  record: JobOptions.shape.record.describe('When the recording of an attempt is stored'),
  concurrencyKey: Key.nullish().describe('Of jobs with the same key only concurrencyLimit run at once'),
  concurrencyLimit: z.number().int().min(1).max(100_000).default(1).describe('How many with the same concurrencyKey run at once'),
  rate: z
    .strictObject({ key: Key.optional(), limit: z.number().int().min(1).max(100_000), per: DurationMs.default(1_000) })
    .nullish()
    .describe('At most `limit` starts within `per`, for all jobs with the same key (the task when there is none)'),
  uniqueKey: Key.nullish().describe('Only one job of the task with this key waits'),
  whenNotUnique: z.enum(['skip', 'replace', 'debounce']).default('skip').describe('Keep the waiting one, take its place, or move it back'),
  idempotencyKey: Key.nullish().describe('The same key again gets the same job'),
  ignoresPause: z.boolean().default(false).describe('Runs although its task or the queue is paused'),
  metadata: z.record(z.string(), z.unknown()).nullish().describe('Kept with the job, for the caller'),
  outputDestinations: z.array(z.unknown()).max(10).nullish().describe('Where its result goes'),
});
export type JobRequest = z.output<typeof JobRequest>;

/** Beside what any caller may say: what other parts of the server say. */
export interface JobOrigin {
  readonly scheduleId?: number;
  /** Indexes of earlier jobs of the same request that must complete before. */
  readonly after?: readonly number[];
  /** Make an execution in state pending with it, under this uuid. */
  readonly executionUuid?: string;
}

export interface JobContext {
  readonly uuid: string;
  readonly now: number;
  /** Whose idempotency keys it uses: those of two callers are different ones. */
  readonly caller: string;
  readonly settings: Settings;
}

/** A request for a task that is known, as the store takes it. */
export function newJobOf(
  request: JobRequest,
  task: Pick<CatalogueTask, 'id'>,
  origin: JobOrigin,
  { uuid, now, caller, settings }: JobContext,
): NewJob {
  const input = JSON.stringify(request.input);
  const key = request.idempotencyKey ?? null;
  return {
    uuid,
    taskId: task.id,
    taskVersion: request.version ?? null,
    scheduleId: origin.scheduleId ?? null,
    input,
    priority: request.priority,
    runAt: request.scheduledFor ?? now + (request.delay ?? 0),
    deadline: request.deadline ?? null,
    maxRetries: request.maxRetries ?? settings.get(defaultMaxRetries),
    concurrency: request.concurrencyKey ? { key: request.concurrencyKey, limit: request.concurrencyLimit } : null,
    rate: request.rate
      ? { key: request.rate.key ?? `task ${task.id}`, limit: request.rate.limit, windowMs: Math.max(1, request.rate.per) }
      : null,
    unique: request.uniqueKey ? { key: request.uniqueKey, when: request.whenNotUnique } : null,
    idempotency:
      key === null
        ? null
        : { key: `${caller}\n${key}`, fingerprint: fingerprintOf(request), expiresAt: now + settings.get(idempotencyHours) * 3_600_000 },
    ignoresPause: request.ignoresPause,
    after: origin.after ?? [],
    options: optionsOf(request, settings),
    withExecution: origin.executionUuid === undefined ? null : { uuid: origin.executionUuid },
  };
}

function optionsOf(request: JobRequest, settings: Settings): JobOptions {
  const { retryOn, noRetryOn, timeoutMs, memoryMb, isolation, record, metadata, outputDestinations } = request;
  const retry = retryOf(request, settings);
  return {
    ...(retry === null ? {} : { retry }),
    ...(retryOn === undefined ? {} : { retryOn }),
    ...(noRetryOn === undefined ? {} : { noRetryOn }),
    ...(timeoutMs ? { timeoutMs } : {}),
    ...(memoryMb ? { memoryMb } : {}),
    ...(isolation === undefined ? {} : { isolation }),
    ...(record === undefined ? {} : { record }),
    ...(metadata ? { metadata } : {}),
    ...(outputDestinations && outputDestinations.length > 0 ? { outputDestinations } : {}),
  };
}

/** Only where the request says anything about retries: then it is meant, also for errors that are usually not tried again. */
function retryOf({ retry, maxRetries, retryDelaySeconds }: JobRequest, settings: Settings): RetryPolicy | null {
  if (!retry && maxRetries == null && retryDelaySeconds == null) return null;
  return RetryPolicy.parse({ delayMs: Math.round((retryDelaySeconds ?? settings.get(defaultRetryDelay)) * 1_000), ...retry });
}

/** The same for requests that ask for the same, in whatever order their fields stand. */
function fingerprintOf(request: JobRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}
