import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ratchet } from '#testing/ratchet-process.ts';
import { startRatchet } from '#testing/ratchet-server.ts';
import { initialize } from '#surfaces/mcp/transport/raw-exchange-for-test.ts';
import { adding, ownStore, requests, startedProgram } from './mcp-program.ts';
import { verifies } from '../../requirements/verifies.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-mcp-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const own = () => ownStore(folder);

describe('ratchet mcp-serve that cannot have its way', () => {
  it('says how to speak for the server that has its store, and does', { timeout: 60_000 }, async () => {
    const server = await startRatchet({ args: own() });
    try {
      const refused = await ratchet(['mcp-serve', '--data-dir', folder], { stdin: requests(initialize()) });
      expect(refused).toMatchObject({ code: 8, stdout: '' });
      expect(refused.stderr).toContain('is in use by process');
      expect(refused.stderr).toContain('ratchet mcp-serve --server http://127.0.0.1:8080');
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport(startedProgram(['mcp-serve', '--server', server.url])));
      expect(await client.callTool(adding)).toMatchObject({ structuredContent: { output: { sum: 15 } } });
      await server.stop();
      const gone = await client.callTool(adding);
      expect(gone).toMatchObject({ isError: true, structuredContent: { error: { code: 'SERVER_UNREACHABLE' } } });
      await client.close();
    } finally {
      await server.stop();
    }
  });

  it('does not start where it could not check who comes', async () => {
    verifies('mcp.nobody-unnamed');
    const config = ['--config', join(folder, 'r.yaml')];
    const start = async (yaml: string, ...args: string[]) => {
      await writeFile(config[1]!, yaml);
      return ratchet(['mcp', ...config, ...own(), '--port', '0', ...args], { stdin: '' });
    };
    const oauth = await start('mcp: { authentication: { method: oauth2 } }');
    expect(oauth).toMatchObject({ code: 2 });
    expect(oauth.stderr).toContain('MCP_AUTHENTICATION_UNAVAILABLE');
    const open = await start('mcp: {}', '--host', '0.0.0.0');
    expect(open).toMatchObject({ code: 2 });
    expect(open.stderr).toContain('--insecure');
    expect((await start('mcp: { authentication: { method: api_key } }')).stderr).toContain('api_keys');
    expect((await start('mcp: { authentication: { method: token } }')).stderr).toContain('token_file');
  });
});
