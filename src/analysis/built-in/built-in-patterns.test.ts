import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createEngine,
  createLiveEffects,
  createMockedEffects,
  createRecordedEffects,
  type EffectsProvider,
  type Engine,
  type LimitWishes,
} from '#engine/index.ts';
import { createExecutions, failureOf, type Executions, type Failure } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { filesFromMemory, loadFrom } from '#tasks/index.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { startHttpStub, type HttpStub } from '../../testing/http-stub.ts';
import { matchesOf } from '../pattern/compile-pattern.ts';
import { factsOfFailure } from '../pattern/error-facts.ts';
import { compiledBuiltIns } from '../pattern/pattern-book.ts';
import { readRegex } from '../regex/read-regex.ts';
import type { ErrorRule } from '../pattern/error-pattern.ts';
import { builtInPatterns } from './built-in-patterns.ts';

const inTests = {
  'engine.workers': 2,
  'execution.max_execution_duration': 20,
  'execution.max_output_chars': 10_000,
  'execution.max_requests': 5,
  'http.max_response_bytes': 10_000,
};
const settings = settingsFrom(inTests);

interface World {
  readonly engine: Engine;
  readonly live: EffectsProvider;
  /** As on a server: loopback is no place for tasks. */
  readonly onServer: EffectsProvider;
  readonly executions: Executions;
  readonly stub: HttpStub;
  readonly secure: HttpStub;
}
let world: World;

beforeAll(async () => {
  const engine = await createEngine(settings);
  const live = createLiveEffects(settings, { profile: 'development' });
  world = {
    engine,
    live,
    onServer: createLiveEffects(settings, { profile: 'server' }),
    executions: createExecutions({ engine, effects: live, settings, ids: uuidSource(), clock: systemClock }),
    stub: await startHttpStub({
      '/html': (_request, response) => void response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><p>down'),
      '/garbage': (_request, response) => void response.socket?.end('not http at all\r\n\r\n'),
      '/break': (_request, response) => void response.socket?.destroy(),
      '/large': (_request, response) => void response.end('x'.repeat(20_000)),
    }),
    secure: await startHttpStub({}, { tls: true }),
  };
});
afterAll(async () => {
  await world.engine.close();
  await Promise.all([world.live.close(), world.onServer.close(), world.stub.close(), world.secure.close()]);
});

interface Run {
  readonly input?: unknown;
  readonly limits?: LimitWishes;
  readonly files?: Readonly<Record<string, string>>;
  readonly network?: readonly string[];
  readonly effects?: (of: World) => EffectsProvider;
}

/** What a task with this body really fails with. */
async function failureIn(body: string, { input = {}, limits = {}, files = {}, network, effects }: Run = {}): Promise<Failure> {
  const metadata = { uuid: '00000000-0000-4000-8000-00000000000a', version: '1.0.0', label: 'test', ...(network && { network }) };
  const code = `async function main(input, context) {\n${body.replaceAll('$URL', world.stub.url).replaceAll('$TLS', world.secure.url)}\n}`;
  const task = await loadFrom(filesFromMemory('test', { 'metadata.json': JSON.stringify(metadata), 'main.js': code, ...files }));
  const { error, logsDropped } = await world.executions.run({ task, input: JSON.stringify(input), limits, effects: effects?.(world) });
  if (error === null) throw new Error('the task did not fail');
  const failure = failureOf(error);
  return logsDropped === 0 ? failure : { ...failure, data: { ...failure.data, logsDropped } };
}

const idsOf = (failure: Failure): string[] =>
  matchesOf(factsOfFailure(failure), compiledBuiltIns()).map(({ compiled }) => compiled.pattern.id);
const schema = (said: object) => JSON.stringify({ type: 'object', ...said });
/** An error as the platform makes it, in the form in which it is stored. */
const stored = (code: string, data: Record<string, unknown> = {}): Failure => ({
  code,
  message: `${code} happened`,
  hint: '',
  retryable: false,
  data,
});

