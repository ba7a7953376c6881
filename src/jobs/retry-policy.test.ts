import { expect, it } from 'vitest';
import { RetryPolicy } from './job.ts';
import { delayOfRetry, nextDelayMs } from './retry-policy.ts';

const half = () => 0.5;
const first = (policy: Partial<RetryPolicy>, count: number, random = half) => {
  const whole = RetryPolicy.parse({ delayMs: 100, ...policy });
  return Array.from({ length: count }, (_, index) => nextDelayMs(whole, index + 1, null, random));
};

const table: [Partial<RetryPolicy>, number[]][] = [
  [{ backoff: 'fixed' }, [100, 100, 100, 100, 100]],
  [{ backoff: 'linear' }, [100, 200, 300, 400, 500]],
  [{ backoff: 'exponential' }, [100, 200, 400, 800, 1_600]],
  [{ backoff: 'exponential', factor: 3 }, [100, 300, 900, 2_700, 8_100]],
  [{ backoff: 'fibonacci' }, [100, 100, 200, 300, 500]],
  [{ backoff: 'list', delaysMs: [5, 10, 7] }, [5, 10, 7, 7, 7]],
  [{ backoff: 'list', delaysMs: [] }, [100, 100, 100, 100, 100]],
  [{ backoff: 'linear', maxDelayMs: 250 }, [100, 200, 250, 250, 250]],
];

it.each(table)('waits by %o', (policy, delays) => {
  expect(first(policy, 5)).toEqual(delays);
});

it('waits 60 s and then 120 s when nobody says anything, as the contract has it', () => {
  const usual = RetryPolicy.parse({});
  expect([1, 2, 3].map((retry) => nextDelayMs(usual, retry, null, half))).toEqual([60_000, 120_000, 240_000]);
});

it('varies by up to a fifth either way with jitter, and never beyond the longest delay', () => {
  expect(first({ backoff: 'fixed', jitter: true }, 1, () => 0)).toEqual([80]);
  expect(first({ backoff: 'fixed', jitter: true }, 1, () => 1)).toEqual([120]);
  expect(first({ backoff: 'fixed', jitter: true, maxDelayMs: 110 }, 1, () => 1)).toEqual([110]);
});

it('draws between the base and three times the delay before, decorrelated', () => {
  const policy = RetryPolicy.parse({ backoff: 'decorrelated', delayMs: 100, maxDelayMs: 1_000 });
  expect(nextDelayMs(policy, 1, null, () => 0)).toBe(100);
  expect(nextDelayMs(policy, 1, null, () => 1)).toBe(300);
  expect(nextDelayMs(policy, 2, 300, () => 1)).toBe(900);
  expect(nextDelayMs(policy, 3, 900, () => 1)).toBe(1_000);
  expect(delayOfRetry(policy, 3, () => 1)).toBe(1_000);
  expect(delayOfRetry(policy, 3, () => 0)).toBe(100);
});

it('stays finite after very many retries', () => {
  for (const backoff of ['exponential', 'fibonacci', 'linear', 'decorrelated'] as const) {
    expect(delayOfRetry(RetryPolicy.parse({ backoff, maxDelayMs: 5_000_000 }), 10_000, half)).toBeLessThanOrEqual(5_000_000);
  }
});
