import { describe, expect, it } from 'vitest';
import { testClock } from '../../testing/test-clock.ts';
import type { HttpOutcome, HttpRequest } from './effect.ts';
import { networkFailure } from './failure.ts';
import { openGate, type Perform } from './gate.ts';

const ok: HttpOutcome = {
  answer: { status: 200, statusText: 'OK', url: 'http://a.test/', redirected: false, headers: [], body: new Uint8Array(5) },
};
const never = new AbortController().signal;

function request(url = 'http://a.test/'): HttpRequest {
  return { url, method: 'POST', headers: [], body: new Uint8Array(3), timeoutMs: null, redirect: 'follow', retry: null };
}

function gate(perform: Perform, limits: { requests?: number; requestsAtOnce?: number; recordedBytes?: number } = {}, clock = testClock()) {
  return openGate({
    perform,
    seed: 'ab',
    clockSource: { kind: 'live' },
    clock,
    limits: {
      requests: 10,
      requestsAtOnce: 2,
      recordedBytes: 1_000_000,
      requestBytes: 100,
      headerBytes: 1000,
      mcpCalls: 3,
      mcpRequestBytes: 100,
      ...limits,
    },
  });
}

describe('the effects gate', () => {
  it('keeps a record of each request in the order asked, with sizes, attempts and times', async () => {
    const clock = testClock();
    const first = Promise.withResolvers<void>();
    const effects = gate(
      async ({ url }) => {
        if (url.endsWith('/slow')) await first.promise;
        return { outcome: ok, attempts: 2 };
      },
      {},
      clock,
    );
    clock.advance(10);
    const slow = effects.http(request('http://a.test/slow'), never);
    clock.advance(5);
    await effects.http(request('http://a.test/fast'), never);
    expect(effects.records()[0]).toMatchObject({ number: 1, status: null, failure: null });
    clock.advance(20);
    first.resolve();
    await slow;
    expect(effects.records()).toEqual([
      expect.objectContaining({
        number: 1,
        kind: 'http',
        method: 'POST',
        url: 'http://a.test/slow',
        startedMs: 10,
        durationMs: 25,
        status: 200,
        attempts: 2,
        requestBytes: 3,
        responseBytes: 5,
      }),
      expect.objectContaining({ number: 2, url: 'http://a.test/fast', startedMs: 15, durationMs: 0 }),
    ]);
  });

  it('lets no more run at once than allowed, and the rest in turn', async () => {
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const effects = gate(
      async ({ url }) => {
        most = Math.max(most, ++running);
        order.push(url.slice(-1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return { outcome: ok, attempts: 1 };
      },
      { requestsAtOnce: 3 },
    );
    await Promise.all(Array.from({ length: 9 }, (_, i) => effects.http(request(`http://a.test/${i}`), never)));
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 9 }, (_, i) => String(i)));
  });

  it('refuses requests beyond the limit without keeping anything of them', async () => {
    let performed = 0;
    const effects = gate(async () => (performed++, { outcome: ok, attempts: 1 }), { requests: 3 });
    const outcomes = await Promise.all(Array.from({ length: 1000 }, () => effects.http(request(), never)));
    expect(performed).toBe(3);
    expect(effects.records()).toHaveLength(3);
    expect(outcomes.at(-1)).toMatchObject({ failure: { name: 'NetworkError', reason: 'limit' } });
  });

  it('records a malformed request without repeating what is in it', async () => {
    const effects = gate(async () => ({ outcome: ok, attempts: 1 }));
    await effects.http(request('http://user:hunter2@a.test/'), never);
    expect(effects.records()).toMatchObject([{ number: 1, attempts: 0, failure: { name: 'TypeError', reason: 'invalid' } }]);
    expect(JSON.stringify(effects.records())).not.toContain('hunter2');
  });

  it('ends requests that wait for their turn when the execution ends, and gives no place away for them', async () => {
    const end = new AbortController();
    const release = Promise.withResolvers<void>();
    const effects = gate(async () => (await release.promise, { outcome: ok, attempts: 1 }), { requestsAtOnce: 1 });
    const running = effects.http(request(), never);
    const waiting = effects.http(request(), end.signal);
    end.abort();
    expect(await waiting).toMatchObject({ failure: { name: 'AbortError', reason: 'aborted' } });
    release.resolve();
    await running;
    expect(await effects.http(request(), never)).toBe(ok);
  });

  it('makes a failure of a provider that throws, and tells the task nothing of what it threw', async () => {
    const effects = gate(async () => {
      throw new Error('password is hunter2');
    });
    const outcome = await effects.http(request(), never);
    expect(outcome).toMatchObject({ failure: { reason: 'internal' } });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    expect(effects.records()).toHaveLength(1);
  });

  it('keeps requests and answers with their bodies for a recording, and without them beyond its size', async () => {
    const answer = { status: 200, statusText: 'OK', url: 'http://a.test/', redirected: false, headers: [], body: new Uint8Array(40) };
    const effects = gate(async () => ({ outcome: { answer }, attempts: 1 }), { recordedBytes: 100 });
    for (let i = 0; i < 3; i++) await effects.http(request(), new AbortController().signal);
    const kept = effects.records().map(({ exchange }) => exchange!);
    expect(kept.map(({ hasBodies }) => hasBodies)).toEqual([true, true, false]);
    // The very bytes, not a copy of them.
    expect(kept[0]!.outcome).toEqual({ answer });
    expect('answer' in kept[0]!.outcome! && kept[0]!.outcome.answer.body).toBe(answer.body);
    expect(kept[2]).toMatchObject({ request: { body: null, method: 'POST' }, outcome: { answer: { status: 200 } } });
    expect('answer' in kept[2]!.outcome! && kept[2]!.outcome.answer.body.byteLength).toBe(0);
    // What the task gets is not cut.
    expect(effects.records()[2]).toMatchObject({ responseBytes: 40 });
  });

  it('notes the line that asked, and keeps nothing of a request that was refused', async () => {
    const effects = gate(async () => ({ outcome: { failure: networkFailure('refused', 'no') }, attempts: 1 }));
    const site = { function: 'main', file: 'main.js', line: 3, column: 9 };
    await effects.http(request(), new AbortController().signal, site);
    await effects.http(request('ftp://a.test/'), new AbortController().signal);
    expect(effects.records()).toMatchObject([
      { site, exchange: { request: { url: 'http://a.test/' } } },
      { site: null, exchange: null },
    ]);
  });
});