/** By pattern: bodies of tasks that fail in its way, and how they are run. The first pattern that such a failure fits is this one. */
const failing: Readonly<Record<string, readonly (readonly [body: string, run?: Run])[]>> = {
  null_access: [
    ['return input.user.name;'],
    ['const { a } = input.none; return a;'],
    ['input.none.x = 1;'],
    ['return Object.keys(null);'],
    ['return null.length;'],
    ['const { a: { b } } = input; return b;'],
  ],
  not_a_function: [
    ['return input.list.map((x) => x);', { input: { list: {} } }],
    ['return new input.x();', { input: { x: 1 } }],
    ['return undefined ?? (0)();'],
  ],
  not_iterable: [
    ['for (const x of input.list) return x;', { input: { list: {} } }],
    ['const [a] = input.none; return a;'],
    ['return [...input.list];', { input: { list: 5 } }],
  ],
  constant_changed: [
    ['const a = 1; a = 2;'],
    ['"use strict"; Object.freeze(input).x = 1;'],
    ['"use strict"; const o = Object.freeze({ a: 1 }); o.a = 2;'],
  ],
  type_conversion: [
    ['return [].reduce((a, b) => a + b);'],
    ["return 'a' in 'text';"],
    ['return `${Symbol()}`;'],
    ['return 1 instanceof 5;'],
  ],
  bigint_mixed: [['return 1n + 1;'], ['return JSON.stringify({ a: 1n });'], ['return { total: 10n };'], ['return Math.max(1n);']],
  node_api_missing: [
    ["const name = 'fs'; return globalThis['req' + 'uire'] ? 1 : window;"],
    ['return window.location;'],
    ['return __dirname;'],
  ],
  reference_error: [['return total;'], ['const b = a; const a = 1; return b;']],
  syntax_error: [["return new RegExp('[');"], ["return new RegExp('(');"]],
  stack_overflow: [['const f = () => f(); return f();'], ['const o = { get a() { return this.a; } }; return o.a;']],
  invalid_date: [
    ["return new Date('tomorrow').toISOString();"],
    ["return new Intl.DateTimeFormat('en', { timeZone: 'Mars/Base' }).format(0);"],
  ],
  range_error: [['return new Array(-1);'], ["return 'a'.repeat(-1);"], ['return (1).toFixed(200);'], ['return String.fromCodePoint(-1);']],
  json_html: [["const r = await fetch('$URL/html'); return JSON.parse(await r.text());"], ["return JSON.parse('<html>');"]],
  json_parse: [
    ["return JSON.parse('');"],
    ["return JSON.parse('{a: 1}');"],
    ["return JSON.parse('[1,]');"],
    ['return JSON.parse(undefined);'],
    ["return JSON.parse('{} x');"],
  ],
  json_circular: [['const a = {}; a.self = a; return JSON.stringify(a);'], ['const a = {}; a.self = a; return a;']],
  unhandled_rejection: [["await new Promise((resolve) => setTimeout(() => { throw new Error('late'); resolve(); }, 1));"]],
  promise_never_settles: [['return new Promise(() => {});']],
  assertion_failed: [
    ["class AssertionError extends Error { name = 'AssertionError' } throw new AssertionError('not so');"],
    ["throw new Error('Assertion failed: total is positive');"],
    ["throw new Error('Expected 1 to equal 2');"],
  ],
  thrown_without_error: [["throw 'no';"], ['throw 5;'], ["throw { reason: 'because' };"], ['await Promise.reject(undefined);']],
  uri_malformed: [["return decodeURIComponent('%');"], ["return encodeURIComponent('\\uD800');"]],

  input_invalid: [
    ['return 1;', { input: { n: 200 }, files: { 'input.schema.json': schema({ properties: { n: { type: 'number', maximum: 5 } } }) } }],
  ],
  output_invalid: [
    ['return { n: 200 };', { files: { 'output.schema.json': schema({ properties: { n: { type: 'number', maximum: 5 } } }) } }],
  ],
  output_not_json: [['return { f() {} };'], ['return { ratio: 0 / 0 };'], ['return new Map();']],
  schema_missing_field: [
    ['return 1;', { files: { 'input.schema.json': schema({ required: ['id'] }) } }],
    ['return {};', { files: { 'output.schema.json': schema({ required: ['id'] }) } }],
  ],
  schema_wrong_type: [
    ['return 1;', { input: { n: '5' }, files: { 'input.schema.json': schema({ properties: { n: { type: 'number' } } }) } }],
  ],
  schema_extra_field: [['return 1;', { input: { typo: 1 }, files: { 'input.schema.json': schema({ additionalProperties: false }) } }]],
  validation_error: [["throw new ValidationError('the order is empty');"], ["throw new DataError('no rows');"]],
  configuration_error: [["throw new ConfigurationError('no region');"], ["throw new Error('API key is not set');"]],
  db_connection_timeout: [["throw Object.assign(new Error('connection timed out after 5 s'), { code: 'DB_CONN_ERROR' });"]],
  db_timeout: [
    ["throw new Error('Database query timeout');"],
    ["throw new Error('canceling statement due to statement timeout');"],
    ["throw new TimeoutError('the database query timed out');"],
  ],
  database_error: [
    ['throw new Error(\'duplicate key value violates unique constraint "users_pkey"\');'],
    ["throw new Error('SQLSTATE 40P01: deadlock detected');"],
    ["throw new Error('no such table: users');"],
  ],

  http_bad_request: [["return (await fetch('$URL/status/400')).json();"]],
  http_unauthorized: [["return (await fetch('$URL/status/401')).json();"], ["throw new AuthenticationError('the key has expired');"]],
  http_forbidden: [["return (await fetch('$URL/status/403')).json();"]],
  http_not_found: [["return (await fetch('$URL/status/404')).json();"]],
  http_method_not_allowed: [["return (await fetch('$URL/status/405')).json();"]],
  http_conflict: [["return (await fetch('$URL/status/409')).json();"]],
  http_payload_too_large: [["return (await fetch('$URL/status/413')).json();"]],
  http_unprocessable: [["return (await fetch('$URL/status/422')).json();"]],
  rate_limited: [
    ["return (await fetch('$URL/status/429')).json();"],
    ["throw new Error('Too many requests, slow down');"],
    ["throw Object.assign(new Error('no'), { code: 'RATE_LIMITED' });"],
  ],
  http_server_error: [
    ["return (await fetch('$URL/status/500')).json();"],
    ["return (await fetch('$URL/status/503')).json();"],
    ["return (await fetch('$URL/status/502')).json();"],
  ],
  http_other_status: [["return (await fetch('$URL/status/418')).json();"]],
  request_failed_unseen: [["fetch('$URL/status/418'); return 1;"]],

  dns_not_found: [
    ["await fetch('http://does-not-exist.invalid/');"],
    ["fetch('http://does-not-exist.invalid/'); return 1;"],
    ["throw new Error('getaddrinfo ENOTFOUND db.example');"],
  ],
  connection_refused: [
    ["await fetch('http://127.0.0.1:1/');"],
    ["throw Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' });"],
  ],
  connection_reset: [["await fetch('$URL/break', { method: 'POST' });"], ["throw new Error('socket hang up');"]],
  http_timeout: [
    ["await fetch('$URL/silent', { timeout: 50 });"],
    ["throw new NetworkError('timed out');"],
    ["throw Object.assign(new Error('slow'), { code: 'NETWORK_TIMEOUT' });"],
    ['throw new TimeoutError();'],
  ],
  tls_certificate: [["await fetch('$TLS/json');"]],
  host_not_allowed: [["await fetch('$URL/json');", { network: ['api.example.com'] }]],
  address_blocked: [
    ["await fetch('$URL/json');", { effects: (of) => of.onServer }],
    ["await fetch('http://169.254.169.254/latest');", { effects: (of) => of.onServer }],
  ],
  too_many_redirects: [["await fetch('$URL/redirect?n=30');"]],
  response_too_large: [["await (await fetch('$URL/large')).text();"]],
  invalid_http_answer: [["await fetch('$URL/garbage');"]],
  invalid_request: [["await fetch('not a url');"], ["return new URL('nowhere');"]],
  too_many_requests_made: [["for (let i = 0; i < 10; i++) await fetch('$URL/json');"]],
  request_aborted: [["const c = new AbortController(); c.abort(); await fetch('$URL/json', { signal: c.signal });"]],
  network_error: [
    ["throw new NetworkError('the socket is gone');"],
    ['throw new NetworkError();'],
    ["throw new Error('Network error while sending');"],
  ],
  replay_diverged: [
    [
      "await fetch('https://a.test/other');",
      { effects: () => createRecordedEffects(settings, { exchanges: [], seed: '5eed'.repeat(16), clock: { kind: 'live' }, fit: () => 0 }) },
    ],
  ],
  mock_missing: [["await fetch('https://a.test/');", { effects: () => createMockedEffects(settings, { mocks: [] }) }]],

  memory_limit: [['const a = []; for (;;) a.push(new Array(1000).fill(a.length));', { limits: { memoryMb: 32 } }]],
  cpu_limit: [['for (;;);', { limits: { cpuMs: 100 } }]],
  wall_timeout: [["await (await fetch('$URL/silent')).text();", { limits: { wallMs: 200 } }]],
  output_too_large: [["return 'x'.repeat(20_000);"]],
  log_flood: [["for (let i = 0; i < 50_000; i++) console.log('line', i); throw new Error('after all that');"]],
};

