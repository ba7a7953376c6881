import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHttpServer } from '#testing/mcp-server.ts';
import { failureOf, mcpWorld, textOf, valueOf } from '#testing/mcp-world.ts';

describe('calls of an MCP server behind HTTP', () => {
  it('work with its token, and say no more than the status without it', async () => {
    const { url } = await startHttpServer({ REQUIRED_TOKEN: 'sesame-open-now' });
    const server = (name: string, token: string) => ({ name, transport: { http: { url, headers: { Authorization: `Bearer ${token}` } } } });
    const { call, ask } = mcpWorld([server('right', 'sesame-open-now'), server('wrong', 'sesame-shut-now')]);
    expect(valueOf(await call('right', 'add', { a: 1, b: 1 }))).toMatchObject({ structuredContent: { sum: 2 } });
    expect(textOf(await call('right', 'echo', { token: 'sesame-open-now' }))).toBe('{"token":"__secret_mcp_right__"}');
    expect((valueOf(await ask('tools/list', 'right', null)) as unknown[]).length).toBeGreaterThan(5);
    expect(failureOf(await call('right', 'nope'))).toMatchObject({ name: 'McpToolUnknownError' });
    const refused = failureOf(await call('wrong', 'echo'))!;
    expect(refused).toMatchObject({ name: 'NetworkError', reason: 'connection-lost' });
    expect(refused.message).toContain('HTTP 401');
    expect(refused.message).not.toContain('sesame');
  });

  it('cut off answers without measure, go through a hundred at a time, and survive the server', async () => {
    const { url, stop } = await startHttpServer();
    const { call } = mcpWorld([{ name: 'web', transport: { http: { url } } }], {
      'mcp.calls.max_response_bytes': 100_000,
    });
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => call('web', 'echo', { n })));
    expect(outcomes.map(textOf)).toEqual(Array.from({ length: 100 }, (_, n) => `{"n":${n}}`));
    expect(failureOf(await call('web', 'huge', { bytes: 1_000_000 }))).toMatchObject({ name: 'NetworkError', reason: 'too-large' });
    const crash = failureOf(await call('web', 'crash'));
    expect(crash).toMatchObject({ name: 'NetworkError', reason: 'connection-lost' });
    stop();
    expect(failureOf(await call('web', 'echo'))).toMatchObject({ name: 'NetworkError', reason: 'connection-lost' });
  });

  it('give up a server that takes connections and never answers, without holding up another', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { url } = await startHttpServer();
    const servers = [
      { name: 'silent', transport: { http: { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp` } } },
      { name: 'fine', transport: { http: { url } } },
    ];
    const { call } = mcpWorld(servers, { 'mcp.calls.connect_timeout': 2 });
    const waiting = Promise.all([call('silent', 'echo'), call('silent', 'echo')]);
    expect(textOf(await call('fine', 'echo'))).toBe('{}');
    for (const outcome of await waiting) {
      expect(failureOf(outcome)).toMatchObject({ name: 'NetworkError', reason: 'connection-lost' });
      expect(failureOf(outcome)!.message).toContain('it took too long to connect');
    }

    // Stopping does not wait for it either.
    const patient = mcpWorld(servers, { 'mcp.calls.connect_timeout': 600 });
    const waits = patient.call('silent', 'echo');
    await patient.call('fine', 'echo');
    await patient.effects.close();
    expect(failureOf(await waits)!.message).toContain('Ratchet is stopping');
  });

  it('work over the older event stream as well', async () => {
    const { url } = await startHttpServer({}, 'sse');
    const headers = { 'x-who': 'the configured one' };
    const { call, ask } = mcpWorld([{ name: 'old', transport: { sse: { url, headers: { ...headers, authorization: 'Bearer abc' } } } }]);
    expect(valueOf(await ask('tools/list', 'old', null))).toMatchObject([{ name: 'who' }]);
    expect(textOf(await call('old', 'who'))).toBe('__secret_mcp_old__');
  });

  it('do not follow a redirect to another host', async () => {
    const seen: unknown[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization ?? null);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const away = `http://localhost:${(other.address() as AddressInfo).port}/mcp`;
    const { url } = await startHttpServer({ AWAY_TO: away });
    const headers = { Authorization: 'Bearer sesame-open-now' };
    const { call } = mcpWorld([{ name: 'web', transport: { http: { url: url.replace('/mcp', '/away'), headers } } }]);
    const failure = failureOf(await call('web', 'echo'))!;
    expect(failure).toMatchObject({ name: 'NetworkError' });
    expect(seen).toEqual([]);
  });
});
