import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { startHttpStub, type HttpStub } from '../../testing/http-stub.ts';
import type { Resolve } from './address-guard.ts';
import type { HttpOutcome, HttpRequest } from './effect.ts';
import { createLiveEffects } from './live-effects.ts';

let stub: HttpStub;
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  stub = await startHttpStub();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await stub.close();
});

interface Setup {
  profile?: 'server' | 'development';
  settings?: Record<string, unknown>;
  network?: string[] | null;
  resolve?: Resolve;
}

function sender({ profile = 'server', settings = {}, network = null, resolve }: Setup = {}) {
  const provider = createLiveEffects(settingsFrom(settings), { profile, ...(resolve ? { resolve } : {}) });
  cleanups.push(() => provider.close());
  const effects = provider.begin({ executionId: 'e', network });
  return (url: string, change: Partial<HttpRequest> = {}): Promise<HttpOutcome> =>
    effects.http(
      { url, method: 'GET', headers: [], body: null, timeoutMs: null, redirect: 'follow', retry: null, ...change },
      new AbortController().signal,
    );
}

/** In these tests 127.0.0.1 plays the public internet, and the rest of loopback what must not be reached. */
const publicStub = { 'http.allowed_addresses': ['127.0.0.1/32'] };
const blocked = { failure: { name: 'NetworkError', reason: 'blocked' } };

