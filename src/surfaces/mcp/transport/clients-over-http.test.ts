import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as OldStreamableTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as OldTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifies } from '../../../../tests/requirements/verifies.ts';
import { startFixture, type FixtureServer } from '../mcp-harness.ts';
import { protocolRevisions } from './revisions.ts';

/** What the tests do, whichever client does it. */
interface AnyClient {
  readonly revision: () => string | undefined;
  readonly tools: () => Promise<string[]>;
  readonly call: (
    name: string,
    input?: Record<string, unknown>,
    options?: { signal?: AbortSignal; onprogress?: (update: { progress: number; message?: string }) => void },
  ) => Promise<{ content?: unknown; structuredContent?: unknown; isError?: unknown; [key: string]: unknown }>;
  readonly resources: () => Promise<string[]>;
  readonly read: (uri: string) => Promise<unknown>;
  readonly prompt: (name: string, given: Record<string, string>) => Promise<unknown>;
  readonly complete: (typed: string) => Promise<string[]>;
  readonly onToolsChanged: (listener: () => void) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function newClient(url: string, mode: 'legacy' | { pin: string }): Promise<AnyClient> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  return {
    revision: () => client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, input = {}, options = {}) => client.callTool({ name, arguments: input }, options),
    resources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, given) => (await client.getPrompt({ name, arguments: given })).messages,
    complete: async (typed) =>
      (await client.complete({ ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: typed } })).completion.values,
    async onToolsChanged(listener) {
      client.setNotificationHandler('notifications/tools/list_changed', listener);
      if (mode !== 'legacy') await client.listen({ toolsListChanged: true });
    },
    close: () => client.close(),
  };
}

async function oldClient(transport: OldTransport): Promise<AnyClient> {
  const client = new OldClient({ name: 'test', version: '1' });
  await client.connect(transport);
  return {
    revision: () => (transport as { protocolVersion?: string }).protocolVersion,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, input = {}, options = {}) => client.callTool({ name, arguments: input }, CallToolResultSchema, options),
    resources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, given) => (await client.getPrompt({ name, arguments: given })).messages,
    complete: async (typed) =>
      (await client.complete({ ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: typed } })).completion.values,
    async onToolsChanged(listener) {
      client.setNotificationHandler(ToolListChangedNotificationSchema, listener);
    },
    close: () => client.close(),
  };
}

const kinds: Readonly<Record<string, (url: string) => Promise<AnyClient>>> = {
  'of today, speaking 2026-07-28': (url) => newClient(url, { pin: '2026-07-28' }),
  'of today, speaking an earlier revision': (url) => newClient(url, 'legacy'),
  'of the first SDK': (url) => oldClient(new OldStreamableTransport(new URL(`${url}/mcp`))),
  'of the first SDK over event streams': (url) => oldClient(new SSEClientTransport(new URL(`${url}/sse`))),
};

describe.each(Object.entries(kinds))('a client %s', (_name, connect) => {
  let server: FixtureServer;
  let client: AnyClient;
  beforeEach(async () => {
    server = await startFixture();
    client = await connect(server.url);
  });
  afterEach(async () => {
    await client.close();
    await server.close();
    if (server.listeners() > 0) throw new Error('the closed server still listens for changes of tasks');
  });

  it('lists the tools and calls one, in the old spelling as well', async () => {
    verifies('mcp.over-http');
    expect(await client.tools()).toContain('fixture_echo');
    const answer = await client.call('fixture.echo', { message: 'hello' });
    expect(answer).toMatchObject({ structuredContent: { message: 'hello' }, isError: false, execution_id: 'e-1' });
    expect(answer.content).toEqual([{ type: 'text', text: '{\n  "message": "hello"\n}' }]);
    expect(server.audit).toMatchObject([{ client: 'anonymous', tool: 'fixture_echo', outcome: 'ok' }]);
  });

  it('is told what failed with code, message and hint, and sees nothing of the inside', async () => {
    const failed = await client.call('fixture_fail');
    expect(failed.isError).toBe(true);
    expect(failed.structuredContent).toMatchObject({ error: { code: 'TASK_NOT_FOUND', hint: expect.stringContaining('Name a task') } });
    const broken = JSON.stringify(await client.call('fixture_break'));
    expect(broken).toContain('INTERNAL_ERROR');
    expect(broken).not.toMatch(/hunter2|secret\.ts/);
    expect(JSON.stringify(server.log)).toContain('secret.ts');
    await expect(client.call('fixture_none')).rejects.toThrow('Unknown tool: fixture_none');
  });

  it('is told how far a call is', async () => {
    const heard: { progress: number; message?: string }[] = [];
    await client.call('fixture_progress', {}, { onprogress: (update) => heard.push(update) });
    expect(heard.map(({ progress }) => progress)).toEqual([0.25, 0.5, 1]);
    expect(heard[0]).toMatchObject({ message: 'step 0', total: 1 });
  });

  it('ends the work of a call it cancels', async () => {
    verifies('mcp.cancelled');
    const giveUp = new AbortController();
    const call = client.call('fixture_wait', {}, { signal: giveUp.signal });
    await server.watch.running(1);
    giveUp.abort('enough');
    await expect(call).rejects.toThrow('enough');
    await server.watch.running(0);
    expect(server.watch.endings).toEqual(['aborted']);
    await expect.poll(() => server.audit.at(-1)).toMatchObject({ tool: 'fixture_wait', outcome: 'cancelled' });
  });

  it('reads resources, prompts and completions', async () => {
    // The newer SDK follows pages by itself.
    expect((await client.resources())[0]).toBe('fixture://one');
    expect(await client.read('fixture://one')).toMatchObject([{ text: 'the first' }]);
    await expect(client.read('file:///etc/passwd')).rejects.toThrow('Resource not found');
    expect(await client.prompt('greet', { who: 'Ada' })).toMatchObject([{ role: 'user', content: { text: 'Say hello to Ada.' } }]);
    await expect(client.prompt('greet', {})).rejects.toThrow('needs who');
    expect(await client.complete('A')).toEqual(['Ada', 'Alan']);
  });

  it('hears that tasks have become tools', async () => {
    const { promise: changed, resolve: heard } = Promise.withResolvers<void>();
    await client.onToolsChanged(heard);
    // Clients open the stream they hear it on without saying when they have.
    const changing = setInterval(() => server.changeTasks(['task_of_mine']), 20);
    await changed;
    clearInterval(changing);
    expect(await client.tools()).toContain('task_of_mine');
    expect(await client.call('task_of_mine')).toMatchObject({ structuredContent: { said: 'task_of_mine' } });
  });
});

it('knows every revision that the SDK knows', () => {
  expect(SUPPORTED_PROTOCOL_VERSIONS.filter((one) => !protocolRevisions.includes(one))).toEqual([]);
});
