import { availableParallelism } from 'node:os';
import { setting, type BreakerRule, type Settings } from '#kernel/index.ts';
import { z } from 'zod';

export const mostConcurrent = setting({
  key: 'execution.max_concurrent_tasks',
  reload: 'live',
  type: z.number().int().min(1).max(10_000),
  default: Math.max(10, availableParallelism() * 16),
  defaultWords: '16 for each processor, at least 10',
  describe: 'Jobs one server runs or prepares at once.',
});

export const mostPerClaim = setting({
  key: 'server.job_queue.max_dequeue_batch_size',
  type: z.number().int().min(1).max(1_000),
  default: 64,
  reload: 'live',
  describe: 'Jobs one server takes from the queue in one transaction; more are taken in the next.',
});

export const leaseSeconds = setting({
  key: 'server.job_queue.lease',
  unit: 'seconds',
  type: z.number().min(1).max(30),
  default: 10,
  describe:
    'Seconds after which a job counts as abandoned when the server that runs it does not renew its lease; renewed three times in that time.',
});

export const mostRescues = setting({
  key: 'server.job_queue.max_lost_attempts',
  type: z.number().int().min(1).max(100),
  default: 5,
  describe: 'How often a job may lose its attempt (its server or worker died) before it counts as failed.',
});

const breakerFailures = setting({
  key: 'server.circuit_breaker.failures',
  type: z.number().int().min(1),
  default: 20,
  describe: 'Failures of one task within a minute after which it rests, if at least half of its attempts failed.',
});

const breakerOpen = setting({
  key: 'server.circuit_breaker.open',
  unit: 'seconds',
  type: z.number().positive(),
  default: 60,
  describe: 'Seconds for which a task rests that kept failing.',
});

/** When a task rests, and how it comes back. */
export function taskBreakerRule(settings: Settings): BreakerRule {
  const failures = settings.get(breakerFailures);
  return {
    windowMs: 60_000,
    leastCalls: failures,
    mostFailures: failures,
    leastShare: 0.5,
    openMs: settings.get(breakerOpen) * 1000,
    successesToClose: 3,
  };
}
