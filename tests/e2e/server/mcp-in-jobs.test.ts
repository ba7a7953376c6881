import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { isProcessAlive } from '../../../src/kernel/index.ts';
import { stdioServer } from '../../../src/testing/mcp-server.ts';
import { startRatchet, type RatchetServer } from '../../../src/testing/ratchet-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-mcp-in-jobs-'));
const secret = 'of-the-operator-4711';
let server: RatchetServer | null = null;
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function writeTask(name: string, servers: readonly string[], body: string): void {
  const at = join(folder, 'tasks', name);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'metadata.json'), JSON.stringify({ name, label: name, version: '1.0.0', requirements: { mcp: servers } }));
  writeFileSync(join(at, 'main.js'), `(async function (input) {\n${body}\n})`);
}

interface Answer {
  readonly data: Record<string, unknown> & {
    readonly result: { readonly output: unknown };
    readonly error: { readonly code: string } | null;
  };
}

async function ask<Said = Answer>(path: string, body?: unknown): Promise<Said> {
  const answer = await fetch(`${server!.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Said;
}

it('jobs call MCP servers, are recorded and traced without the secrets of the configuration, and leave no process behind', async () => {
  writeTask('asks', ['one'], "return { text: (await mcp.invokeTool('one', input.tool, input.args)).content[0].text };");
  writeTask('lacks', ['absent'], 'return 1;');
  // JSON is YAML.
  writeFileSync(join(folder, 'ratchet.yaml'), JSON.stringify({ mcp: { servers: [stdioServer('one', { API_KEY: '${HARNESS_KEY}' })] } }));
  server = await startRatchet({
    args: ['--config', join(folder, 'ratchet.yaml'), '--sources', join(folder, 'tasks'), '--data-dir', join(folder, 'data')],
    env: { HARNESS_KEY: secret },
  });
  const run = (taskId: string, input: unknown) => ask('/jobs', { taskId, input, record: 'all', wait: '25s' });

  const pids = await Promise.all(['a', 'b', 'c'].map(() => run('asks', { tool: 'pid', args: {} })));
  const shown = pids.map((one) => JSON.stringify(one));
  const [pid, ...others] = shown.map((text) => Number(/"text":"(\d+)"/.exec(text)?.[1]));
  expect(pid).toBeGreaterThan(0);
  expect(others).toEqual([pid, pid]);

  const env = await run('asks', { tool: 'env', args: {} });
  expect(JSON.stringify(env)).not.toContain(secret);
  const { data: executions } = await ask<{ data: { id: string }[] }>('/executions?sort=-id&limit=1');
  const id = executions[0]!.id;
  const trace = await ask<unknown>(`/executions/${id}/trace`);
  expect(JSON.stringify(trace)).toContain('"kind":"mcp","method":"tools/call","url":"mcp://one/env"');
  expect(JSON.stringify(trace)).not.toContain(secret);
  const recording = await ask<{ data: { effects: string } }>(`/executions/${id}/recording`);
  const effects = Buffer.from(recording.data.effects, 'base64').toString('utf8');
  expect(effects).toContain('mcp://one/env');
  expect(effects).not.toContain(secret);

  expect(JSON.stringify(await run('lacks', {}))).toContain('MCP_SERVER_NOT_CONFIGURED');

  expect(server.stderr()).not.toContain(secret);
  await server.stop();
  await vi.waitFor(() => expect(isProcessAlive(pid!)).toBe(false), 5_000);
}, 60_000);
