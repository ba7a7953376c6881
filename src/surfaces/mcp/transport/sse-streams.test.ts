import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFixture, type FixtureServer } from '../mcp-harness.ts';
import { callOf, initialize, post } from './raw-exchange-for-test.ts';

let server: FixtureServer;
beforeEach(async () => {
  server = await startFixture();
});
afterEach(() => server.close());

/** Opens a stream and reads it event by event. */
async function listen(path: string) {
  const leaving = new AbortController();
  const response = await fetch(server.url + path, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
  const reader = response.body!.getReader();
  let text = '';
  const next = async (): Promise<{ event: string | null; data: string }> => {
    while (!text.includes('\n\n')) {
      const { done, value } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += new TextDecoder().decode(value);
    }
    const one = text.slice(0, text.indexOf('\n\n'));
    text = text.slice(text.indexOf('\n\n') + 2);
    return { event: /^event: (.*)$/m.exec(one)?.[1] ?? null, data: /^data: (.*)$/m.exec(one)?.[1] ?? '' };
  };
  return { response, next, message: async () => JSON.parse((await next()).data) as unknown, leave: () => leaving.abort() };
}

describe('a session that the client names', () => {
  it('says that it is there, then takes messages on one route and answers on the stream', async () => {
    const { next, message, leave } = await listen('/sse/my-session');
    expect(await message()).toEqual({ type: 'connection', status: 'connected' });
    expect(await next()).toEqual({ event: 'endpoint', data: '/message/my-session' });
    expect((await post(`${server.url}/message/my-session`, initialize('2024-11-05'))).body).toEqual({ status: 'sent' });
    expect(await message()).toMatchObject({ id: 1, result: { protocolVersion: '2024-11-05' } });
    const told = await post(`${server.url}/message/my-session`, { jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(told.body).toEqual({ status: 'processed' });
    await post(`${server.url}/message/my-session`, callOf('ratchet_nothing'));
    expect(await message()).toMatchObject({ id: 2, error: { code: -32_602 } });
    leave();
    await expect.poll(() => server.sessions()).toBe(0);
  });

  it('goes on with the newer stream when it is opened again', async () => {
    const old = await listen('/sse/again');
    await old.next();
    const { message, next } = await listen('/sse/again');
    await next();
    await next();
    await post(`${server.url}/message/again`, initialize());
    expect(await message()).toMatchObject({ id: 1, result: {} });
    await expect(old.next().then(old.next)).rejects.toThrow(/ended|terminated/);
    expect(await server.sessions()).toBe(1);
  });
});

describe('a session that the server names', () => {
  it('begins with where to send messages, as MCP of 2024-11-05 has it', async () => {
    const { next, message } = await listen('/sse');
    const { event, data } = await next();
    expect(event).toBe('endpoint');
    const told = await fetch(server.url + data, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(initialize('2024-11-05')),
    });
    expect([told.status, await told.text()]).toEqual([202, 'Accepted']);
    expect(await message()).toMatchObject({ id: 1, result: {} });
  });

  it('ends the calls of a client that leaves', async () => {
    const { next, message, leave } = await listen('/sse');
    const { data } = await next();
    await post(server.url + data, initialize('2024-11-05')).catch(() => {});
    await message();
    await post(server.url + data, callOf('fixture_wait')).catch(() => {});
    await server.watch.running(1);
    leave();
    await server.watch.running(0);
    expect(server.watch.endings).toEqual(['aborted']);
    await expect.poll(() => server.sessions()).toBe(0);
  });
});

it('a message for a session that is not there, or that is none, is refused', async () => {
  expect(await post(`${server.url}/message/nobody`, initialize())).toMatchObject({ status: 404, body: { error: { code: -32_001 } } });
  const { next } = await listen('/sse/here');
  await next();
  expect(await post(`${server.url}/message/here`, '{"a')).toMatchObject({ status: 400, body: { error: { code: -32_700 } } });
  expect(await post(`${server.url}/message/here`, { jsonrpc: '2.0' })).toMatchObject({ status: 400, body: { error: { code: -32_600 } } });
  expect((await fetch(`${server.url}/sse/${'x'.repeat(200)}`)).status).toBe(400);
  expect((await fetch(`${server.url}/sse`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
});

it('neither route is there where the transport is http', async () => {
  await server.close();
  server = await startFixture({ settings: { 'mcp.transport': 'http' } });
  expect((await fetch(`${server.url}/sse`)).status).toBe(404);
  expect(await (await fetch(`${server.url}/mcp/health`)).json()).toMatchObject({ transport: 'streamable_http', max_sessions: 100 });
});
