import type { HttpOutcome, HttpRequest } from './effect.ts';
import { abortedFailure } from './failure.ts';
import type { Performed } from './gate.ts';
import { retryDelay } from './retry-rule.ts';

export interface RetryLoop {
  /** Sends the request once. Never rejects. */
  readonly attempt: (signal: AbortSignal) => Promise<HttpOutcome>;
  /** The time of day in milliseconds, for Retry-After dates. */
  readonly now: () => number;
  /** Waits between attempts; rejects when the signal aborts. Where nothing is real, it need not wait. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Sends a request as often as its `retry` option and the outcomes ask for. Never rejects; when `end` aborts, the failure says so. */
export async function performWithRetries(request: HttpRequest, end: AbortSignal, loop: RetryLoop): Promise<Performed> {
  for (let attempts = 1; ; attempts++) {
    const outcome = end.aborted ? { failure: abortedFailure } : await loop.attempt(end);
    const delayMs = end.aborted ? null : retryDelay(request, outcome, attempts, loop.now());
    if (delayMs === null) return { outcome, attempts };
    try {
      await loop.wait(delayMs, end);
    } catch {
      return { outcome: { failure: abortedFailure }, attempts };
    }
  }
}
