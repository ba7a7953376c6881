import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayDo, settingsFrom, systemClock } from '#kernel/index.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, openSession, post } from '../transport/raw-exchange-for-test.ts';
import { startFixture } from '../mcp-harness.ts';
import { addressFilter } from './address-filter.ts';
import { keyClient, openClient } from './client.ts';
import { controlCharacterIn } from './control-character.ts';
import { createGatekeeper } from './gatekeeper.ts';
import { readClients } from './known-clients.ts';
import { matchesPattern } from './task-pattern.ts';

const settings = settingsFrom();

describe('who a client is', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ratchet-clients-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read from a key in either spelling, or a header of its own', () => {
    const { identify } = readClients(
      settingsFrom({
        'mcp.authentication.method': 'api_key',
        'mcp.authentication.api_keys': [
          { key: 'first-key', name: 'first' },
          { key: 'old-key', name: 'old', expires_at: '2020-01-01T00:00:00Z' },
          { key: 'off-key', name: 'off', active: false },
        ],
      }),
      systemClock,
    );
    for (const said of [{ authorization: 'Bearer first-key' }, { authorization: 'apikey first-key' }, { apiKey: 'first-key' }])
      expect(identify(said).name).toBe('first');
    for (const said of [
      {},
      { authorization: 'Basic first-key' },
      { apiKey: 'old-key' },
      { apiKey: 'off-key' },
      { apiKey: 'FIRST-KEY' },
      { apiKey: '' },
    ])
      expect(() => identify(said)).toThrow('has to know who calls');
  });

  it('is read from a token in a file, which has to be a secret', () => {
    const file = join(folder, 'token');
    const read = () =>
      readClients(settingsFrom({ 'mcp.authentication.method': 'token', 'mcp.authentication.token_file': file }), systemClock);
    expect(read).toThrow('there is no such file');
    writeFileSync(file, 'short\n');
    expect(read).toThrow('fewer than 16 characters');
    writeFileSync(file, 'a-token-of-enough-length\n');
    expect(read().identify({ authorization: 'Bearer a-token-of-enough-length' }).name).toBe('token');
  });

  it.each(['jwt', 'oauth2'])('cannot be proved with %s yet, and nothing starts', (method) => {
    expect(() => readClients(settingsFrom({ 'mcp.authentication.method': method }), systemClock)).toThrow(`is ${method}`);
  });
});

describe('what a client may do', () => {
  it('is what its key names, and looking', () => {
    const client = keyClient(settings, 'one', { can_execute_tasks: true, allowed_task_patterns: ['safe-*', '*-public', 'exact'] });
    const allowed = (['execute', 'logs', 'traces', 'monitor', 'develop', 'debug'] as const).filter((kind) => client.refusal(kind) === null);
    expect(allowed).toEqual(['execute', 'monitor']);
    expect(['task:run', 'job:read', 'execution:create'].map((permission) => mayDo(client.caller, permission))).toEqual([true, true, true]);
    expect(['task:update', 'repository:create', 'system:write'].map((permission) => mayDo(client.caller, permission))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['safe-one', 'very-public', 'exact', 'exactly', 'unsafe'].map(client.maySee)).toEqual([true, true, true, false, false]);
    expect(client.seesEveryTask).toBe(false);
  });

  it('is everything with a key without permissions, save for what the server switches off', () => {
    const off = settingsFrom({ 'mcp.tools.enable_debugging': false });
    expect(keyClient(off, 'all', null).refusal('debug')).toEqual({ needs: 'mcp.tools.enable_debugging', isOff: true });
    expect(keyClient(off, 'all', null).refusal('develop')).toBeNull();
    expect(openClient(off, 'local').seesEveryTask).toBe(true);
  });

  it('has limits of its own, never wider than those of the server', () => {
    const { limits, perMinute } = keyClient(settings, 'small', {
      rate_limits: { execute_task_per_minute: 2 },
      resource_quotas: {
        max_execution_time_secs: 60,
        max_memory_mb: 64,
        max_log_entries_per_request: 100,
        max_request_size_bytes: 10 ** 9,
      },
    });
    expect(limits).toMatchObject({ maxExecutionMs: 60_000, maxMemoryMb: 64, maxLogEntries: 100, maxRequestBytes: 10 * 1024 ** 2 });
    expect(perMinute).toMatchObject({ execute: 2, total: null });
  });

  it.each([
    ['*', 'anything', true],
    ['abc*', 'abcd', true],
    ['abc*', 'xabc', false],
    ['*abc', 'xabc', true],
    ['*b*', 'abc', true],
    ['abc', 'ABC', false],
    ['a.c', 'abc', false],
  ])('the pattern %s and the name %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
  });
});

