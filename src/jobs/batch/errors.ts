import { defineError } from '#kernel/index.ts';

export const batchTimedOut = defineError<{ what: string; timeoutMs: number }>('BATCH_TIMED_OUT', {
  http: 504,
  exit: 'timedOut',
  retryable: true,
  message: ({ what, timeoutMs }) => `${what} had not ended after ${timeoutMs} ms and was cancelled.`,
  hint: () => 'Give it more time with timeoutMs, or queue jobs and look for their ends later.',
  about: 'A request of a batch, or the batch as a whole, took longer than it was given. What had completed by then is in the answer.',
});
