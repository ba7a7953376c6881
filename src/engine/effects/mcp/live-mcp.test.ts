import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { isProcessAlive } from '#kernel/index.ts';
import { stdioServer } from '#testing/mcp-server.ts';
import { failureOf, mcpWorld, textOf, valueOf } from '#testing/mcp-world.ts';
import { createLiveEffects } from '../live-effects.ts';

describe('calls of an MCP server that is a process of ours', () => {
  it('list servers and tools, call a tool, and ask a model by the tool that stands for it', async () => {
    const { ask, call, run } = mcpWorld([stdioServer('one'), stdioServer('two')]);
    expect(valueOf(await ask('servers/list', null, null))).toEqual(['one', 'two']);
    expect((valueOf(await ask('tools/list', 'one', null)) as { name: string }[]).map(({ name }) => name)).toContain('echo');
    expect(valueOf(await call('one', 'add', { a: 2, b: 3 }))).toEqual({
      content: [{ type: 'text', text: '5' }],
      structuredContent: { sum: 5 },
    });
    expect(textOf(await ask('complete', 'one', null, { messages: [{ role: 'user', content: 'hi' }] }))).toBe('You said: hi');
    expect(run.records().map(({ kind, method, url, status }) => [kind, method, url, status])).toEqual([
      ['mcp', 'servers/list', 'mcp:servers', 200],
      ['mcp', 'tools/list', 'mcp://one', 200],
      ['mcp', 'tools/call', 'mcp://one/add', 200],
      ['mcp', 'complete', 'mcp://one', 200],
    ]);
  });

  it('share one process between executions, and start none before the first call', async () => {
    const { begin, call } = mcpWorld([stdioServer('one')]);
    const pid = textOf(await call('one', 'pid'));
    expect(textOf(await call('one', 'pid', {}, undefined, begin()))).toBe(pid);
  });

  it('fail with names that say what is wrong: an unknown tool, a tool that failed, no model', async () => {
    const { ask, call } = mcpWorld([stdioServer('one', { NO_COMPLETION: '1' })]);
    const unknown = failureOf(await call('one', 'nope'));
    expect(unknown).toMatchObject({ name: 'McpToolUnknownError', reason: 'tool-unknown' });
    expect(unknown!.message).toMatch(/no tool nope of MCP server one; its tools are echo, add/);
    const failed = await call('one', 'fail', { why: 'no bread' });
    expect('answer' in failed && failed.answer.status).toBe(422);
    expect(valueOf(failed)).toMatchObject({ isError: true, structuredContent: { why: 'no bread' } });
    const silent = failureOf(await ask('complete', 'one', null, { messages: [] }));
    expect(silent).toMatchObject({ name: 'McpError', reason: 'no-completion' });
    expect(silent!.message).toContain('echo, add');
  });

  it('refuse what the task does not declare, what is no call, and more calls than allowed, without a process', async () => {
    const { effects, ask, call } = mcpWorld([stdioServer('one')], { 'execution.max_mcp_calls': 2, 'mcp.calls.max_request_bytes': 20 });
    expect(failureOf(await ask('tools/call', 'other', 'echo', {}))).toMatchObject({ name: 'McpServerUnknownError' });
    expect(failureOf(await ask('tools/call', 'one', 'echo', { text: 'x'.repeat(20) }))).toMatchObject({ reason: 'too-large' });
    expect(failureOf(await ask('tools/call', 'one', 'echo', {}))).toMatchObject({ reason: 'limit' });
    const stranger = effects.begin({ executionId: 'f', network: null });
    expect(stranger.hasMcp).toBe(false);
    expect(failureOf(await call('one', 'pid', {}, undefined, stranger))).toMatchObject({ reason: 'server-unknown' });
  });

  it('say before the task runs that a server it needs is not configured', () => {
    const effects = createLiveEffects(settingsFrom({ 'mcp.servers': [stdioServer('one')] }));
    const { refusal } = effects.begin({ executionId: 'e', network: null, mcp: ['one', 'claude'] });
    expect(refusal?.code).toBe('MCP_SERVER_NOT_CONFIGURED');
    expect(refusal?.hint).toContain('mcp.servers');
  });

  it('end with the execution', async () => {
    const { call } = mcpWorld([stdioServer('one')]);
    await call('one', 'echo');
    const end = new AbortController();
    const slow = call('one', 'slow', { ms: 60_000 }, end.signal);
    end.abort();
    expect(failureOf(await slow)).toMatchObject({ name: 'AbortError' });
  });

  it('give the process no environment but PATH and what is configured, and take that out of what it says', async () => {
    process.env['HOST_SECRET_FOR_TEST'] = 'of the host';
    onTestFinished(() => void delete process.env['HOST_SECRET_FOR_TEST']);
    const { call } = mcpWorld([stdioServer('one', { API_TOKEN: 'tok-"quoted"-12345', LOG_LEVEL: 'verbose' })]);
    const text = textOf(await call('one', 'env'));
    const env = JSON.parse(text) as Record<string, string>;
    expect(Object.keys(env).filter((name) => !name.startsWith('__'))).toEqual(expect.arrayContaining(['PATH', 'API_TOKEN', 'LOG_LEVEL']));
    expect(env).not.toHaveProperty('HOST_SECRET_FOR_TEST');
    expect(env).not.toHaveProperty('HOME');
    expect(text).not.toContain('12345');
    expect(env).toMatchObject({ API_TOKEN: '__secret_mcp_one__', LOG_LEVEL: 'verbose' });
  });

  it('say how a server cannot be started, to the task without and to the operator with what it printed', async () => {
    const said: string[] = [];
    const transport = (command: string, args: string[]) => ({ transport: { stdio: { command, args } } });
    const servers = [
      { name: 'absent', ...transport('no-such-command-here', []) },
      { name: 'broken', ...transport(process.execPath, ['-e', 'console.error("the reason"); process.exitCode = 9']) },
    ];
    const { call } = mcpWorld(servers, {}, (line) => said.push(line));
    expect(failureOf(await call('absent', 'echo'))!.message).toContain('it cannot be started (ENOENT)');
    expect(failureOf(await call('broken', 'echo'))!.message).toContain('it ended with code 9');
    expect(said).toContain('MCP server broken: it ended with code 9; it printed the reason');
  });

  it('end the process when nobody calls any more, and with the host', async () => {
    const { call, effects } = mcpWorld([stdioServer('one'), stdioServer('two')], { 'mcp.calls.idle_timeout': 0.05 });
    const pid = Number(textOf(await call('one', 'pid')));
    await vi.waitFor(() => expect(isProcessAlive(pid)).toBe(false), 5_000);
    const next = Number(textOf(await call('one', 'pid')));
    await effects.close();
    expect(isProcessAlive(next)).toBe(false);
    expect(failureOf(await call('one', 'pid'))).not.toBeNull();
  });
});
