import type { Failure } from '#executions/index.ts';
import { parseDurationMs, type Clock, type Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import { RetryPolicy } from './job.ts';
import type { ClaimedJob } from './job-store.ts';
import { delayOfRetry } from './retry-policy.ts';
import { defaultRetryDelay } from './settings.ts';

/** What a job must have told of itself for the decision. */
export type RetryableJob = Pick<ClaimedJob, 'options' | 'retryCount' | 'maxRetries'>;

/** The same request fails in the same way again: the task or its input must be changed first. */
const neverRetried = new Set([
  'INPUT_INVALID',
  'TASK_INVALID',
  'TASK_NOT_FOUND',
  'TASK_VERSION_NOT_FOUND',
  'TASK_NOT_CALLABLE',
  'TASK_COMPILE_FAILED',
  'CANCELLED',
  'JOB_CANCELLED',
]);

/** What may pass when somebody has asked for retries: whatever a task throws, a time limit, a request nobody looked at. */
const retriedOnRequest = new Set(['TASK_FAILED', 'TIMED_OUT', 'REQUEST_FAILED_UNSEEN']);

/** Typed errors that say the request itself is wrong. */
const lastingClasses = new Set(['AuthenticationError', 'AuthorizationError', 'ValidationError', 'ConfigurationError', 'DataError']);

/** Never later than this, whatever a server asks for. */
const longestRetryAfterMs = 86_400_000;

type TaskRetry = NonNullable<Task['metadata']['retry']>;

export interface RetryDecision {
  /** @param task null when it could not be loaded @returns when to try again, in milliseconds since 1970 UTC; null: never */
  retryAt(job: RetryableJob, task: Pick<Task, 'metadata'> | null, error: Failure): number | null;
}

/** Decides about retries: the job's word counts more than its task's, and both more than the kind of error. */
export function createRetryDecision({
  settings,
  clock,
  random,
}: {
  settings: Settings;
  clock: Pick<Clock, 'now'>;
  random: () => number;
}): RetryDecision {
  return {
    retryAt(job, task, error) {
      const ofTask = task?.metadata.retry;
      const saidByJob = job.options.retry !== undefined;
      const most = saidByJob ? job.maxRetries : (ofTask?.max_retries ?? job.maxRetries);
      if (job.retryCount >= most || !isRetried(error, job, ofTask)) return null;
      const policy = job.options.retry ?? policyOf(ofTask, Math.round(settings.get(defaultRetryDelay) * 1_000));
      const delayMs = delayOfRetry(policy, job.retryCount + 1, random);
      const now = clock.now();
      return now + Math.max(delayMs, Math.min(retryAfterMs(error, now) ?? 0, longestRetryAfterMs));
    },
  };
}

function isRetried(error: Failure, { options }: RetryableJob, ofTask: TaskRetry | undefined): boolean {
  if (neverRetried.has(error.code)) return false;
  const thrown = typeof error.data['errorClass'] === 'string' ? error.data['errorClass'] : null;
  const isNamedIn = (names: readonly string[] | undefined) => names?.some((name) => name === error.code || name === thrown) ?? false;
  if (isNamedIn(options.noRetryOn)) return false;
  if (isNamedIn(options.retryOn)) return true;
  if (isNamedIn(ofTask?.not_on)) return false;
  if (isNamedIn(ofTask?.on) || error.retryable) return true;
  const isAskedFor = options.retry !== undefined || ofTask !== undefined;
  return isAskedFor && retriedOnRequest.has(error.code) && !lastingClasses.has(thrown ?? '');
}

/** What a task's metadata says about retries, completed. */
function policyOf(said: TaskRetry | undefined, usualDelayMs: number): RetryPolicy {
  const ms = (duration: string | number | undefined) =>
    duration === undefined ? undefined : (parseDurationMs(String(duration)) ?? undefined);
  return RetryPolicy.parse({
    backoff: said?.backoff ?? (said?.delays === undefined ? undefined : 'list'),
    delayMs: ms(said?.delay) ?? usualDelayMs,
    maxDelayMs: ms(said?.max_delay),
    factor: said?.factor,
    jitter: said?.jitter,
    delaysMs: said?.delays?.map((delay) => ms(delay)!),
  });
}

/** What a server that limits its callers asked for: seconds, or a date, as an error of the class RateLimitError may carry it. */
function retryAfterMs({ data }: Failure, now: number): number | null {
  const fields = data['fields'];
  if (typeof fields !== 'object' || fields === null) return null;
  for (const name of ['retryAfter', 'retry_after', 'retryAfterSeconds', 'retry-after']) {
    const said: unknown = (fields as Record<string, unknown>)[name];
    if (said === undefined || said === null || said === '') continue;
    const seconds = Number(said);
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
    const at = typeof said === 'string' ? Date.parse(said) : NaN;
    if (Number.isFinite(at)) return Math.max(0, at - now);
  }
  return null;
}
