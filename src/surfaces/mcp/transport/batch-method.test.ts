import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFixture, type FixtureServer } from '../mcp-harness.ts';
import { batchModes, checkBatch, runInOrder, type Planned } from './batch-plan.ts';
import { openSession, post } from './raw-exchange-for-test.ts';

const echo = (id: string, more: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name: 'fixture_echo', arguments: { message: id } },
  ...more,
});
const fail = (id: string, more: object = {}) => ({ id, method: 'tools/call', params: { name: 'fixture_fail', arguments: {} }, ...more });

interface Answer {
  readonly result: {
    readonly results: readonly { id: string; result: never; error: { code: number } | null; skipped: boolean; executionTimeMs: number }[];
    readonly stats: Readonly<Record<string, number>>;
    readonly correlationToken?: string;
  };
  readonly error?: { readonly code: number; readonly message: string };
}

describe('the method batch', () => {
  let server: FixtureServer;
  let headers: Record<string, string>;
  beforeEach(async () => {
    server = await startFixture();
    headers = await openSession(server.url);
  });
  afterEach(() => server.close());
  const batch = async (params: object, events?: (messages: readonly object[]) => void): Promise<Answer> => {
    const answer = await post(`${server.url}/mcp`, { jsonrpc: '2.0', id: 5, method: 'batch', params }, headers);
    events?.(answer.events.map(({ message }) => message));
    return answer.body as Answer;
  };
  const became = ({ result }: Answer) =>
    Object.fromEntries(
      result.results.map(({ id, result: of, error, skipped }) => [
        id,
        skipped ? 'skipped' : error === null && (of as { isError?: boolean }).isError !== true ? 'ok' : 'failed',
      ]),
    );

  it('answers every request, in their order, and says how it went', async () => {
    const answer = await batch({
      requests: [echo('a'), fail('b'), { id: 'c', method: 'nope' }, { id: 'd', method: 'ping' }],
      correlationToken: 'mine',
    });
    expect(became(answer)).toEqual({ a: 'ok', b: 'failed', c: 'failed', d: 'ok' });
    expect(answer.result).toMatchObject({
      results: [
        { result: { structuredContent: { message: 'a' } } },
        { result: { isError: true } },
        { error: { code: -32_601 } },
        { result: {} },
      ],
      stats: { totalRequests: 4, successfulRequests: 2, failedRequests: 2, skippedRequests: 0, totalExecutionTimeMs: expect.any(Number) },
      correlationToken: 'mine',
    });
  });

  it('passes over what depends on something that failed, and over everything after a failure where asked to', async () => {
    const requests = [fail('a'), echo('b', { dependencies: ['a'] }), echo('c', { dependencies: ['b'] }), echo('d')];
    expect(became(await batch({ requests, executionMode: 'dependency' }))).toEqual({ a: 'failed', b: 'skipped', c: 'skipped', d: 'ok' });
    const stopped = await batch({ requests: [fail('a'), echo('b'), echo('c')], executionMode: 'sequential', stopOnError: true });
    expect(became(stopped)).toEqual({ a: 'failed', b: 'skipped', c: 'skipped' });
  });

  it('gives up requests whose time is up, and all of them when its own is', async () => {
    const wait = { id: 'w', method: 'tools/call', params: { name: 'fixture_wait', arguments: {} } };
    const one = await batch({ requests: [{ ...wait, timeoutMs: 50 }, echo('a')] });
    expect(one.result.results).toMatchObject([{ id: 'w', error: { code: -32_800 } }, { error: null }]);
    await server.watch.running(0);
    const all = await batch({ requests: [wait, echo('b', { dependencies: ['w'] })], executionMode: 'dependency', timeoutMs: 50 });
    expect(became(all)).toEqual({ w: 'failed', b: 'skipped' });
    await server.watch.running(0);
  });

  it('reports how far it is', async () => {
    let heard: readonly object[] = [];
    await batch({ requests: [echo('a'), echo('b')], _meta: { progressToken: 'p' } }, (events) => (heard = events));
    expect(heard).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 1, total: 2 } },
      { method: 'notifications/batch_progress', params: { completed: 1, total: 2, lastId: 'a' } },
      { method: 'notifications/progress', params: { progress: 2 } },
      { method: 'notifications/batch_progress' },
      { id: 5 },
    ]);
  });

  it.each([
    ['a circle', [echo('a', { dependencies: ['b'] }), echo('b', { dependencies: ['a'] })], 'circle'],
    ['a dependency that is not there', [echo('a', { dependencies: ['z'] })], 'which is not in it'],
    ['an id twice', [echo('a'), echo('a')], 'used twice'],
    ['too many', Array.from({ length: 101 }, (_one, at) => echo(String(at))), 'Invalid params'],
    ['none', [], 'Invalid params'],
  ])('is refused with %s', async (_what, requests, words) => {
    const answer = await batch({ requests, executionMode: 'dependency' });
    expect(answer.error).toMatchObject({ code: -32_602, message: expect.stringContaining(words) });
    expect(server.audit).toEqual([]);
  });
});

describe('the order of a batch', () => {
  const planned = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 20 }).chain((ids) =>
    fc.record({
      // Only on earlier ones: no circles.
      requests: fc.tuple(
        ...ids.map((id, at) => fc.record({ id: fc.constant(id), dependencies: fc.subarray(ids.slice(0, at)), priority: fc.nat(5) })),
      ),
      failing: fc.subarray(ids),
      mode: fc.constantFrom(...batchModes),
      maxParallel: fc.integer({ min: 1, max: 5 }),
      stopOnError: fc.boolean(),
    }),
  );

  it('keeps dependencies, the number at one time, and answers each exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(planned, async ({ requests, failing, mode, maxParallel, stopOnError }) => {
        const ended = new Map<string, 'done' | 'failed' | 'skip'>();
        let running = 0;
        checkBatch(requests);
        const peak = await runInOrder(
          requests,
          { mode, maxParallel, stopOnError, signal: new AbortController().signal },
          async ({ id, dependencies }: Planned) => {
            running += 1;
            if (mode !== 'parallel') expect(dependencies.map((other) => ended.get(other))).toEqual(dependencies.map(() => 'done'));
            await Promise.resolve();
            running -= 1;
            expect(ended.has(id)).toBe(false);
            const state = failing.includes(id) ? 'failed' : 'done';
            ended.set(id, state);
            return state;
          },
          ({ id, dependencies }) => {
            expect(stopOnError || dependencies.some((other) => ended.get(other) !== 'done')).toBe(true);
            ended.set(id, 'skip');
          },
        );
        expect(ended.size).toBe(requests.length);
        expect(running).toBe(0);
        expect(peak).toBeLessThanOrEqual(mode === 'sequential' ? 1 : maxParallel);
      }),
      { numRuns: 300 },
    );
  });
});
