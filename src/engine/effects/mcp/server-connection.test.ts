import { describe, expect, it, vi } from 'vitest';
import { isProcessAlive } from '#kernel/index.ts';
import { stdioServer } from '#testing/mcp-server.ts';
import { failureOf, mcpWorld, textOf } from '#testing/mcp-world.ts';

describe('calls of an MCP server that misbehaves', () => {
  it('run out of time, and leave the server to others', async () => {
    const { call, limit } = mcpWorld([stdioServer('one')]);
    await call('one', 'echo');
    limit.seconds = 2;
    const [late, other] = await Promise.all([call('one', 'slow', { ms: 60_000 }), call('one', 'echo', { a: 1 })]);
    expect(failureOf(late)).toMatchObject({ name: 'TimeoutError', reason: 'timeout' });
    expect(textOf(other)).toBe('{"a":1}');
  });

  it('tell of a crash, and reach the server that is started anew', async () => {
    const { call } = mcpWorld([stdioServer('one')]);
    const before = textOf(await call('one', 'pid'));
    const [crash, other] = await Promise.all([call('one', 'crash'), call('one', 'slow', { ms: 30_000 })]);
    for (const outcome of [crash, other]) {
      expect(failureOf(outcome)).toMatchObject({ name: 'NetworkError', reason: 'connection-lost' });
      expect(failureOf(outcome)!.message).toContain('it ended with code 3');
    }
    expect(textOf(await call('one', 'pid'))).not.toBe(before);
  });

  it('give up a server that answers nothing, and start it anew; another server is not held up', async () => {
    const { call, limit } = mcpWorld([stdioServer('stuck'), stdioServer('fine')]);
    const pid = Number(textOf(await call('stuck', 'pid')));
    await call('fine', 'echo');
    limit.seconds = 2;
    const hanging = [call('stuck', 'hang'), call('stuck', 'echo'), call('stuck', 'echo')];
    expect(textOf(await call('fine', 'echo', { is: 'fine' }))).toBe('{"is":"fine"}');
    for (const outcome of await Promise.all(hanging)) expect(failureOf(outcome)).toMatchObject({ name: 'TimeoutError' });
    await vi.waitFor(() => expect(isProcessAlive(pid)).toBe(false), 5_000);
    limit.seconds = 25;
    expect(Number(textOf(await call('stuck', 'pid')))).not.toBe(pid);
  });

  it('pass over what is no message, and cut off an answer without measure and a flood', async () => {
    const { call } = mcpWorld([stdioServer('one')], { 'mcp.calls.max_response_bytes': 100_000 });
    expect(textOf(await call('one', 'garbage'))).toBe('after garbage');
    expect(textOf(await call('one', 'huge', { bytes: 50_000 }))).toHaveLength(50_000);
    const huge = failureOf(await call('one', 'huge', { bytes: 3_000_000 }));
    expect(huge).toMatchObject({ name: 'NetworkError', reason: 'too-large' });
    const flood = failureOf(await call('one', 'flood'));
    expect(flood!.message).toContain('it floods Ratchet with messages');
    const large = mcpWorld([stdioServer('large')]);
    expect(failureOf(await large.call('large', 'flood', { bytes: 2_000_000 }))!.message).toContain('it floods Ratchet with messages');
    expect(textOf(await call('one', 'echo', {}))).toBe('{}');
  });

  it('go through a hundred at a time, as many at the server as allowed', async () => {
    const { call } = mcpWorld([stdioServer('one')], { 'mcp.calls.max_at_once': 7 });
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => call('one', 'echo', { n })));
    expect(outcomes.map(textOf)).toEqual(Array.from({ length: 100 }, (_, n) => `{"n":${n}}`));
  });
});
