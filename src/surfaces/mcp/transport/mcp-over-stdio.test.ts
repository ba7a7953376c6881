import { PassThrough } from 'node:stream';
import { settingsFrom } from '#kernel/index.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { verifies } from '../../../../tests/requirements/verifies.ts';
import { openClient } from '../clients/client.ts';
import { createFixtureParts, type FixtureOptions } from '../mcp-harness.ts';
import { callOf, initialize } from './raw-exchange-for-test.ts';
import { serveOverStdio, type StdioConnection } from './stdio.ts';

type Message = Readonly<Record<string, unknown>>;

let connection: StdioConnection;
afterEach(() => connection.close());

function open(options: FixtureOptions & { readonly lastAnswersMs?: number } = {}) {
  const fixture = createFixtureParts(options);
  const input = new PassThrough();
  const output = new PassThrough();
  connection = serveOverStdio(fixture.parts, openClient(settingsFrom(), 'local'), {
    input,
    output,
    ...(options.lastAnswersMs === undefined ? {} : { lastAnswersMs: options.lastAnswersMs }),
  });
  const lines: Message[] = [];
  let text = '';
  let arrived = Promise.withResolvers<void>();
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      lines.push(JSON.parse(text.slice(0, end)) as Message);
      text = text.slice(end + 1);
    }
    arrived.resolve();
    arrived = Promise.withResolvers<void>();
  });
  const next = async (): Promise<Message> => {
    while (lines.length === 0) await arrived.promise;
    return lines.shift()!;
  };
  const say = (...messages: readonly unknown[]) => {
    for (const message of messages) input.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  };
  return { ...fixture, input, output, next, say, lines };
}

const started = async (version?: string, options?: FixtureOptions & { readonly lastAnswersMs?: number }) => {
  const wire = open(options);
  wire.say(initialize(version), { jsonrpc: '2.0', method: 'notifications/initialized' });
  expect(await wire.next()).toMatchObject({ id: 1, result: { serverInfo: { name: 'Ratchet MCP Server' } } });
  return wire;
};

