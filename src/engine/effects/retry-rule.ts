import type { HttpOutcome, HttpRequest } from './effect.ts';

/** A server that wants us to wait longer than this gets its answer handed to the task instead: waiting less would be rude and useless. */
const longestRetryAfterMs = 60_000;
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * How long to wait before the next attempt, or null when this outcome stands. `attempt` counts those made, from 1; `nowMs` is the time of day.
 * - Nothing was sent (the name did not resolve, the connection was refused) or the server declined to work (429): any method.
 * - The connection broke, the time ran out, or a 5xx came: the server may have done the work, so only methods that may be repeated
 *   (RFC 9110, 9.2.2), or a request with an Idempotency-Key.
 * - Anything else (blocked, too large, malformed, other statuses) would end the same way again.
 */
export function retryDelay(request: HttpRequest, outcome: HttpOutcome, attempt: number, nowMs: number): number | null {
  const { retry } = request;
  if (retry === null || attempt > retry.attempts) return null;
  const mayRepeat = repeatable.has(request.method) || request.headers.some(([name]) => name === 'idempotency-key');
  const backoffMs = Math.min(retry.delayMs * retry.factor ** (attempt - 1), longestRetryAfterMs);
  if ('failure' in outcome) {
    const { reason } = outcome.failure;
    const wasNotSent = reason === 'dns' || reason === 'refused';
    return wasNotSent || (mayRepeat && (reason === 'reset' || reason === 'timeout')) ? backoffMs : null;
  }
  const { status, headers } = outcome.answer;
  if (status !== 429 && !(status >= 500 && status <= 599 && mayRepeat)) return null;
  const waitMs = retryAfterMs(headers.find(([name]) => name === 'retry-after')?.[1], nowMs);
  if (waitMs === null) return backoffMs;
  return waitMs > longestRetryAfterMs ? null : Math.max(waitMs, backoffMs);
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
