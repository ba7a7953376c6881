import { describe, expect, it } from 'vitest';
import type { HttpOutcome, HttpRequest } from './effect.ts';
import { retryDelay } from './retry-rule.ts';

const nowMs = Date.UTC(2026, 0, 1);

function request(method: string, headers: [string, string][] = []): HttpRequest {
  return {
    url: 'http://a.test/',
    method,
    headers,
    body: null,
    timeoutMs: null,
    redirect: 'follow',
    retry: { attempts: 3, delayMs: 100, factor: 2 },
  };
}
function answer(status: number, retryAfter?: string): HttpOutcome {
  const headers: [string, string][] = retryAfter === undefined ? [] : [['retry-after', retryAfter]];
  return { answer: { status, statusText: '', url: '', redirected: false, headers, body: new Uint8Array() } };
}
function failure(reason: string): HttpOutcome {
  return { failure: { name: 'NetworkError', message: '', reason } };
}

describe('whether a request is tried again', () => {
  it('waits longer each time and stops after the attempts asked for', () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelay(request('GET'), answer(503), attempt, nowMs))).toEqual([100, 200, 400, null]);
  });

  it('repeats what was never sent or was declined with any method', () => {
    for (const outcome of [failure('dns'), failure('refused'), answer(429)])
      expect(retryDelay(request('POST'), outcome, 1, nowMs)).toBe(100);
  });

  it('repeats what may have been done only where repeating is harmless', () => {
    for (const outcome of [failure('reset'), failure('timeout'), answer(500), answer(503)]) {
      expect(retryDelay(request('POST'), outcome, 1, nowMs)).toBeNull();
      expect(retryDelay(request('PATCH'), outcome, 1, nowMs)).toBeNull();
      expect(retryDelay(request('PUT'), outcome, 1, nowMs)).toBe(100);
      expect(retryDelay(request('POST', [['idempotency-key', 'k']]), outcome, 1, nowMs)).toBe(100);
    }
  });

  it.each(['blocked', 'too-large', 'tls', 'invalid', 'aborted', 'too-many-redirects', 'protocol'])('never repeats %s', (reason) => {
    expect(retryDelay(request('GET'), failure(reason), 1, nowMs)).toBeNull();
  });

  it('repeats no other status, and nothing when not asked', () => {
    for (const status of [200, 301, 400, 401, 404]) expect(retryDelay(request('GET'), answer(status), 1, nowMs)).toBeNull();
    expect(retryDelay({ ...request('GET'), retry: null }, answer(503), 1, nowMs)).toBeNull();
  });

  it('waits as long as Retry-After says, in seconds or until a date, and gives up when that is too long', () => {
    expect(retryDelay(request('GET'), answer(429, '7'), 1, nowMs)).toBe(7000);
    expect(retryDelay(request('GET'), answer(503, new Date(nowMs + 5000).toUTCString()), 1, nowMs)).toBe(5000);
    expect(retryDelay(request('GET'), answer(429, '0'), 1, nowMs)).toBe(100);
    expect(retryDelay(request('GET'), answer(429, 'soon'), 1, nowMs)).toBe(100);
    expect(retryDelay(request('GET'), answer(429, '3600'), 1, nowMs)).toBeNull();
  });
});
