import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '#testing/checkout.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

const keys = { all: 'key-of-all-0123456789', safe: 'key-of-safe-0123456789' };
const config = `
mcp:
  authentication:
    method: api_key
    api_keys:
      - { key: ${keys.all}, name: all }
      - key: ${keys.safe}
        name: safe
        permissions:
          can_execute_tasks: true
          can_read_logs: true
          allowed_task_patterns: ["safe-*"]
          resource_quotas: { max_execution_time_secs: 20 }
`;

let folder: string;
let server: RatchetServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-mcp-keys-'));
  for (const name of ['safe-addition', 'other-addition']) {
    const task = join(folder, 'tasks', name);
    cpSync(join(repository, 'sample/js-tasks/addition'), task, { recursive: true });
    const metadata = JSON.parse(readFileSync(join(task, 'metadata.json'), 'utf8')) as object;
    writeFileSync(join(task, 'metadata.json'), JSON.stringify({ ...metadata, name, uuid: randomUUID() }));
  }
  writeFileSync(join(folder, 'ratchet.yaml'), config);
  server = await startRatchet({
    args: ['--config', join(folder, 'ratchet.yaml'), '--data-dir', join(folder, 'data'), '--sources', join(folder, 'tasks')],
    env: { RATCHET_LOG_LEVEL: 'debug' },
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(key: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${key}` } } }),
  );
  return client;
}

const run = (task: string) => ({ name: 'ratchet_execute_task', arguments: { task_id: task, input: { num1: 1, num2: 2 } } });
const failed = (code: string) => ({ isError: true, structuredContent: { error: { code } } });

describe('a client whose key is bound to some tasks', () => {
  let safe: Client;
  let all: Client;
  beforeAll(async () => {
    [safe, all] = [await connect(keys.safe), await connect(keys.all)];
  });
  afterAll(async () => {
    await Promise.all([safe.close(), all.close()]);
  });

  it('is shown the tools of its kinds only', async () => {
    const names = (await safe.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('ratchet_execute_task');
    expect(names).not.toContain('ratchet_create_task');
    expect((await all.listTools()).tools.map(({ name }) => name)).toContain('ratchet_create_task');
    const refused = await safe.callTool({ name: 'ratchet_create_task', arguments: {} });
    expect(refused).toMatchObject(failed('MCP_TOOL_NOT_ALLOWED'));
  });

  it('runs its own tasks, and finds no others', async () => {
    verifies('mcp.bounded-clients');
    expect(await safe.callTool(run('safe-addition'))).toMatchObject({ isError: false, structuredContent: { output: { sum: 3 } } });
    expect(await safe.callTool(run('other-addition'))).toMatchObject(failed('TASK_NOT_FOUND'));
    const listed = await safe.callTool({ name: 'ratchet_list_available_tasks', arguments: {} });
    expect(JSON.stringify(listed)).toContain('safe-addition');
    expect(JSON.stringify(listed)).not.toContain('other-addition');
  });

  it('does not find what tasks of others left behind', async () => {
    const other = await all.callTool(run('other-addition'));
    expect(other).toMatchObject({ structuredContent: { output: { sum: 3 } } });
    const { execution_id: id } = other.structuredContent as { execution_id: string };
    for (const name of ['ratchet_get_execution_status', 'ratchet_get_execution_logs'])
      expect(await safe.callTool({ name, arguments: { execution_id: id } })).toMatchObject(failed('EXECUTION_NOT_FOUND'));
    const lists = ['ratchet_list_executions', 'ratchet_list_jobs'];
    for (const name of lists) expect(JSON.stringify(await safe.callTool({ name, arguments: {} }))).not.toContain('other-addition');
    const resources = await safe.listResources();
    expect(JSON.stringify(resources)).not.toContain('other-addition');
    await expect(safe.readResource({ uri: 'ratchet://tasks/other-addition/code' })).rejects.toThrow(/not found|no task/i);
  });

  it('leaves its name in the log, and never its key or what it sent', () => {
    expect(server.stderr()).toMatch(/MCP call client=safe tool=ratchet_execute_task outcome=ok/);
    expect(server.stderr()).not.toContain('key-of-');
    expect(server.stderr()).not.toContain('num1');
  });
});