/** Patterns of failures that the platform brings about without a task that could do it alone: as they are stored. */
const ofThePlatform: Readonly<Record<string, readonly Failure[]>> = {
  task_code_invalid: [stored('TASK_COMPILE_FAILED', { file: 'main.js', line: 1 }), stored('TASK_NOT_CALLABLE', { found: 'an object' })],
  host_breaker_open: [
    stored('TASK_FAILED', {
      errorClass: 'NetworkError',
      message: 'a.test:443 has failed this task too often and is not asked again before 2026-01-01T00:00:00.000Z.',
      fields: { reason: 'breaker' },
    }),
  ],
  mcp_server_missing: [
    stored('MCP_SERVER_NOT_CONFIGURED', { server: 'files', configured: [] }),
    stored('TASK_FAILED', { errorClass: 'McpServerUnknownError', message: 'no', fields: {} }),
  ],
  mcp_tool_missing: [stored('TASK_FAILED', { errorClass: 'McpToolUnknownError', message: 'no', fields: {} })],
  mcp_tool_failed: [stored('TASK_FAILED', { errorClass: 'McpToolError', message: 'no such file', fields: {} })],
  mcp_error: [stored('TASK_FAILED', { errorClass: 'McpError', message: 'gone', fields: { reason: 'connection-lost' } })],
  worker_crashed: [stored('WORKER_CRASHED', { detail: 'killed' })],
  worker_lost: [stored('WORKER_LOST', { owner: 'a', rescues: 2 })],
  engine_unavailable: [stored('ENGINE_BUSY'), stored('ENGINE_UNAVAILABLE')],
  execution_cancelled: [stored('CANCELLED', { reason: 'asked' })],
  task_not_found: [stored('TASK_NOT_FOUND', { ref: 'x' }), stored('JOB_TASK_GONE', { task: 'x' })],
  task_unavailable: [stored('TASK_INVALID', { path: 'x', problems: [] }), stored('TASK_SOURCE_GONE'), stored('TASK_VERSION_DISABLED')],
  storage_full: [
    stored('STORAGE_FULL'),
    stored('STORAGE_UNAVAILABLE'),
    stored('TASK_FAILED', { errorClass: 'Error', message: 'ENOSPC: no space left on device', fields: {} }),
  ],
  deadline_passed: [stored('JOB_DEADLINE_PASSED'), stored('DEPENDENCY_FAILED'), stored('SCHEDULE_OVERLAP')],
  internal_error: [stored('INTERNAL_ERROR', { what: 'run' })],
};

