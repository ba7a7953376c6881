import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { startHttpStub, type HttpStub } from '../../testing/http-stub.ts';
import type { EffectsProvider, HttpAnswer, HttpFailure, HttpRequest } from './effect.ts';
import { createLiveEffects } from './live-effects.ts';

let stub: HttpStub;
let provider: EffectsProvider;

beforeEach(async () => {
  stub = await startHttpStub();
  provider = createLiveEffects(settingsFrom(), { profile: 'development' });
});
afterEach(async () => {
  await provider.close();
  await stub.close();
});

type Change = Partial<HttpRequest> & { signal?: AbortSignal; settings?: Record<string, unknown> };

async function outcomeOf(path: string, { signal, settings, ...change }: Change = {}) {
  if (settings) {
    await provider.close();
    provider = createLiveEffects(settingsFrom(settings), { profile: 'development' });
  }
  const url = path.startsWith('/') ? stub.url + path : path;
  const plain: HttpRequest = { url, method: 'GET', headers: [], body: null, timeoutMs: null, redirect: 'follow', retry: null };
  const effects = provider.begin({ executionId: 'e', network: null });
  const outcome = await effects.http({ ...plain, ...change }, signal ?? new AbortController().signal);
  return { outcome, record: effects.records()[0]! };
}
async function answerOf(path: string, change: Change = {}): Promise<HttpAnswer> {
  const { outcome } = await outcomeOf(path, change);
  if ('failure' in outcome) throw new Error(JSON.stringify(outcome.failure));
  return outcome.answer;
}
async function failureOf(path: string, change: Change = {}): Promise<HttpFailure> {
  const { outcome } = await outcomeOf(path, change);
  if ('answer' in outcome) throw new Error(`answered ${outcome.answer.status}`);
  return outcome.failure;
}
function jsonOf(answer: HttpAnswer) {
  return JSON.parse(Buffer.from(answer.body).toString()) as Record<string, unknown> & { headers: Record<string, string> };
}