describe('a task on a server', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    'localhost.',
    'LOCALHOST',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '0.0.0.0',
    '[::]',
  ])('cannot reach this machine as %s', async (host) => {
    expect(await sender()(`http://${host}:${stub.port}/json`)).toMatchObject(blocked);
    expect(stub.connectionCount()).toBe(0);
  });

  it('cannot reach this machine by a name below localhost', async () => {
    const send = sender({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    expect(await send(`http://anything.localhost:${stub.port}/json`)).toMatchObject(blocked);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
  ])('cannot reach cloud metadata at %s, not even where lists are trusted', async (url) => {
    const { hostname } = new URL(url);
    const send = sender({ profile: 'development', settings: { 'network.trust_task_lists': true }, network: [hostname] });
    expect(await send(url)).toMatchObject(blocked);
  });

  it('cannot hide the host behind a user name', async () => {
    expect(await sender()(`http://good.com@127.0.0.1:${stub.port}/json`)).toMatchObject({
      failure: { name: 'TypeError', reason: 'invalid' },
    });
    expect(stub.connectionCount()).toBe(0);
  });

  it('is told what blocked it and what could open it', async () => {
    const outcome = await sender()(`http://127.0.0.1:${stub.port}/json?key=hunter2`);
    expect(outcome).toMatchObject({ failure: { message: expect.stringContaining('http.allowed_addresses') } });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});

describe('redirects of a hostile server', () => {
  it.each([
    'http://127.0.0.2/',
    'http://127.0.0.2:1/',
    'http://169.254.169.254/latest/',
    'http://[::1]/',
    'http://0x7f000002/',
    'file:///etc/passwd',
    'http://u:p@127.0.0.1/',
  ])('do not lead to %s', async (target) => {
    const outcome = await sender({ settings: publicStub })(`${stub.url}/redirect?to=${encodeURIComponent(target)}`);
    expect(outcome).toMatchObject(blocked);
    expect(stub.requests).toHaveLength(1);
  });

  it('do not lead to a host that is not on the list of the task', async () => {
    const send = sender({ settings: publicStub, network: [`127.0.0.1:${stub.port}`] });
    expect(await send(`${stub.url}/json`)).toMatchObject({ answer: { status: 200 } });
    const outcome = await send(`${stub.url}/redirect?to=${encodeURIComponent('http://other.test:81/')}`);
    expect(outcome).toMatchObject({ failure: { reason: 'blocked', message: expect.stringContaining('"other.test:81"') } });
  });
});

describe('a hostile name server', () => {
  it('cannot show one address to the guard and another to the connection', async () => {
    let asked = 0;
    const resolve: Resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const send = sender({ settings: publicStub, resolve });
    // Asked once per connection: the answer that was judged is the one that is used.
    expect(await send(`http://rebind.test:${stub.port}/json`)).toMatchObject({ answer: { status: 200 } });
    expect(asked).toBe(1);
    // The kept connection still leads to the judged address; only a new one asks again, and is blocked.
    expect(await send(`http://rebind.test:${stub.port}/json`)).toMatchObject({ answer: { status: 200 } });
    expect(asked).toBe(1);
    stub.dropIdle();
    expect(await send(`http://rebind.test:${stub.port}/json`)).toMatchObject(blocked);
    expect(asked).toBe(2);
  });

  it('cannot rebind between a redirect and its target', async () => {
    let asked = 0;
    const resolve: Resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    const target = encodeURIComponent(`http://rebind.test:${stub.port + 1}/`);
    expect(await sender({ settings: publicStub, resolve })(`http://rebind.test:${stub.port}/redirect?to=${target}`)).toMatchObject(blocked);
  });

  it('cannot mix a forbidden address among good ones', async () => {
    const resolve: Resolve = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ];
    expect(await sender({ settings: publicStub, resolve })(`http://mixed.test:${stub.port}/`)).toMatchObject(blocked);
    expect(stub.connectionCount()).toBe(0);
  });

  it('that never answers ends with the time-out of the request', async () => {
    const outcome = await sender({ resolve: () => new Promise(() => {}) })('http://slow.test/', { timeoutMs: 150 });
    expect(outcome).toMatchObject({ failure: { name: 'TimeoutError', reason: 'timeout' } });
  });
});

describe("a task's own network list", () => {
  it('opens nothing private on a server by itself', async () => {
    expect(await sender({ network: [`127.0.0.1:${stub.port}`, 'localhost:*'] })(`${stub.url}/json`)).toMatchObject(blocked);
  });

  it('opens what it names exactly where lists are trusted, and nothing through a wildcard', async () => {
    const settings = { 'network.trust_task_lists': true };
    expect(await sender({ settings, network: [`127.0.0.1:${stub.port}`] })(`${stub.url}/json`)).toMatchObject({ answer: { status: 200 } });
    expect(await sender({ settings, network: ['*:*'] })(`${stub.url}/json`)).toMatchObject(blocked);
    expect(await sender({ settings })(`${stub.url}/json`)).toMatchObject(blocked);
  });

  it('opens a connection for its own task only: another task cannot ride on it', async () => {
    const provider = createLiveEffects(settingsFrom({ 'network.trust_task_lists': true }));
    cleanups.push(() => provider.close());
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
    const trusted = provider.begin({ executionId: 'a', network: [`127.0.0.1:${stub.port}`] });
    const other = provider.begin({ executionId: 'b', network: null });
    expect(await trusted.http(request, signal)).toMatchObject({ answer: { status: 200 } });
    expect(stub.openConnections()).toBe(1);
    expect(await other.http(request, signal)).toMatchObject(blocked);
    // By name, where only a new connection would be judged by its address.
    const resolving = createLiveEffects(settingsFrom({ 'network.trust_task_lists': true }), {
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    cleanups.push(() => resolving.close());
    const named = { ...request, url: `http://inner.test:${stub.port}/json` };
    expect(await resolving.begin({ executionId: 'a', network: [`inner.test:${stub.port}`] }).http(named, signal)).toMatchObject({
      answer: { status: 200 },
    });
    expect(await resolving.begin({ executionId: 'b', network: null }).http(named, signal)).toMatchObject(blocked);
  });

  it('forbids everything it does not name, with the line to add', async () => {
    const outcome = await sender({ profile: 'development', network: ['api.example.com'] })(`${stub.url}/json`);
    expect(outcome).toMatchObject({
      failure: { reason: 'blocked', message: expect.stringContaining(`add "127.0.0.1:${stub.port}" to "network"`) },
    });
    expect(stub.connectionCount()).toBe(0);
  });
});

describe('a hostile server', () => {
  const within = { timeoutMs: 400 };

  it.each(['/slow-headers', '/drip', '/silent', '/delay?ms=60000'])('cannot hold a request beyond its time-out with %s', async (path) => {
    const outcome = await sender({ profile: 'development' })(stub.url + path, within);
    expect(outcome).toMatchObject({ failure: { name: 'TimeoutError', reason: 'timeout', message: expect.stringContaining('400 ms') } });
    await stub.allClosed();
  });

  it('cannot hold a request beyond the configured time-out, whatever the task asks', async () => {
    const send = sender({ profile: 'development', settings: { 'http.timeout': 0.3 } });
    expect(await send(`${stub.url}/drip`, { timeoutMs: 1e9 })).toMatchObject({ failure: { name: 'TimeoutError' } });
    expect(await send(`${stub.url}/redirect?n=5&to=/silent`)).toMatchObject({ failure: { name: 'TimeoutError' } });
  });

  it('cannot send without end', async () => {
    const outcome = await sender({ profile: 'development', settings: { 'http.max_response_bytes': 100_000 } })(`${stub.url}/endless`);
    expect(outcome).toMatchObject({ failure: { name: 'NetworkError', reason: 'too-large' } });
    await stub.allClosed();
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'])('cannot fill the memory with a %s bomb', async (encoding) => {
    const send = sender({ profile: 'development', settings: { 'http.max_response_bytes': 1_000_000 } });
    const before = process.memoryUsage.rss();
    const outcome = await send(`${stub.url}/bomb?encoding=${encoding}&mb=${encoding === 'gzip' ? 500 : 20}`);
    expect(outcome).toMatchObject({ failure: { reason: 'too-large' } });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
    await stub.allClosed();
  });

  it('cannot nest compression without end', async () => {
    const outcome = await sender({ profile: 'development' })(`${stub.url}/compressed?encoding=gzip,gzip,gzip,gzip`);
    expect(outcome).toMatchObject({ failure: { reason: 'protocol' } });
  });

  it.each([
    ['/garbage', 'protocol'],
    ['/short', 'reset'],
    ['/reset', 'reset'],
    ['/headers?n=100', 'too-large'],
  ])('gets a typed failure for %s', async (path, reason) => {
    expect(await sender({ profile: 'development' })(stub.url + path)).toMatchObject({ failure: { name: 'NetworkError', reason } });
  });
});

describe('a body that is not what it says', () => {
  it.each(['gzip', 'deflate', 'br', 'zstd'])('is a failure when it says %s and is not, or is cut short', async (encoding) => {
    const send = sender({ profile: 'development' });
    expect(await send(`${stub.url}/corrupt?encoding=${encoding}`)).toMatchObject({ failure: { reason: 'protocol' } });
    expect(await send(`${stub.url}/cut?encoding=${encoding}`)).toMatchObject({
      failure: { reason: expect.stringMatching('protocol|reset') },
    });
  });
});

describe('a hostile request', () => {
  it('cannot inject headers or a second request', async () => {
    const send = sender({ profile: 'development' });
    for (const change of [
      { headers: [['x', 'a\r\n\r\nGET /json HTTP/1.1']] as [string, string][] },
      { headers: [['x\r\ny', 'a']] as [string, string][] },
      { headers: [['Transfer-Encoding', 'chunked']] as [string, string][] },
      { method: 'GET /json HTTP/1.1\r\nX: ' },
    ]) {
      expect(await send(`${stub.url}/echo`, change)).toMatchObject({ failure: { name: 'TypeError', reason: 'invalid' } });
    }
    expect(stub.connectionCount()).toBe(0);
    await send(`${stub.url}/echo\r\n?x= HTTP/1.1\r\nX-Injected: 1`);
    expect(stub.requests.map(({ headers }) => headers['x-injected'])).toEqual([undefined]);
  });

  it('cannot send more than the limit', async () => {
    const send = sender({ profile: 'development', settings: { 'http.max_request_bytes': 1000 } });
    expect(await send(`${stub.url}/echo`, { method: 'POST', body: new Uint8Array(1001) })).toMatchObject({
      failure: { reason: 'too-large' },
    });
    expect(stub.connectionCount()).toBe(0);
  });
});