/** Failures that look like one of a pattern and are another thing. */
const nearMisses: readonly (readonly [id: string, body: string, run?: Run])[] = [
  ['null_access', 'throw new Error("Cannot read properties of undefined (reading \'x\')");'],
  ['null_access', "throw new TypeError('undefined is what it is');"],
  ['not_a_function', "throw new TypeError('a function is what this is not');"],
  ['not_iterable', "throw new Error('the list is not iterable');"],
  ['reference_error', 'return document.title;'],
  ['node_api_missing', 'return requirement;'],
  ['json_parse', "return JSON.parse('<html>');"],
  ['json_html', "return JSON.parse('{<');"],
  ['syntax_error', "return JSON.parse('{');"],
  ['json_circular', 'return { f() {} };'],
  ['bigint_mixed', 'return { ratio: 0 / 0 };'],
  ['stack_overflow', 'return new Array(-1);'],
  ['range_error', 'const f = () => f(); return f();'],
  ['invalid_date', "return 'a'.repeat(-1);"],
  ['unhandled_rejection', "throw new Error('handled');"],
  ['thrown_without_error', "throw new Error('no');"],
  ['assertion_failed', "throw new Error('we expected more');"],
  ['rate_limited', "throw Object.assign(new Error('order 429 is not there'), { status: 404 });"],
  ['rate_limited', "throw new Error('item 1429 is missing');"],
  ['http_not_found', "return (await fetch('$URL/status/400')).json();"],
  ['http_not_found', "throw new Error('user 404 is blocked');"],
  ['http_server_error', "throw new Error('took 500 ms');"],
  ['http_forbidden', "await fetch('$URL/json');", { network: ['api.example.com'] }],
  ['http_unauthorized', "return (await fetch('$URL/status/403')).json();"],
  ['http_other_status', "return (await fetch('$URL/status/404')).json();"],
  ['dns_not_found', "await fetch('http://127.0.0.1:1/');"],
  ['connection_refused', "await fetch('http://does-not-exist.invalid/');"],
  ['connection_reset', "await fetch('$URL/silent', { timeout: 50 });"],
  ['http_timeout', "await fetch('http://127.0.0.1:1/');"],
  ['http_timeout', "throw new Error('timed out');"],
  ['db_timeout', "throw new TimeoutError('no answer');"],
  ['db_connection_timeout', "throw Object.assign(new Error('wrong password'), { code: 'DB_CONN_ERROR' });"],
  ['db_connection_timeout', "throw new Error('connection timed out');"],
  ['database_error', "throw new Error('the key is a duplicate');"],
  ['address_blocked', "await fetch('$URL/json');", { network: ['api.example.com'] }],
  ['host_not_allowed', "await fetch('$URL/json');", { effects: (of) => of.onServer }],
  ['tls_certificate', "throw new Error('the gift certificate is used up');"],
  ['network_error', "throw new Error('the network of friends is small');"],
  ['schema_wrong_type', 'return 1;', { files: { 'input.schema.json': schema({ required: ['id'] }) } }],
  [
    'schema_missing_field',
    'return 1;',
    { input: { n: '5' }, files: { 'input.schema.json': schema({ properties: { n: { type: 'number' } } }) } },
  ],
  ['schema_extra_field', 'return 1;', { input: { n: 9 }, files: { 'input.schema.json': schema({ properties: { n: { maximum: 1 } } }) } }],
  ['output_invalid', 'return 1;', { files: { 'input.schema.json': schema({ required: ['id'] }) } }],
  ['input_invalid', 'return 1;', { files: { 'output.schema.json': schema({}) } }],
  ['memory_limit', "throw new Error('we are out of milk, from memory');"],
  ['cpu_limit', "await (await fetch('$URL/silent')).text();", { limits: { wallMs: 100 } }],
  ['wall_timeout', 'for (;;);', { limits: { cpuMs: 50 } }],
  ['log_flood', "console.log('one'); throw new Error('no');"],
  ['mock_missing', "await fetch('http://127.0.0.1:1/');"],
];