describe('the gate', () => {
  const clockAt = (ms: { now: number }) => ({ now: () => ms.now, monotonic: () => ms.now });

  it('says how long to wait after too many calls in a minute, and lets one through after that', () => {
    const time = { now: 0 };
    const gate = createGatekeeper(settings, clockAt(time));
    const client = keyClient(settings, 'busy', { can_execute_tasks: true, rate_limits: { execute_task_per_minute: 2 } });
    const tool = { name: 'ratchet_execute_task', kind: 'execute' as const };
    gate.tool(client, tool, {})();
    gate.tool(client, tool, {})();
    expect(() => gate.tool(client, tool, {})).toThrow('More than 2 calls of tools that run tasks in a minute.');
    time.now = 29_999;
    expect(() => gate.tool(client, tool, {})).toThrow('More than 2');
    time.now = 30_001;
    gate.tool(client, tool, {})();
    // Another client has a minute of its own.
    gate.tool(keyClient(settings, 'other', null), tool, {})();
  });

  it('counts the requests of all clients together', () => {
    const gate = createGatekeeper(settingsFrom({ 'mcp.security.rate_limiting.global_per_minute': 2 }), clockAt({ now: 0 }));
    gate.request(keyClient(settings, 'a', null));
    gate.request(keyClient(settings, 'b', null));
    expect(() => gate.request(keyClient(settings, 'c', null))).toThrow('requests of all clients');
  });

  it('lets so many run at one time, and the next when one has ended', () => {
    const gate = createGatekeeper(settings, clockAt({ now: 0 }));
    const client = keyClient(settings, 'two', { can_execute_tasks: true, rate_limits: { max_concurrent_executions: 2 } });
    const begin = () => gate.tool(client, { name: 't', kind: 'execute' }, {});
    const [first] = [begin(), begin()];
    expect(begin).toThrow('two runs 2 tasks already');
    first();
    first();
    begin();
    expect(begin).toThrow('two runs 2');
  });

  it('finds control characters wherever they are, unless told not to', () => {
    expect(controlCharacterIn({ a: { b: ['fine\n\t', 'bad\u001b[31m'] } })).toEqual({ path: 'a.b.1', code: 'U+001B' });
    expect(controlCharacterIn('\u0000')).toEqual({ path: 'as a whole', code: 'U+0000' });
    expect(controlCharacterIn({ a: 'ключ 🔑', b: 1, c: null })).toBeNull();
    const gate = (isOn: boolean) => createGatekeeper(settingsFrom({ 'mcp.security.input_sanitization': isOn }), clockAt({ now: 0 }));
    const call = (isOn: boolean) => gate(isOn).tool(openClient(settings, 'local'), { name: 't', kind: 'monitor' }, { a: '\u0007' });
    expect(() => call(true)).toThrow('U+0007');
    call(false)();
  });

  it('looks at addresses where it is told to', () => {
    const letIn = addressFilter(
      settingsFrom({
        'mcp.security.ip_filtering.enabled': true,
        'mcp.security.ip_filtering.default_policy': 'deny',
        'mcp.security.ip_filtering.allowed_ranges': ['10.0.0.0/8', '192.168.1.7', 'fd00::/8'],
      }),
    );
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.168.1.7', 'fd12::1']) letIn(address);
    for (const address of ['11.0.0.1', '192.168.1.8', '::1', 'nonsense']) expect(() => letIn(address)).toThrow('not let in');
    addressFilter(settings)('11.0.0.1');
  });
});

describe('limits over the wire', () => {
  it('are answered with what to do', async () => {
    const server = await startFixture({
      settings: {
        'mcp.authentication.method': 'api_key',
        'mcp.authentication.api_keys': [
          {
            key: 'the-small-key',
            name: 'small',
            permissions: {
              can_read_logs: true,
              rate_limits: { total_requests_per_minute: 6 },
              resource_quotas: { max_request_size_bytes: 500, max_response_size_bytes: 2_000 },
            },
          },
        ],
      },
    });
    try {
      const headers = await openSession(server.url, '2025-06-18', { authorization: 'Bearer the-small-key' });
      const call = async (...given: Parameters<typeof callOf>) => (await post(`${server.url}/mcp`, callOf(...given), headers)).body;
      const failed = (code: string) => ({ result: { isError: true, structuredContent: { error: { code } } } });
      expect(await call('fixture_wait')).toMatchObject(failed('MCP_TOOL_NOT_ALLOWED'));
      expect(await call('fixture_large', { bytes: 5_000 })).toMatchObject(failed('MCP_ANSWER_TOO_LARGE'));
      expect(await call('fixture_echo', { message: 'x'.repeat(600) })).toMatchObject(failed('MCP_REQUEST_TOO_LARGE'));
      const { result } = (await post(`${server.url}/mcp`, { jsonrpc: '2.0', id: 3, method: 'tools/list' }, headers)).body as {
        result: { tools: { name: string }[] };
      };
      expect(result.tools.map(({ name }) => name)).not.toContain('fixture_wait');
      expect(await call('fixture_limits')).toMatchObject({ result: { isError: false } });
      let last: unknown;
      for (let at = 0; at < 20 && !JSON.stringify(last ?? '').includes('MCP_RATE_EXCEEDED'); at++) last = await call('fixture_limits');
      expect(last).toMatchObject({
        error: { code: -32_000, data: { code: 'MCP_RATE_EXCEEDED', retryable: true, details: { retryAfterSeconds: expect.any(Number) } } },
      });
    } finally {
      await server.close();
    }
  });
});
