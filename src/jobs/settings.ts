import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const mostWaitingJobs = setting({
  key: 'server.job_queue.max_queue_size',
  reload: 'live',
  type: z.number().int().min(1).max(100_000_000),
  default: 10_000,
  describe: 'Jobs that may wait, those for later included; more are refused with QUEUE_FULL.',
});

export const defaultRetryDelay = setting({
  key: 'server.job_queue.default_retry_delay',
  unit: 'seconds',
  reload: 'live',
  type: z.number().nonnegative().max(86_400),
  default: 60,
  describe: 'Seconds before the first retry of a job that says nothing else; each further one waits twice as long.',
});

export const defaultMaxRetries = setting({
  key: 'server.job_queue.default_max_retries',
  reload: 'live',
  type: z.number().int().nonnegative().max(100),
  default: 3,
  describe: 'How often a job is tried again after its first attempt, where neither it nor its task says.',
});

export const mostInputBytes = setting({
  key: 'server.job_queue.max_input_bytes',
  reload: 'live',
  type: z
    .number()
    .int()
    .min(1_024)
    .max(64 * 1024 * 1024),
  default: 10 * 1024 * 1024,
  describe: 'Bytes of JSON the input of a job may have.',
});

export const idempotencyHours = setting({
  key: 'server.job_queue.idempotency_hours',
  reload: 'live',
  type: z.number().positive().max(8_760),
  default: 24,
  describe: 'Hours for which a request with an idempotency key that was used gets the answer of the first time.',
});
