import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcher, repository, systemPath } from '#testing/checkout.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-mcp-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = () => ['--data-dir', folder, '--sources', 'sample/js-tasks/addition'];
const env = { PATH: systemPath, HOME: process.env['HOME']!, TMPDIR: tmpdir() };

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('MCP over a network', () => {
  it('is served by ratchet mcp on an address of its own, and ends in order', async () => {
    const child = spawn(process.execPath, [launcher, 'mcp', '--port', '0', '--format', 'json', '--transport', 'sse', ...own()], {
      cwd: repository,
      env,
    });
    const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    const { url, transport } = JSON.parse(line) as { url: string; transport: string };
    expect({ transport, path: new URL(url).pathname }).toEqual({ transport: 'sse', path: '/sse' });
    const { origin } = new URL(url);
    expect(await (await fetch(`${origin}/health`)).json()).toMatchObject({ status: 'healthy', service: 'ratchet-mcp-server' });
    expect((await fetch(`${origin}/api/v1/tasks`)).status).toBe(404);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });

  it('is served by ratchet serve beside its API, and can be switched off', async () => {
    let server: RatchetServer = await startRatchet({ args: own() });
    expect(await (await fetch(`${server.url}/mcp/info`)).json()).toMatchObject({ authentication: 'none', endpoint: '/mcp' });
    await server.stop();
    server = await startRatchet({ args: ['--database-url', 'sqlite::memory:'], env: { RATCHET_MCP_ENABLED: 'false' } });
    expect((await fetch(`${server.url}/mcp/info`)).status).toBe(404);
    await server.stop();
  });

  it('is answered on a port of its own as well where the configuration names one', async () => {
    const port = await freePort();
    const server = await startRatchet({ args: own(), env: { RATCHET_MCP_PORT: String(port) } });
    for (const origin of [server.url, `http://127.0.0.1:${port}`])
      expect(await (await fetch(`${origin}/mcp/health`)).json()).toMatchObject({ status: 'healthy' });
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/tasks`)).status).toBe(404);
    await server.stop();
  });
});
