import { connect as connectSocket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { verifies } from '../../../../tests/requirements/verifies.ts';
import { startFixture, type FixtureOptions, type FixtureServer } from '../mcp-harness.ts';
import { bothTypes, callOf, initialize, openSession, post, readAnswer } from './raw-exchange-for-test.ts';

let server: FixtureServer;
const start = async (options: FixtureOptions = {}) => (server = await startFixture(options));
afterEach(() => server.close());

const ping = { jsonrpc: '2.0', id: 9, method: 'ping' };

describe('a session', () => {
  it('begins with initialize, in the revision the client asked for, also in the oldest words', async () => {
    await start();
    for (const version of ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '0.1.0', '1.0.0']) {
      const { body, headers } = await post(`${server.url}/mcp`, initialize(version));
      expect(body).toMatchObject({
        result: {
          protocolVersion: version,
          serverInfo: { name: 'Ratchet MCP Server', version: '1.2.3' },
          capabilities: { tools: { listChanged: true }, batch: { maxBatchSize: 100, maxParallel: 10, supportsDependencies: true } },
          instructions: 'Call fixture_echo.',
        },
      });
      expect(headers.get('mcp-session-id')).toMatch(/^[\da-f-]{36}$/);
    }
    const unknown = await post(`${server.url}/mcp`, initialize('2023-01-01'));
    expect(unknown.body).toMatchObject({ result: { protocolVersion: '2025-11-25' } });
  });

  it('is needed for everything else', async () => {
    await start();
    const answer = await post(`${server.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: -32_002, message: "Server not initialized. Send 'initialize' request first." } },
    });
    const gone = await post(`${server.url}/mcp`, ping, { 'mcp-session-id': 'nobody' });
    expect(gone).toMatchObject({ status: 404, body: { error: { code: -32_001, data: { code: 'MCP_SESSION_NOT_FOUND' } } } });
  });

  it('leaves nothing on a connection that is used again and again', async () => {
    await start();
    const headers = await openSession(server.url);
    const warned: Error[] = [];
    const warn = (warning: Error) => warned.push(warning);
    process.on('warning', warn);
    for (let at = 0; at < 30; at++) await post(`${server.url}/mcp`, ping, headers);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect(warned).toEqual([]);
  });

  it('ends with DELETE', async () => {
    await start();
    const headers = await openSession(server.url);
    expect(await server.sessions()).toBe(1);
    expect((await fetch(`${server.url}/mcp`, { method: 'DELETE', headers })).status).toBe(204);
    expect(await server.sessions()).toBe(0);
    expect((await post(`${server.url}/mcp`, ping, headers)).status).toBe(404);
  });

  it('ends when nobody uses it, and not while somebody does', async () => {
    await start({ settings: { 'mcp.authentication.session.timeout_seconds': 1 } });
    const idle = await openSession(server.url);
    const busy = await openSession(server.url);
    const call = post(`${server.url}/mcp`, callOf('fixture_wait'), busy);
    await server.watch.running(1);
    await expect.poll(() => server.sessions(), { timeout: 5_000 }).toBe(1);
    expect((await post(`${server.url}/mcp`, ping, idle)).status).toBe(404);
    server.watch.release();
    expect((await call).body).toMatchObject({ result: { structuredContent: { said: 'released' } } });
  });

  it('makes room for another when there are too many, the one unused for longest first', async () => {
    await start({ settings: { 'mcp.performance.connection_pool_size': 2 } });
    const [first, second] = [await openSession(server.url), await openSession(server.url)];
    await post(`${server.url}/mcp`, ping, first);
    const third = await openSession(server.url);
    expect((await post(`${server.url}/mcp`, ping, second)).status).toBe(404);
    const calls = [first, third].map((headers) => post(`${server.url}/mcp`, callOf('fixture_wait'), headers));
    await server.watch.running(2);
    const refused = await post(`${server.url}/mcp`, initialize());
    expect(refused).toMatchObject({ status: 503, body: { error: { data: { code: 'MCP_SESSIONS_FULL', retryable: true } } } });
    expect(refused.headers.get('retry-after')).toBe('5');
    server.watch.release();
    await Promise.all(calls);
  });

  it('gives a client that lost its connection what it missed, from its last event on', async () => {
    await start();
    const headers = await openSession(server.url, '2025-11-25');
    const lost = new AbortController();
    const call = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: bothTypes, 'mcp-protocol-version': '2025-11-25', ...headers },
      body: JSON.stringify(callOf('fixture_wait')),
      signal: lost.signal,
    });
    const reader = call.body!.getReader();
    const primed = new TextDecoder().decode((await reader.read()).value);
    const lastId = /^id: (.*)$/m.exec(primed)![1]!;
    await server.watch.running(1);
    lost.abort();
    server.watch.release();
    await server.watch.running(0);
    const again = async () =>
      readAnswer(await fetch(`${server.url}/mcp`, { headers: { accept: 'text/event-stream', 'last-event-id': lastId, ...headers } }));
    expect((await again()).events.map(({ message }) => message)).toMatchObject([
      { id: 2, result: { structuredContent: { said: 'released' } } },
    ]);
    const forgotten = await fetch(`${server.url}/mcp`, { headers: { accept: 'text/event-stream', 'last-event-id': '99999', ...headers } });
    expect(forgotten.status).toBe(400);
  });

  it('leaves nothing behind when the server ends in the middle', async () => {
    await start();
    const headers = await openSession(server.url);
    const stream = await fetch(`${server.url}/mcp`, { headers: { accept: 'text/event-stream', ...headers } });
    const call = post(`${server.url}/mcp`, callOf('fixture_wait'), headers).catch(() => 'cut');
    await server.watch.running(1);
    expect(server.listeners()).toBe(1);
    await server.close();
    await call;
    await stream.text().catch(() => '');
    await server.watch.running(0);
    expect(server.listeners()).toBe(0);
  });
});

describe('what is no message', () => {
  it.each([
    ['no JSON', '{"jsonrpc": ', 400, -32_700],
    ['nothing', '', 400, -32_600],
    ['a number', '7', 400, -32_600],
    ['null', 'null', 400, -32_600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32_600],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, -32_600],
    ['a method that is a number', '{"jsonrpc":"2.0","id":1,"method":5}', 400, -32_600],
    ['params that are a list', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 400, -32_600],
    ['an empty array', '[]', 400, -32_600],
    ['101 levels', `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(101)}1${'}'.repeat(101)}}`, 400, -32_600],
    ['a poisoned key', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{}}}', 400, -32_600],
    ['11 MB', `"${'x'.repeat(11 * 1024 ** 2)}"`, 413, -32_000],
  ])('is refused: %s', async (_what, body, status, code) => {
    verifies('mcp.broken-input');
    await start();
    const answer = await post(`${server.url}/mcp`, body);
    expect(answer).toMatchObject({ status, body: { jsonrpc: '2.0', id: null, error: { code, data: { hint: expect.any(String) } } } });
    expect((await post(`${server.url}/mcp`, initialize())).status).toBe(200);
  });

  it('is answered by its method and its types', async () => {
    await start();
    expect((await fetch(`${server.url}/mcp`, { headers: { accept: 'application/json' } })).status).toBe(406);
    expect((await post(`${server.url}/mcp`, initialize(), { accept: 'text/html' })).status).toBe(406);
    expect((await post(`${server.url}/mcp`, initialize(), { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await fetch(`${server.url}/mcp`, { method: 'PUT' })).status).toBe(405);
    const headers = await openSession(server.url);
    const told = await post(`${server.url}/mcp`, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
    expect(told).toMatchObject({ status: 202, body: null });
  });

  it('does not keep a connection that stops in the middle', async () => {
    await start({ settings: { 'server.request_timeout': 0.3 } });
    const { hostname, port } = new URL(server.url);
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connectSocket(Number(port), hostname, () =>
        socket.write(`POST /mcp HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"jsonrpc"`),
      );
      let all = '';
      socket.on('data', (chunk) => (all += chunk.toString()));
      socket.on('close', () => resolve(all));
      socket.on('error', reject);
    });
    expect(text).toContain('408');
    expect((await post(`${server.url}/mcp`, initialize())).status).toBe(200);
  });
});

describe('arrays of messages', () => {
  it('are answered where the revision has them', async () => {
    await start();
    const headers = await openSession(server.url, '2025-03-26');
    const both = [ping, { ...callOf('fixture_echo', { message: 'a' }, 10) }];
    const answers = (await post(`${server.url}/mcp`, both, { ...headers, accept: 'application/json' })).body as { id: number }[];
    expect(answers.toSorted((a, b) => a.id - b.id)).toMatchObject([
      { id: 9, result: {} },
      { id: 10, result: { isError: false } },
    ]);
  });

  it('are refused where it does not', async () => {
    await start();
    const headers = await openSession(server.url, '2025-06-18');
    expect(await post(`${server.url}/mcp`, [ping], headers)).toMatchObject({ status: 400, body: { error: { code: -32_600 } } });
  });
});

describe('who may come', () => {
  it('is decided by origin and host', async () => {
    await start();
    const from = async (origin: string) => (await post(`${server.url}/mcp`, initialize(), { origin })).status;
    for (const origin of [
      'http://localhost:5173',
      'http://127.0.0.1',
      'http://[::1]:80',
      'claude://desktop',
      'vscode://x',
      'code://x',
      'null',
    ])
      expect({ origin, status: await from(origin) }).toEqual({ origin, status: 200 });
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'file://x', 'https://claude.ai'])
      expect({ origin, status: await from(origin) }).toEqual({ origin, status: 403 });
    const { port } = new URL(server.url);
    const rebound = await new Promise<string>((resolve) => {
      const socket = connectSocket(Number(port), '127.0.0.1', () =>
        socket.end(`GET /mcp HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAccept: text/event-stream\r\n\r\n`),
      );
      let all = '';
      socket.on('data', (chunk) => (all += chunk.toString())).on('close', () => resolve(all));
    });
    expect(rebound).toContain('421');
  });

  it('includes web pages that the configuration names, which may read the answers', async () => {
    await start({ settings: { 'mcp.enable_cors': true, 'mcp.allowed_origins': ['https://claude.ai'] } });
    const preflight = await fetch(`${server.url}/mcp`, {
      method: 'OPTIONS',
      headers: { origin: 'https://claude.ai', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://claude.ai');
    const { status, headers } = await post(`${server.url}/mcp`, initialize(), { origin: 'https://claude.ai' });
    expect(status).toBe(200);
    expect(headers.get('access-control-expose-headers')).toContain('Mcp-Session-Id');
    expect((await post(`${server.url}/mcp`, initialize(), { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('includes nobody without a key where keys are asked for, and each client sees its own sessions only', async () => {
    verifies('mcp.nobody-unnamed');
    await start({
      settings: {
        'mcp.authentication.method': 'api_key',
        'mcp.authentication.api_keys': [
          { key: 'key-of-ada-0123456789', name: 'ada' },
          { key: 'key-of-bob-0123456789', name: 'bob' },
        ],
      },
    });
    const refused = await post(`${server.url}/mcp`, initialize());
    expect(refused).toMatchObject({ status: 401, body: { error: { code: -32_001, data: { code: 'MCP_CLIENT_UNKNOWN' } } } });
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect((await post(`${server.url}/mcp`, initialize(), { authorization: 'Bearer key-of-ada-012345678X' })).status).toBe(401);
    const ada = await openSession(server.url, '2025-06-18', { authorization: 'Bearer key-of-ada-0123456789' });
    const asBob = await post(`${server.url}/mcp`, ping, { ...ada, authorization: 'ApiKey key-of-bob-0123456789' });
    expect(asBob.status).toBe(404);
    expect((await post(`${server.url}/mcp`, callOf('fixture_echo', { message: 'a' }), ada)).body).toMatchObject({
      result: { isError: false },
    });
    expect(server.audit).toMatchObject([{ client: 'ada', tool: 'fixture_echo' }]);
    expect(JSON.stringify(server.log)).not.toContain('key-of-');
  });
});