describe('a live request', () => {
  it('brings back status, headers and body', async () => {
    const answer = await answerOf('/json');
    expect(answer).toMatchObject({ status: 200, statusText: 'OK', url: `${stub.url}/json`, redirected: false });
    expect(answer.headers).toContainEqual(['content-type', 'application/json']);
    expect(jsonOf(answer)).toEqual({ hello: 'world', list: [1, 2, 3] });
  });

  it('brings back bytes as they are, and each Set-Cookie by itself', async () => {
    expect([...(await answerOf('/binary')).body]).toEqual(Array.from({ length: 256 }, (_, i) => i));
    const cookies = (await answerOf('/cookies')).headers.filter(([name]) => name === 'set-cookie');
    expect(cookies.map(([, value]) => value)).toEqual(['a=1', 'b=2']);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('sends method %s, headers and body', async (method) => {
    const body = Buffer.from([0, 1, 255]);
    const seen = jsonOf(await answerOf('/echo?q=a%20b', { method, body, headers: [['X-Own', 'grün'.replace('ü', '\u00fc')]] }));
    expect(seen).toMatchObject({ method, url: '/echo?q=a%20b', base64: body.toString('base64') });
    expect(seen.headers).toMatchObject({ 'x-own': 'gr\u00fcn', 'content-length': '3' });
  });

  it('names itself unless the task does', async () => {
    expect(jsonOf(await answerOf('/echo')).headers['user-agent']).toBe('Ratchet/1.0');
    expect(jsonOf(await answerOf('/echo', { headers: [['User-Agent', 'mine/2']] })).headers['user-agent']).toBe('mine/2');
  });

  it('treats an error status and an answer without a body as answers', async () => {
    expect((await answerOf('/status/503')).status).toBe(503);
    expect((await answerOf('/status/204')).body).toHaveLength(0);
    expect((await answerOf('/json', { method: 'HEAD' })).body).toHaveLength(0);
    expect((await answerOf('/compressed', { method: 'HEAD' })).body).toHaveLength(0);
  });

  it.each(['gzip', 'deflate', 'raw-deflate', 'br', 'zstd', 'gzip,br'])('undoes %s', async (encoding) => {
    expect(jsonOf(await answerOf(`/compressed?encoding=${encoding}`))).toEqual({ compressed: true });
  });

  it('uses one connection again and again, and a new one when the server has closed it', async () => {
    for (let i = 0; i < 20; i++) await answerOf('/json');
    expect(stub.connectionCount()).toBe(1);
    stub.dropIdle();
    expect((await answerOf('/json')).status).toBe(200);
    expect(stub.connectionCount()).toBe(2);
  });

  it('keeps no more idle connections per host than the setting says', async () => {
    provider = createLiveEffects(settingsFrom({ 'http.connection_pool.max_idle_per_host': 2 }), { profile: 'development' });
    await Promise.all(Array.from({ length: 8 }, () => answerOf('/delay?ms=100')));
    expect(stub.connectionCount()).toBe(8);
    await answerOf('/json');
    expect(stub.openConnections()).toBeLessThanOrEqual(2);
  });

  it('sends a request again over a new connection when the kept one breaks, unless that could do the work twice', async () => {
    await stub.close();
    const breaking = new Set<number>();
    stub = await startHttpStub({
      '/break': ({ connection }, response) => {
        if (!breaking.has(connection)) return void response.end('fine');
        response.socket?.resetAndDestroy();
      },
    });
    await answerOf('/break');
    breaking.add(1);
    expect((await answerOf('/break')).status).toBe(200);
    breaking.add(2);
    expect(await failureOf('/break', { method: 'POST' })).toMatchObject({ reason: 'reset' });
  });

  it('leaves no connection open after 1,000 requests and close()', async () => {
    const effects = Array.from({ length: 20 }, () => provider.begin({ executionId: 'e', network: null }));
    const request: HttpRequest = {
      url: `${stub.url}/json`,
      method: 'GET',
      headers: [],
      body: null,
      timeoutMs: null,
      redirect: 'follow',
      retry: null,
    };
    const { signal } = new AbortController();
    const outcomes = await Promise.all(effects.flatMap((execution) => Array.from({ length: 50 }, () => execution.http(request, signal))));
    expect(outcomes.filter((outcome) => 'answer' in outcome)).toHaveLength(1000);
    await provider.close();
    await stub.allClosed();
    expect(stub.openConnections()).toBe(0);
  });

  it('does not keep a process alive by idle connections', () => {
    const script = `
      const { createLiveEffects } = await import('./src/engine/effects/live-effects.ts');
      const { settingsFrom } = await import('./src/kernel/index.ts');
      const { startHttpStub } = await import('./src/testing/http-stub.ts');
      const stub = await startHttpStub();
      const effects = createLiveEffects(settingsFrom(), { profile: 'development' }).begin({ executionId: 'e', network: null });
      const outcome = await effects.http({ url: stub.url + '/json', method: 'GET', headers: [], body: null, timeoutMs: null, redirect: 'follow', retry: null }, new AbortController().signal);
      process.stdout.write(String(outcome.answer.status));
      await stub.close();`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, encoding: 'utf8' });
    expect(ended).toMatchObject({ status: 0, stdout: '200' });
  });

  it('loads no HTTP client before the first request', () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
      const { createLiveEffects } = await import('./src/engine/effects/live-effects.ts');
      const { settingsFrom } = await import('./src/kernel/index.ts');
      createLiveEffects(settingsFrom()).begin({ executionId: 'e', network: ['a.test'] });
      process.stdout.write(String(seen.some((url) => /undici|ipaddr/.test(url))));`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, encoding: 'utf8' });
    expect(ended).toMatchObject({ status: 0, stdout: 'false' });
  });
});

describe('redirects', () => {
  it('are followed, and the answer says so', async () => {
    const answer = await answerOf('/redirect?n=3&to=/text');
    expect(answer).toMatchObject({ status: 200, redirected: true, url: `${stub.url}/text` });
  });

  it('end at the limit', async () => {
    expect((await answerOf('/redirect?n=10')).status).toBe(200);
    expect(await failureOf('/redirect?n=11')).toMatchObject({ name: 'NetworkError', reason: 'too-many-redirects' });
    expect(stub.requests.filter(({ path }) => path === '/redirect')).toHaveLength(21);
  });

  it('are handed over by redirect: manual and refused by redirect: error', async () => {
    expect(await answerOf('/redirect', { redirect: 'manual' })).toMatchObject({ status: 302, redirected: false });
    expect(await failureOf('/redirect', { redirect: 'error' })).toMatchObject({ name: 'NetworkError', reason: 'redirect' });
  });

  it('keep a body for 307 and drop it with its headers for 302', async () => {
    const post: Change = { method: 'POST', body: Buffer.from('kept'), headers: [['content-type', 'text/x']] };
    expect(jsonOf(await answerOf('/redirect?status=307&to=/echo', post))).toMatchObject({
      method: 'POST',
      body: 'kept',
      headers: { 'content-type': 'text/x' },
    });
    const get = jsonOf(await answerOf('/redirect?status=302&to=/echo', post));
    expect(get).toMatchObject({ method: 'GET', body: '' });
    expect(get.headers['content-type']).toBeUndefined();
  });

  it('carry no credentials to another origin', async () => {
    const other = await startHttpStub();
    try {
      const headers: [string, string][] = [
        ['Authorization', 'Bearer s'],
        ['Cookie', 'a=1'],
        ['X-Own', '1'],
      ];
      const there = jsonOf(await answerOf(`/redirect?to=${encodeURIComponent(`${other.url}/echo`)}`, { headers })).headers;
      expect(there['authorization']).toBeUndefined();
      expect(there['cookie']).toBeUndefined();
      expect(there['x-own']).toBe('1');
      expect(jsonOf(await answerOf('/redirect?to=/echo', { headers })).headers['authorization']).toBe('Bearer s');
    } finally {
      await other.close();
    }
  });
});

describe('retries', () => {
  const retry = { attempts: 3, delayMs: 5, factor: 1 };

  it('happen only where the task asks', async () => {
    expect((await answerOf('/flaky?key=none')).status).toBe(503);
    const { outcome, record } = await outcomeOf('/flaky?key=some&fails=2', { retry });
    expect(outcome).toMatchObject({ answer: { status: 200 } });
    expect(record.attempts).toBe(3);
  });

  it('follow a connection that broke, for methods that may be repeated', async () => {
    expect((await answerOf('/flaky?status=0&key=get', { retry })).status).toBe(200);
    expect((await failureOf('/flaky?status=0&key=post', { retry, method: 'POST' })).reason).toBe('reset');
    expect(stub.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('wait as long as Retry-After says', async () => {
    const before = performance.now();
    expect((await answerOf('/flaky?status=429&retry-after=1', { retry, method: 'POST' })).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  it('end when the execution does', async () => {
    const end = new AbortController();
    const waiting = failureOf('/flaky?status=429&retry-after=30', { retry, signal: end.signal });
    setTimeout(() => end.abort(), 100);
    expect(await waiting).toMatchObject({ name: 'AbortError', reason: 'aborted' });
  });
});

describe('TLS', () => {
  it('refuses a certificate nobody vouches for, unless verify_ssl is off', async () => {
    const secure = await startHttpStub({}, { tls: true });
    try {
      expect(await failureOf(`${secure.url}/json`)).toMatchObject({ name: 'NetworkError', reason: 'tls' });
      expect(secure.requests).toHaveLength(0);
      expect((await answerOf(`${secure.url}/json`, { settings: { 'http.verify_ssl': false } })).status).toBe(200);
    } finally {
      await secure.close();
    }
  });
});

describe('ending early', () => {
  it('aborts with the execution and closes the socket', async () => {
    const end = new AbortController();
    const pending = failureOf('/silent', { signal: end.signal });
    while (stub.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(stub.openConnections()).toBe(1);
    end.abort();
    expect(await pending).toMatchObject({ name: 'AbortError', reason: 'aborted' });
    await stub.allClosed();
  });

  it('aborts before anything is sent when the execution has ended already', async () => {
    expect(await failureOf('/json', { signal: AbortSignal.abort() })).toMatchObject({ name: 'AbortError' });
    expect(stub.requests).toHaveLength(0);
  });

  it('ends running requests when the provider closes', async () => {
    const pending = failureOf('/silent');
    while (stub.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await provider.close();
    expect(await pending).toMatchObject({ name: 'AbortError' });
    await stub.allClosed();
  });

  it('performs nothing any more after close, even when nothing was asked before', async () => {
    await provider.close();
    expect(await failureOf('/json')).toMatchObject({ name: 'AbortError' });
    expect(stub.connectionCount()).toBe(0);
  });

  it('says why nothing answered', async () => {
    const { port } = stub;
    await stub.close();
    expect(await failureOf(`http://127.0.0.1:${port}/`)).toMatchObject({ name: 'NetworkError', reason: 'refused' });
    expect(await failureOf('http://does-not-exist.invalid/')).toMatchObject({ name: 'NetworkError', reason: 'dns' });
  });
});
