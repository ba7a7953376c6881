import { expect, it } from 'vitest';
import type { Failure } from '#executions/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import type { TaskMetadata } from '#tasks/index.ts';
import { JobOptions } from './job.ts';
import { createRetryDecision } from './retry-decision.ts';

const now = 1_000_000;
const decision = createRetryDecision({ settings: settingsFrom(), clock: { now: () => now }, random: () => 0 });

const thrown = (errorClass: string, retryable = false, fields: Record<string, unknown> = {}): Failure => ({
  code: retryable ? 'TASK_FAILED_TRANSIENT' : 'TASK_FAILED',
  message: 'it broke',
  hint: '',
  retryable,
  data: { errorClass, fields },
});
const ours = (code: string, retryable = false): Failure => ({ code, message: '', hint: '', retryable, data: {} });
const retry: TaskMetadata['retry'] = { delay: '2s', backoff: 'fixed' };

/** Milliseconds until the next attempt, or null. */
function delay(
  error: Failure,
  job: { options?: unknown; retryCount?: number; maxRetries?: number } = {},
  ofTask?: TaskMetadata['retry'],
): number | null {
  const options = JobOptions.parse(job.options ?? {});
  const at = decision.retryAt(
    { retryCount: job.retryCount ?? 0, maxRetries: job.maxRetries ?? 3, options },
    { metadata: { version: '1.0.0', retry: ofTask } },
    error,
  );
  return at === null ? null : at - now;
}

it('tries again after errors that may pass, later each time, and not more often than it may', () => {
  expect(delay(thrown('NetworkError', true))).toBe(60_000);
  expect(delay(thrown('NetworkError', true), { retryCount: 2 })).toBe(240_000);
  expect(delay(thrown('NetworkError', true), { retryCount: 3 })).toBeNull();
  expect(delay(ours('WORKER_CRASHED', true))).toBe(60_000);
});

it('does not try again what would fail in the same way, unless somebody asked for retries', () => {
  expect(delay(thrown('Error'))).toBeNull();
  expect(delay(ours('TIMED_OUT'))).toBeNull();
  const asked = { options: { retry: { delayMs: 10 } } };
  expect([delay(thrown('Error'), asked), delay(ours('TIMED_OUT'), asked)]).toEqual([10, 10]);
  expect([delay(thrown('Error'), {}, retry), delay(thrown('ValidationError'), {}, retry)]).toEqual([2_000, null]);
});

it.each(['INPUT_INVALID', 'TASK_INVALID', 'TASK_NOT_FOUND', 'JOB_CANCELLED'])('never tries again after %s', (code) => {
  expect(delay(ours(code, true), { options: { retry: {}, retryOn: [code] } }, { on: [code] })).toBeNull();
});

it('heeds the job before its task, and both before the kind of error', () => {
  expect(delay(thrown('NetworkError', true), { options: { noRetryOn: ['NetworkError'] } })).toBeNull();
  expect(delay(thrown('DataError'), { options: { retryOn: ['DataError'] } })).toBe(60_000);
  expect(delay(thrown('NetworkError', true), {}, { not_on: ['TASK_FAILED_TRANSIENT'] })).toBeNull();
  expect(delay(thrown('NetworkError', true), { options: { retryOn: ['NetworkError'] } }, { not_on: ['NetworkError'] })).toBe(60_000);
  expect(delay(ours('OUTPUT_INVALID'), {}, { on: ['OUTPUT_INVALID'], delay: 1 })).toBe(1_000);
});

it('waits as the task says, and counts as it says, where the job says nothing', () => {
  expect(delay(thrown('NetworkError', true), {}, { delays: ['1s', '5s'] })).toBe(1_000);
  expect(delay(thrown('NetworkError', true), { retryCount: 1 }, { delays: ['1s', '5s'] })).toBe(5_000);
  expect(delay(thrown('NetworkError', true), { retryCount: 1 }, { max_retries: 1 })).toBeNull();
  expect(
    delay(thrown('NetworkError', true), { retryCount: 1, options: { retry: { delayMs: 7, backoff: 'fixed' } } }, { max_retries: 1 }),
  ).toBe(7);
});

it.each([
  [{ retryAfter: 120 }, 120_000],
  [{ retry_after: '90' }, 90_000],
  [{ retryAfterSeconds: 1 }, 60_000],
  [{ retryAfter: new Date(now + 200_000).toUTCString() }, 200_000],
  [{ retryAfter: 1e9 }, 86_400_000],
  [{ retryAfter: 'soon' }, 60_000],
])('waits at least as long as a server asks for with %o', (fields, ms) => {
  expect(delay(thrown('RateLimitError', true, fields))).toBe(ms);
});
