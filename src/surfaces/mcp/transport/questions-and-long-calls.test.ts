import { createTaskSessionFromClient, resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client';
import { isCreateTaskResultV2, isDetailedTaskV2 } from '@modelcontextprotocol/ext-tasks/core/v2';
import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import { startFixture, type FixtureServer } from '../mcp-harness.ts';
import { callOf, post } from './raw-exchange-for-test.ts';

let server: FixtureServer;
afterEach(() => server.close());

async function connect(mode: 'legacy' | { pin: string }, options: ClientOptions = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { ...options, versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
  return client;
}

const modes = [
  ['2026-07-28', { pin: '2026-07-28' }],
  ['an earlier revision', 'legacy'],
] as const;

describe.each(modes)('a question of a tool, over %s,', (_name, mode) => {
  it.each([
    ['yes to both', [true, true], 'yes, yes'],
    ['yes and no', [true, false], 'yes, no'],
    ['no', [false], 'no'],
  ] as const)('reaches the person behind the client: %s', async (_said, answers, expected) => {
    server = await startFixture();
    const client = await connect(mode, { capabilities: { elicitation: {} } });
    const asked: string[] = [];
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { confirm: answers[asked.length - 1]! } };
    });
    expect(await client.callTool({ name: 'fixture_confirm', arguments: {} })).toMatchObject({ structuredContent: { said: expected } });
    expect(asked).toEqual(['Remove it?', 'Really?'].slice(0, answers.length));
    await client.close();
  });

  it('is a no where the person leaves it', async () => {
    server = await startFixture();
    const client = await connect(mode, { capabilities: { elicitation: {} } });
    client.setRequestHandler('elicitation/create', async () => ({ action: 'cancel' }));
    expect(await client.callTool({ name: 'fixture_confirm', arguments: {} })).toMatchObject({ structuredContent: { said: 'no' } });
    await client.close();
  });

  it('cannot be asked where the client has no way to', async () => {
    server = await startFixture();
    const client = await connect(mode);
    expect(await client.callTool({ name: 'fixture_confirm', arguments: {} })).toMatchObject({ structuredContent: { said: 'cannot-ask' } });
    await client.close();
  });
});

const meta = (capabilities: object) => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': capabilities,
});
const modern = (name: string) => ({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name });
const forTasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

it('an answer counts for the call it was given to, and for no other', async () => {
  server = await startFixture();
  const asking = { elicitation: {} };
  const asked = await post(`${server.url}/mcp`, callOf('fixture_confirm', { of: 'one' }, 2, meta(asking)), modern('fixture_confirm'));
  expect(asked.body).toMatchObject({ result: { resultType: 'input_required', requestState: expect.any(String) } });
  const { requestState } = (asked.body as { result: { requestState: string } }).result;
  const answered = (input: object, state: string) => {
    const { params, ...rest } = callOf('fixture_confirm', input as Record<string, unknown>, 3, meta(asking)) as { params: object };
    const inputResponses = { confirm: { action: 'accept', content: { confirm: true } } };
    return post(`${server.url}/mcp`, { ...rest, params: { ...params, inputResponses, requestState: state } }, modern('fixture_confirm'));
  };
  const next = await answered({ of: 'one' }, requestState);
  expect(JSON.stringify(next.body)).toContain('Really?');
  const other = await answered({ of: 'another' }, requestState);
  expect(JSON.stringify(other.body)).toContain('Remove it?');
  const forged = await answered({ of: 'one' }, `${requestState.slice(0, -4)}AAAA`);
  expect(forged.body).toMatchObject({ error: { code: -32_602, message: 'Invalid or expired requestState' } });
});

describe('a call that takes long', () => {
  const ask = (method: string, taskId: string, id = 7) =>
    post(
      `${server.url}/mcp`,
      { jsonrpc: '2.0', id, method, params: { taskId, _meta: meta(forTasks) } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, 'mcp-name': taskId },
    );
  const begin = async () => {
    const { body } = await post(`${server.url}/mcp`, callOf('fixture_wait', {}, 2, meta(forTasks)), modern('fixture_wait'));
    const { result } = body as { result: { taskId: string } };
    expect({ result, isTask: isCreateTaskResultV2(result) }).toMatchObject({ isTask: true });
    return result.taskId;
  };

  it('is handed to a client that comes back for it', async () => {
    server = await startFixture({ handOffAfterMs: 20 });
    const taskId = await begin();
    expect(server.watch.waiting).toBe(1);
    const working = (await ask('tasks/get', taskId)).body as { result: unknown };
    expect({ ...working, is: isDetailedTaskV2(working.result) }).toMatchObject({ is: true, result: { status: 'working' } });
    server.watch.release();
    await server.watch.running(0);
    await expect
      .poll(async () => (await ask('tasks/get', taskId)).body)
      .toMatchObject({ result: { status: 'completed', result: { structuredContent: { said: 'released' } } } });
    expect(server.audit).toMatchObject([{ tool: 'fixture_wait', outcome: 'ok' }]);
  });

  it('ends where that client cancels it, and not because the first answer was read', async () => {
    server = await startFixture({ handOffAfterMs: 20 });
    const taskId = await begin();
    expect((await ask('tasks/cancel', taskId)).body).toMatchObject({ result: { resultType: 'complete' } });
    await server.watch.running(0);
    expect((await ask('tasks/get', taskId)).body).toMatchObject({ result: { status: 'cancelled' } });
    expect((await ask('tasks/get', 'unknown')).body).toMatchObject({ error: { code: -32_602 } });
  });

  it('ends with the server', async () => {
    server = await startFixture({ handOffAfterMs: 20 });
    await begin();
    await server.close();
    await server.watch.running(0);
    expect(server.watch.endings).toEqual(['aborted']);
  });

  it('is waited for by clients that do not come back', async () => {
    server = await startFixture({ handOffAfterMs: 20 });
    const call = post(`${server.url}/mcp`, callOf('fixture_wait', {}, 2, meta({})), modern('fixture_wait'));
    await server.watch.running(1);
    setTimeout(() => server.watch.release(), 60);
    expect((await call).body).toMatchObject({ result: { structuredContent: { said: 'released' } } });
  });

  it('is followed to its end by the extension of the official client', async () => {
    server = await startFixture({ handOffAfterMs: 20 });
    const client = await connect({ pin: '2026-07-28' }, { capabilities: forTasks });
    let count = 0;
    const session = createTaskSessionFromClient(client, {
      endpointId: 'fixture',
      rawDispatch: async (request) => {
        const { method, params } = request as unknown as { method: string; params: Record<string, string | undefined> };
        const name = params['name'] ?? params['taskId'] ?? '';
        const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, 'mcp-name': name };
        const { body } = await post(`${server.url}/mcp`, { jsonrpc: '2.0', id: ++count, ...(request as object) }, headers);
        return { kind: 'result', ...(body as { result: never }) };
      },
      v2RequestFraming: { protocolVersion: '2026-07-28', clientInfo: { name: 'test', version: '1' }, clientCapabilities: forTasks },
    });
    const execution = await session.callTool('fixture_wait', {});
    await server.watch.running(1);
    server.watch.release();
    const { outcome } = await execution.settle();
    expect(resultFromTaskOutcome(outcome)).toMatchObject({ structuredContent: { said: 'released' } });
    await session.close();
    await client.close();
  });
});
