import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdioTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';
import { initialize } from '#surfaces/mcp/transport/raw-exchange-for-test.ts';
import { adding, ownStore, requests, startedProgram } from './mcp-program.ts';
import { verifies } from '../../requirements/verifies.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-mcp-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = () => ownStore(folder);
const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };

describe('ratchet mcp-serve', () => {
  it.each([
    ['2026-07-28', { pin: '2026-07-28' }],
    ['an earlier revision', 'legacy'],
  ] as const)('runs a task for the official client, over %s', async (_name, mode) => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport(startedProgram(['mcp-serve', ...own()])));
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('ratchet_execute_task');
    expect(await client.callTool(adding)).toMatchObject({ isError: false, structuredContent: { output: { sum: 15 } } });
    await client.close();
  });

  it('runs a task for the client of the first SDK', async () => {
    const client = new OldClient({ name: 'test', version: '1' });
    await client.connect(new OldStdioTransport(startedProgram(['mcp-serve', ...own()])));
    expect(await client.callTool(adding)).toMatchObject({ structuredContent: { output: { sum: 15 } } });
    await client.close();
  });

  it('writes nothing but the protocol, logs errors only, and ends with its input', async () => {
    verifies('mcp.stdio');
    const { stdout, stderr, code } = await ratchet(['mcp-serve', ...own()], { stdin: requests(initialize(), list) });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: number }).id),
    ).toEqual([1, 2]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const loud = await ratchet(['mcp-serve', ...own()], {
      stdin: requests(initialize(), { jsonrpc: '2.0', id: 2, method: 'tools/call', params: adding }),
      env: { RUST_LOG: 'info' },
    });
    expect(loud.stderr).toMatch(/MCP call .*tool=ratchet_execute_task outcome=ok/);
    expect(loud.stderr).not.toContain('num1');
    expect(
      loud.stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { jsonrpc: string }).jsonrpc),
    ).toEqual(['2.0', '2.0']);
  });
});
