import type { RetryPolicy } from './job.ts';

/** How much a delay varies either way with `jitter`. */
const jitterShare = 0.2;

/**
 * How long to wait before a retry, in milliseconds.
 * @param retryNumber 1 for the first
 * @param previousDelayMs the delay before the attempt that failed; null for the first retry. Only `decorrelated` looks at it.
 * @param random 0 up to 1
 */
export function nextDelayMs(policy: RetryPolicy, retryNumber: number, previousDelayMs: number | null, random: () => number): number {
  const { maxDelayMs, jitter } = policy;
  const plain = plainDelay(policy, Math.max(1, retryNumber), previousDelayMs, random);
  const varied = jitter && policy.backoff !== 'decorrelated' ? plain * (1 - jitterShare + 2 * jitterShare * random()) : plain;
  return Math.round(Math.min(varied, maxDelayMs));
}

/** The same without a memory of earlier delays: they are drawn anew, which gives the same distribution. */
export function delayOfRetry(policy: RetryPolicy, retryNumber: number, random: () => number): number {
  if (policy.backoff !== 'decorrelated') return nextDelayMs(policy, retryNumber, null, random);
  let delay: number | null = null;
  for (let retry = 1; retry <= Math.min(retryNumber, 100); retry++) delay = nextDelayMs(policy, retry, delay, random);
  return delay!;
}

function plainDelay(policy: RetryPolicy, retry: number, previousDelayMs: number | null, random: () => number): number {
  const { delayMs, factor, maxDelayMs } = policy;
  switch (policy.backoff) {
    case 'fixed':
      return delayMs;
    case 'linear':
      return delayMs * retry;
    case 'exponential':
      return delayMs * factor ** (retry - 1);
    case 'fibonacci':
      return delayMs * fibonacci(retry, maxDelayMs);
    case 'decorrelated': {
      // Marc Brooker, "Exponential Backoff And Jitter": between the base and three times the delay before.
      const most = Math.min((previousDelayMs ?? delayMs) * 3, maxDelayMs);
      return delayMs + Math.max(0, most - delayMs) * random();
    }
    case 'list': {
      const delays = policy.delaysMs ?? [];
      return delays[Math.min(retry, delays.length) - 1] ?? delayMs;
    }
  }
}

/** 1, 1, 2, 3, 5, ... and no further than `most`. */
function fibonacci(place: number, most: number): number {
  let [last, next] = [0, 1];
  for (let count = 0; count < place && last <= most; count++) [last, next] = [next, last + next];
  return last;
}
