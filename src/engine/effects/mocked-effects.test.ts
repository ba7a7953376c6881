import { describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { programOf } from '../../testing/code-program.ts';
import { engineOf } from '../../testing/engine-of.ts';
import type { HttpRequest } from './effect.ts';
import type { HttpMock, MockAnswer, UnmatchedRequest } from './mock.ts';
import { createMockedEffects, usualSeed, type MockedEffectsOptions } from './mocked-effects.ts';

const never = new AbortController().signal;
const settings = settingsFrom({ 'http.max_response_bytes': 1_000 });

function request(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { url, method: 'GET', headers: [], body: null, timeoutMs: null, redirect: 'follow', retry: null, ...more };
}
function answer(body: string, more: { status?: number; headers?: [string, string][]; delayMs?: number } = {}): MockAnswer {
  return { status: 200, statusText: 'OK', headers: [], delayMs: 0, ...more, body: new TextEncoder().encode(body) };
}
function failure(reason: string, delayMs = 0): MockAnswer {
  return { failure: { name: reason === 'timeout' ? 'TimeoutError' : 'NetworkError', message: '', reason }, delayMs };
}
function mock(url: string, answers: MockAnswer[], more: Partial<HttpMock> = {}): HttpMock {
  return {
    name: url,
    rule: { method: null, url: { kind: 'part', text: url }, query: null, headers: null, body: null },
    answers,
    afterLast: 'repeat',
    ...more,
  };
}
function effectsOf(options: MockedEffectsOptions, network: string[] | null = null) {
  const effects = createMockedEffects(settings, options).begin({ executionId: 'e', network });
  const get = async (url: string, more: Partial<HttpRequest> = {}) => {
    const outcome = await effects.http(request(url, more), never);
    return 'answer' in outcome ? `${outcome.answer.status} ${new TextDecoder().decode(outcome.answer.body)}` : outcome.failure;
  };
  return { effects, get };
}

describe('mocked effects', () => {
  it('give the answers of a mock one by one, the last again and again, and begin anew with each execution', async () => {
    const provider = createMockedEffects(settings, { mocks: [mock('/a', [answer('1'), answer('2', { status: 503 })])] });
    for (let execution = 0; execution < 2; execution++) {
      const effects = provider.begin({ executionId: 'e', network: null });
      const statuses = [];
      for (let i = 0; i < 3; i++) {
        const outcome = await effects.http(request('https://a.test/a'), never);
        statuses.push('answer' in outcome ? outcome.answer.status : 0);
      }
      expect(statuses).toEqual([200, 503, 503]);
    }
    await provider.close();
  });

  it('ask the next mock that fits when one has given all it has', async () => {
    const { get } = effectsOf({ mocks: [mock('/a', [answer('once')], { afterLast: 'nothing' }), mock('/a', [answer('after')])] });
    expect([await get('https://a.test/a'), await get('https://a.test/a'), await get('https://a.test/a')]).toEqual([
      '200 once',
      '200 after',
      '200 after',
    ]);
  });

  it('prefer the mock with the equal URL, whatever the order', async () => {
    const { get } = effectsOf({
      mocks: [
        mock('https://a.test/users/10', [answer('ten')]),
        mock('https://a.test/users', [answer('all')]),
        mock('https://a.test/users/1', [answer('one')]),
      ],
    });
    expect(await get('https://a.test/users/1')).toBe('200 one');
    expect(await get('https://a.test/users/2')).toBe('200 all');
  });

  it('fail a request that no mock answers, and tell which came nearest', async () => {
    const unmatched: UnmatchedRequest[] = [];
    const { get } = effectsOf({ mocks: [mock('https://a.test/users', [answer('')])], onUnmatched: (one) => unmatched.push(one) });
    expect(await get('https://a.test/user')).toEqual({
      name: 'NetworkError',
      reason: 'no-mock',
      message: 'No mock of the test answers GET https://a.test/user.',
    });
    expect(unmatched).toEqual([
      {
        request: expect.objectContaining({ url: 'https://a.test/user' }),
        nearest: { name: 'https://a.test/users', differences: ['the URL is https://a.test/user, not https://a.test/users'] },
      },
    ]);
  });

  it('hold the task to its list of hosts and to the shape of requests, as live effects do', async () => {
    const { get, effects } = effectsOf({ mocks: [mock('test', [answer('')])] }, ['a.test']);
    expect(await get('https://a.test/')).toBe('200 ');
    expect(await get('https://b.test/')).toMatchObject({ reason: 'blocked', message: expect.stringContaining('add "b.test"') });
    expect(await get('ftp://a.test/')).toMatchObject({ name: 'TypeError', reason: 'invalid' });
    expect(effects.records()).toHaveLength(3);
  });

  it.each([
    ['timeout', 'TimeoutError', 'The request to a.test was given up after 5000 ms.'],
    ['dns', 'NetworkError', 'The name a.test could not be resolved (ENOTFOUND).'],
    ['refused', 'NetworkError', 'No connection could be made to a.test (ECONNREFUSED).'],
    ['reset', 'NetworkError', 'The connection to a.test was closed before the answer was complete (ECONNRESET).'],
    ['tls', 'NetworkError', 'No trusted TLS connection could be made to a.test (CERT_HAS_EXPIRED).'],
    ['protocol', 'NetworkError', 'The answer of a.test is not valid HTTP (HPE_INVALID_CONSTANT).'],
    ['network', 'NetworkError', 'The request to a.test failed (network).'],
  ])('word the failure %s as the real one', async (reason, name, message) => {
    const { get } = effectsOf({ mocks: [mock('/', [failure(reason)])] });
    expect(await get('https://a.test/', { timeoutMs: 5_000 })).toEqual({ name, message, reason });
  });

  it('keep the words of a failure that has some', async () => {
    const own = { name: 'NetworkError', message: 'The cable is cut.', reason: 'reset' } as const;
    expect(await effectsOf({ mocks: [mock('/', [{ failure: own, delayMs: 0 }])] }).get('https://a.test/')).toEqual(own);
  });

  it('make a delay as long as the time-out of the request a time-out', async () => {
    const { get } = effectsOf({ mocks: [mock('/', [answer('late', { delayMs: 60_000 })])] });
    expect(await get('https://a.test/', { timeoutMs: 10 })).toEqual({
      name: 'TimeoutError',
      message: 'The request to a.test was given up after 10 ms.',
      reason: 'timeout',
    });
  });

  it('let an answer with a shorter delay overtake', async () => {
    const { get } = effectsOf({
      mocks: [mock('/slow', [answer('slow', { delayMs: 40 })]), mock('/fast', [answer('fast', { delayMs: 1 })])],
    });
    const order: unknown[] = [];
    await Promise.all(['slow', 'fast'].map(async (path) => order.push(await get(`https://a.test/${path}`))));
    expect(order).toEqual(['200 fast', '200 slow']);
  });

  it('give up a delayed answer when the execution ends', async () => {
    const end = new AbortController();
    const { effects } = effectsOf({ mocks: [mock('/', [answer('late', { delayMs: 20_000 })])] });
    const pending = effects.http(request('https://a.test/'), end.signal);
    end.abort();
    expect(await pending).toMatchObject({ failure: { name: 'AbortError', reason: 'aborted' } });
  });

  it('try again over the answers of a mock without really waiting', async () => {
    const mocks = [mock('/', [answer('', { status: 429, headers: [['retry-after', '59']] }), failure('refused'), answer('third')])];
    const { get, effects } = effectsOf({ mocks });
    expect(await get('https://a.test/', { retry: { attempts: 3, delayMs: 50_000, factor: 2 } })).toBe('200 third');
    expect(effects.records()).toMatchObject([{ attempts: 3, status: 200 }]);
  });

  it('follow redirects over the mocks', async () => {
    const mocks = [
      mock('/old', [answer('', { status: 302, headers: [['location', '/new']] })]),
      mock('/new', [answer('here')]),
      mock('/away', [answer('', { status: 302, headers: [['location', 'https://b.test/']] })]),
      mock('/loop', [answer('', { status: 302, headers: [['location', '/loop']] })]),
    ];
    const { get, effects } = effectsOf({ mocks }, ['a.test']);
    const outcome = await effects.http(request('https://a.test/old'), never);
    expect(outcome).toMatchObject({ answer: { status: 200, redirected: true, url: 'https://a.test/new' } });
    expect(await get('https://a.test/old', { redirect: 'manual' })).toBe('302 ');
    expect(await get('https://a.test/old', { redirect: 'error' })).toMatchObject({ reason: 'redirect' });
    expect(await get('https://a.test/away')).toMatchObject({ reason: 'blocked' });
    expect(await get('https://a.test/loop')).toMatchObject({ reason: 'too-many-redirects' });
  });

  it('give no body where HTTP has none, and refuse one that is too large', async () => {
    const { get } = effectsOf({
      mocks: [mock('/empty', [answer('x', { status: 204 })]), mock('/', [answer('x'.repeat(1_001)), answer('x')])],
    });
    expect(await get('https://a.test/empty')).toBe('204 ');
    expect(await get('https://a.test/')).toMatchObject({ reason: 'too-large' });
    expect(await get('https://a.test/', { method: 'HEAD' })).toBe('200 ');
  });

  it('have the seed and clock of the test, else the same seed each time and real time', () => {
    expect(effectsOf({ mocks: [] }).effects).toMatchObject({ seed: usualSeed, clock: { kind: 'live' } });
    const clock = { kind: 'fixed', atMs: 5, stepMs: 1 } as const;
    expect(effectsOf({ mocks: [], seed: 'ab'.repeat(32), clock }).effects).toMatchObject({ seed: 'ab'.repeat(32), clock });
  });

  it('look to a task like the network', async () => {
    const { engine, run } = await engineOf();
    const given: string[] = [];
    const mocks = [
      mock('/json', [answer('{"n":1}', { headers: [['content-type', 'application/json']] })]),
      mock('/gone', [answer('', { status: 404 })]),
    ];
    const effects = createMockedEffects(settings, { mocks, onAnswer: ({ name }, index) => given.push(`${name} ${index}`) });
    try {
      const { outcome } = await run(
        programOf(`return async () => {
          const answers = await Promise.all([fetch('https://a.test/json'), fetch('https://a.test/json')]);
          let error; try { fetch('https://a.test/gone').body } catch (caught) { error = caught.name + ' ' + caught.status }
          let none; try { await fetch('https://a.test/none') } catch (caught) { none = caught.name + ' ' + caught.reason }
          return [await answers[0].json(), answers[1].ok, error, none];
        }`),
        { effects: effects.begin({ executionId: 'e', network: null }) },
      );
      expect(JSON.parse(outcome.output!)).toEqual([{ n: 1 }, true, 'HttpError 404', 'NetworkError no-mock']);
      expect(given).toEqual(['/json 0', '/json 0', '/gone 0']);
    } finally {
      await engine.close();
    }
  });
});