describe('MCP over standard input', () => {
  it('wants initialize first, and answers ping before', async () => {
    const { say, next } = open();
    say({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(await next()).toMatchObject({
      id: 1,
      error: { code: -32_002, message: "Server not initialized. Send 'initialize' request first." },
    });
    say({ jsonrpc: '2.0', id: 2, method: 'ping' });
    expect(await next()).toMatchObject({ id: 2, result: {} });
    say(initialize());
    expect(await next()).toMatchObject({ id: 1, result: { protocolVersion: '2025-06-18' } });
  });

  it('speaks the revision that needs no beginning', async () => {
    const { say, next } = open();
    const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
    say({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: meta } });
    expect(await next()).toMatchObject({
      id: 1,
      result: { supportedVersions: ['2026-07-28'], capabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
    });
    say(callOf('fixture_echo', { message: 'a' }, 2, meta));
    expect(await next()).toMatchObject({ id: 2, result: { resultType: 'complete', structuredContent: { message: 'a' } } });
  });

  it.each([
    ['no JSON', '{"jsonrpc', -32_700],
    ['a number', '7', -32_600],
    ['an empty array', '[]', -32_600],
    ['a hundred and one levels', `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(101)}1${'}'.repeat(101)}}`, -32_600],
    ['a poisoned key', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{}}}', -32_600],
  ])('answers what is no message, and goes on: %s', async (_what, line, code) => {
    verifies('mcp.broken-input');
    const { say, next } = await started();
    say(line, '', '   ', { jsonrpc: '2.0', id: 3, method: 'ping' });
    expect(await next()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code, data: { hint: expect.any(String) } } });
    expect(await next()).toMatchObject({ id: 3, result: {} });
  });

  it('answers a line that is too long without keeping it, and goes on', async () => {
    const { input, say, next } = await started(undefined, { settings: { 'mcp.security.request_limits.max_request_size_bytes': 10_000 } });
    for (let at = 0; at < 100; at++) input.write('x'.repeat(10_000));
    say('', { jsonrpc: '2.0', id: 3, method: 'ping' });
    expect(await next()).toMatchObject({ id: null, error: { data: { code: 'MCP_REQUEST_TOO_LARGE' } } });
    expect(await next()).toMatchObject({ id: 3, result: {} });
  });

  it('reads messages that come in pieces, several at once, in any language', async () => {
    const { input, next } = await started();
    const bytes = Buffer.from(
      `${JSON.stringify(callOf('fixture_echo', { message: 'ключ 🔑' }, 2))}\r\n${JSON.stringify(callOf('fixture_echo', { message: 'b' }, 3))}\n`,
    );
    for (const byte of bytes) input.write(Buffer.from([byte]));
    expect(await next()).toMatchObject({ id: 2, result: { structuredContent: { message: 'ключ 🔑' } } });
    expect(await next()).toMatchObject({ id: 3 });
  });

  it('answers calls as they end, and cancels one of them', async () => {
    const { say, next, watch } = await started();
    say(callOf('fixture_wait', {}, 'slow'), callOf('fixture_wait', {}, 'cancelled'), callOf('fixture_echo', { message: 'fast' }, 'fast'));
    expect(await next()).toMatchObject({ id: 'fast' });
    await watch.running(2);
    say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'cancelled', reason: 'enough' } });
    await watch.running(1);
    watch.release();
    expect(await next()).toMatchObject({ id: 'slow', result: { structuredContent: { said: 'released' } } });
  });

  it('answers an array with an array, where the revision has them', async () => {
    const { say, next } = await started('2025-03-26');
    say([
      callOf('fixture_echo', { message: 'a' }, 2),
      5,
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } },
      { jsonrpc: '2.0', id: 4, method: 'nope' },
    ]);
    const answers = (await next()) as unknown as Message[];
    expect(answers).toHaveLength(3);
    expect(answers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 2, result: expect.anything() as unknown }),
        expect.objectContaining({ id: null, error: expect.objectContaining({ code: -32_600 }) as unknown }),
        expect.objectContaining({ id: 4, error: expect.objectContaining({ code: -32_601 }) as unknown }),
      ]),
    );
  });

  it('sends log lines from the level that was chosen', async () => {
    const { say, next } = await started();
    say(callOf('fixture_echo', { message: 'a' }, 2));
    expect(await next()).toMatchObject({ id: 2 });
    say({ jsonrpc: '2.0', id: 3, method: 'logging/setLevel', params: { level: 'debug' } }, callOf('fixture_echo', { message: 'a' }, 4));
    expect(await next()).toMatchObject({ id: 3, result: {} });
    expect(await next()).toMatchObject({
      method: 'notifications/message',
      params: { level: 'debug', data: { tool: 'fixture_echo', outcome: 'ok' } },
    });
    expect(await next()).toMatchObject({ id: 4 });
  });

  it('ends when nothing more comes, after the answers that are due', async () => {
    const { say, input, next, watch, listeners } = await started();
    say(callOf('fixture_wait', {}, 2));
    await watch.running(1);
    input.end(JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'ping' }));
    expect(await next()).toMatchObject({ id: 3 });
    watch.release();
    expect(await next()).toMatchObject({ id: 2, result: { structuredContent: { said: 'released' } } });
    await connection.ended;
    expect(listeners()).toBe(0);
    expect(input.listenerCount('data')).toBe(0);
  });

  it('does not wait for ever for those answers', async () => {
    const { say, input, watch } = await started(undefined, { lastAnswersMs: 50 });
    say(callOf('fixture_wait', {}, 2));
    await watch.running(1);
    input.end();
    await connection.ended;
    await watch.running(0);
    expect(watch.endings).toEqual(['aborted']);
  });

  it('ends when nobody reads any more', async () => {
    const { say, output, watch } = await started();
    say(callOf('fixture_wait', {}, 2));
    await watch.running(1);
    output.destroy();
    await connection.ended;
    await watch.running(0);
  });
});