describe('the built-in patterns', () => {
  it('have ids, names and rules of their own, and something to suggest', () => {
    expect(new Set(builtInPatterns.map(({ id }) => id)).size).toBe(builtInPatterns.length);
    expect(new Set(builtInPatterns.map(({ name }) => name)).size).toBe(builtInPatterns.length);
    for (const { id, suggestions, commonCauses, rules } of builtInPatterns) {
      expect({ id, ok: suggestions.length > 0 && commonCauses.length > 0 && rules.length > 0 }).toEqual({ id, ok: true });
    }
    const promised = ['db_connection_timeout', 'task_not_found', 'http_timeout', 'rate_limited', 'db_timeout', 'network_error'];
    expect(builtInPatterns.map(({ id }) => id)).toEqual(expect.arrayContaining(promised));
  });

  it('link pages that are there', () => {
    const links = builtInPatterns.flatMap(({ documentationLinks }) => documentationLinks);
    expect(links.filter((link) => !existsSync(join(import.meta.dirname, '../../..', link)))).toEqual([]);
  });

  it('have regular expressions that the judgement for those of others lets pass', () => {
    const said = (rule: ErrorRule): string[] => [
      ...(rule.pattern === undefined ? [] : [rule.pattern]),
      ...(rule.rules ?? []).flatMap(said),
      ...(rule.rule === undefined ? [] : said(rule.rule)),
    ];
    const refused = builtInPatterns
      .flatMap(({ rules }) => rules.flatMap(said))
      .flatMap((one) => {
        const { problem } = readRegex(one);
        return problem === undefined ? [] : [`${one}: ${problem}`];
      });
    expect(refused).toEqual([]);
  });

  it('are each known by a failure that really happens', () => {
    verifies('analysis.built-in');
    const shown = new Set([...Object.keys(failing), ...Object.keys(ofThePlatform)]);
    expect(builtInPatterns.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  const cases = Object.entries(failing).flatMap(([id, bodies]) => bodies.map(([body, run]) => ({ id, body, run })));
  it.each(cases)('$id is known by: $body', async ({ id, body, run }) => {
    const failure = await failureIn(body, run);
    expect({ ids: idsOf(failure), message: failure.message }).toEqual({ ids: [id, ...idsOf(failure).slice(1)], message: failure.message });
  });

  it.each(Object.entries(ofThePlatform))('%s is known by what is stored of it', (id, failures) => {
    for (const failure of failures) expect(idsOf(failure)[0]).toBe(id);
  });

  it.each(nearMisses.map(([id, body, run]) => ({ id, body, run })))('$id is not: $body', async ({ id, body, run }) => {
    expect(idsOf(await failureIn(body, run))).not.toContain(id);
  });
});
