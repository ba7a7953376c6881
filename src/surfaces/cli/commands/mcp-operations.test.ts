import { call, localCaller } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { generateMcpServersOperation } from './mcp-operations.ts';

describe('what an MCP client is told', () => {
  const generate = async (wishes: Readonly<Record<string, unknown>> = {}) => {
    const { text } = await call(generateMcpServersOperation, {}, wishes, { caller: localCaller, now: () => 0 });
    return JSON.parse(text) as unknown;
  };

  it('is a program to start, or an address to call, in the words of its file', async () => {
    expect(await generate()).toEqual({ mcpServers: { ratchet: { command: 'ratchet', args: ['mcp-serve'] } } });
    expect(await generate({ format: 'claude-code', transport: 'http', port: 8080 })).toEqual({
      mcpServers: { ratchet: { type: 'http', url: 'http://127.0.0.1:8080/mcp' } },
    });
    expect(await generate({ transport: 'sse', host: '::1' })).toEqual({ mcpServers: { ratchet: { url: 'http://[::1]:8090/sse' } } });
    expect(await generate({ format: 'claude-config', name: 'mine', command: '/opt/ratchet', env: ['RUST_LOG=info', 'A=b=c'] })).toEqual({
      mcpServers: { mine: { command: '/opt/ratchet', args: ['mcp-serve'], env: { RUST_LOG: 'info', A: 'b=c' } } },
    });
    expect(await generate({ format: 'vscode', server: 'http://host:1', config: 'r.yaml' })).toEqual({
      servers: { ratchet: { type: 'stdio', command: 'ratchet', args: ['mcp-serve', '--config', 'r.yaml', '--server', 'http://host:1'] } },
    });
    expect(await generate({ args: ['a', 'b'] })).toEqual({ mcpServers: { ratchet: { command: 'ratchet', args: ['a', 'b'] } } });
  });

  it('is refused where the client could not use it', async () => {
    await expect(generate({ format: 'claude-desktop', transport: 'http' })).rejects.toThrow('starts programs');
    await expect(generate({ env: ['no equals sign'] })).rejects.toThrow('KEY=VALUE');
    await expect(generate({ name: 'a b' })).rejects.toThrow('letters');
  });
});
