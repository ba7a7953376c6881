import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasInspector } from '#engine/index.ts';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { verifies } from '../../requirements/verifies.ts';

let folder: string;
let server: RatchetServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-develop-'));
  const source = join(folder, 'source');
  mkdirSync(join(source, 'half', 'deep'), { recursive: true });
  mkdirSync(join(folder, 'secret'));
  writeFileSync(join(source, 'half', 'main.js'), '() => 1');
  writeFileSync(join(source, 'half', 'deep', 'main.js'), '() => 2');
  writeFileSync(join(folder, 'secret', 'main.js'), '() => 3');
  symlinkSync(join(folder, 'secret'), join(source, 'link'));
  server = await startRatchet({
    args: ['--sources', 'sample/js-tasks', '--sources', source, '--data-dir', join(folder, 'data')],
    env: { RATCHET_LOGGING_LEVEL: 'warn', RATCHET_TASKS_REQUIRE_NETWORK_APPROVAL: 'true' },
    patienceMs: 60_000,
  });
}, 90_000);
afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line no-explicit-any -- Bodies are compared as they come
  readonly data: any;
  readonly code: string | undefined;
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const read = text === '' ? {} : (JSON.parse(text) as { data?: unknown; error?: { code: string } });
  return { status: response.status, data: read.data, code: read.error?.code };
}

const create = (name: string, sourceCode: string, more: Record<string, unknown> = {}) =>
  ask('POST', '/tasks', { name, sourceCode, metadata: { network: [] }, ...more });

describe('tests of a stored task', () => {
  it('are run in the sandbox, also with a draft, and what fails is an answer', async () => {
    await create('doubled', '({ n }) => { console.log("n", n); return { n: n * 2 }; }', {
      force: true,
      tests: [
        { name: 'two', input: { n: 1 }, expected_output: { n: 2 } },
        { name: 'three', input: { n: 1 }, expected_output: { n: 3 } },
        { name: 'left out', skip: 'later', input: {}, expected_output: {} },
        { name: 'four', input: { n: 2 }, expected_output: { n: 4 } },
      ],
    });
    const { data } = await ask('POST', '/tasks/doubled/test', { includeTraces: true });
    expect(data).toMatchObject({
      taskName: 'doubled',
      version: '1.0.0',
      total: 4,
      passed: 2,
      failed: 1,
      skipped: 1,
      notRun: 0,
      allPassed: false,
    });
    expect(data.successRate).toBeCloseTo(66.67, 1);
    expect(data.tests[1]).toMatchObject({
      name: 'three',
      status: 'FAILED',
      actualOutput: { n: 2 },
      expectedOutput: { n: 3 },
      logs: [{ message: 'n 1' }],
    });
    expect(data.tests[0].trace).toMatchObject({ requests: [], logs: [{ level: 'info', message: 'n 1' }] });
    const stopped = await ask('POST', '/tasks/doubled/test', { stopOnFailure: true });
    expect(stopped.data.tests.map(({ status }: { status: string }) => status)).toEqual(['PASSED', 'FAILED', 'SKIPPED', 'NOT_RUN']);
    const draft = { sourceCode: '({ n }) => ({ n: n * 3 })' };
    expect((await ask('POST', '/tasks/doubled/test', { names: ['three', 'tests/test-001.json'], draft })).data).toMatchObject({
      total: 2,
      passed: 1,
      checksum: null,
    });
    expect((await ask('POST', '/tasks/doubled/test', { names: ['nothing'] })).code).toBe('TEST_NOT_FOUND');
    expect((await ask('POST', '/tasks/doubled/test', { draft: { sourceCode: '(' } })).code).toBe('TASK_INVALID');
    expect((await ask('GET', '/executions')).data).toEqual([]);
  });
});

describe.skipIf(!hasInspector())('a run that is looked into', () => {
  const code = `(async function ({ items, password }) {
  let sum = 0;
  const seen = new Map([['a', 1]]);
  for (const item of items) {
    sum += item.value;
  }
  const nested = { a: { b: { c: { d: { e: 1 } } } }, get trap() { throw new Error('asked'); }, long: 'x'.repeat(5000) };
  await Promise.resolve();
  return { sum };
})`;
  const input = { items: [{ value: 1 }, { value: 2 }, { value: 3 }], password: 'hunter2-hunter2' };

  it('stops where it is asked to, with variables, without secrets, and goes on to its end', async () => {
    await create('debugged', code);
    const { data } = await ask('POST', '/tasks/debugged/debug', {
      input,
      breakpoints: [{ line: 5, condition: 'item.value === 2' }, 9, 400],
    });
    expect(data).toMatchObject({ status: 'COMPLETED', output: { sum: 6 }, error: null });
    expect(data.stops.map(({ place }: { place: { line: number } }) => place.line)).toEqual([5, 9]);
    const variables = (stop: number) =>
      Object.assign({}, ...data.stops[stop].scopes.map((scope: { variables: object }) => scope.variables)) as Record<string, unknown>;
    expect(variables(0)).toMatchObject({ item: { value: 2 }, sum: 1, seen: '<Map(1)>', items: input.items });
    expect(data.stops[0]).toMatchObject({
      sourceLine: '    sum += item.value;',
      reason: 'BREAKPOINT',
      frames: [{ file: 'main.js', line: 5 }],
    });
    const nested = variables(1)['nested'] as { a: { b: { c: unknown } }; trap: string; long: string };
    expect(nested.a.b.c).toEqual({ d: '<Object>' });
    expect(nested.trap).toBe('<getter>');
    expect(nested.long.length).toBeLessThan(1_100);
    expect(data.stops[1].isCut).toBe(true);
    expect(JSON.stringify(data)).not.toContain('hunter2');
    expect(data.breakpoints).toMatchObject([
      { line: 5, actualLine: 5, hits: 1 },
      { line: 9, hits: 1 },
      { line: 400, actualLine: null, hits: 0 },
    ]);
  });

  it('steps line by line, stops no more than asked for, and ends in its time', async () => {
    const stepped = await ask('POST', '/tasks/debugged/debug', {
      input,
      stepMode: true,
      breakpoints: [4],
      maxStops: 4,
      captureVariables: false,
    });
    expect(stepped.data.stops.map(({ place }: { place: { line: number } }) => place.line).slice(0, 3)).toEqual([4, 4, 5]);
    expect(stepped.data).toMatchObject({ status: 'COMPLETED', stops: { length: 4 } });
    await create('endless', '() => { let n = 0; for (;;) { n++; } }');
    const endless = await ask('POST', '/tasks/endless/debug', { timeoutMs: 1_000, breakpoints: [1], maxStops: 1 });
    expect(endless.data).toMatchObject({ status: 'TIMED_OUT', output: null, stops: [{ place: { line: 1 } }] });
    await create('throwing', '() => {\n  const why = "because";\n  throw new DataError(why);\n}');
    expect((await ask('POST', '/tasks/throwing/debug', { breakpoints: [3] })).data).toMatchObject({
      status: 'FAILED',
      error: { code: 'TASK_FAILED' },
      stops: [{ place: { line: 3 } }],
    });
  }, 60_000);

  it('finds lines of TypeScript and of other files', async () => {
    const files = {
      'metadata.json': JSON.stringify({ name: 'typed', version: '1.0.0', network: [] }),
      'main.ts': `import { half } from './lib/half.ts';\ninterface In {\n  n: number;\n}\nexport default function (input: In) {\n  const h: number = half(input.n);\n  return { h };\n}\n`,
      'lib/half.ts': `export function half(n: number): number {\n  const result = n / 2;\n  return result;\n}\n`,
    };
    expect((await ask('POST', '/tasks', { files })).status).toBe(201);
    const { data } = await ask('POST', '/tasks/typed/debug', { input: { n: 8 }, breakpoints: [7, { file: 'lib/half.ts', line: 3 }] });
    expect(data.stops.map(({ place }: { place: { file: string; line: number } }) => `${place.file}:${place.line}`)).toEqual([
      'lib/half.ts:3',
      'main.ts:7',
    ]);
    expect(data.stops[0].frames.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`)).toEqual([
      'lib/half.ts:3',
      'main.ts:6',
    ]);
    expect(data.output).toEqual({ h: 4 });
  });
});

describe('a batch', () => {
  const batch = (body: Record<string, unknown>) => ask('POST', '/executions/batch', body);
  const statuses = ({ data, code }: Answer) =>
    code ?? data.results.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`);

  it('runs in the order its requests depend on each other, and skips what depends on a failure', async () => {
    await create(
      'waits',
      '({ ms = 0, fail }) => new Promise((done, no) => setTimeout(() => fail ? no(new DataError("asked to")) : done({ at: Date.now() }), ms))',
    );
    const request = (id: string, input: object, dependencies: string[] = []) => ({ id, taskId: 'waits', input, dependencies });
    const answer = await batch({
      execution_mode: 'dependency',
      correlation_token: 'mine',
      requests: [
        request('d', {}, ['b', 'c']),
        request('a', { ms: 30 }),
        request('b', {}, ['a']),
        request('c', { fail: true }, ['a']),
        request('e', {}, ['d']),
      ],
    });
    expect(statuses(answer)).toEqual(['d SKIPPED', 'a COMPLETED', 'b COMPLETED', 'c FAILED', 'e SKIPPED']);
    expect(answer.data).toMatchObject({
      correlationToken: 'mine',
      stats: { totalRequests: 5, successfulRequests: 2, failedRequests: 1, skippedRequests: 2, cancelledRequests: 0 },
    });
    const [, a, b, c] = answer.data.results;
    expect(b.output.at).toBeGreaterThanOrEqual(a.output.at);
    expect(c.error.message).toContain('asked to');
    // Each is a job and an execution like any other.
    expect((await ask('GET', `/executions/${a.executionId}`)).data).toMatchObject({
      status: 'COMPLETED',
      jobId: a.jobId,
      output: a.output,
    });
  });

  it('runs one after the other, or so many at once, and stops at a failure where it is asked to', async () => {
    const requests = ['a', 'b', 'c', 'd'].map((id) => ({ id, taskId: 'waits', input: { ms: 40, fail: id === 'b' } }));
    const sequential = await batch({ executionMode: 'sequential', requests });
    expect(statuses(sequential)).toEqual(['a COMPLETED', 'b FAILED', 'c COMPLETED', 'd COMPLETED']);
    expect(sequential.data.stats.maxParallelExecuted).toBe(1);
    const stopped = await batch({ executionMode: 'sequential', stopOnError: true, requests });
    expect(statuses(stopped)).toEqual(['a COMPLETED', 'b FAILED', 'c SKIPPED', 'd SKIPPED']);
    expect((await batch({ requests, maxParallel: 2 })).data.stats.maxParallelExecuted).toBe(2);
    const first = await batch({
      executionMode: 'priorityDependency',
      maxParallel: 1,
      requests: [
        { id: 'low', taskId: 'waits', priority: 1 },
        { id: 'high', taskId: 'waits', priority: 9 },
      ],
    });
    expect(first.data.results[1].output.at).toBeLessThanOrEqual(first.data.results[0].output.at);
  });

  it('is cancelled with what still runs when its time, or that of a request, is over', async () => {
    const slow = { taskId: 'waits', input: { ms: 20_000 } };
    const one = await batch({
      requests: [
        { id: 'slow', ...slow, timeoutMs: 300 },
        { id: 'quick', taskId: 'waits' },
      ],
    });
    expect(statuses(one)).toEqual(['slow FAILED', 'quick COMPLETED']);
    expect(one.data.results[0].error).toMatchObject({ code: expect.stringMatching(/^(BATCH_TIMED_OUT|TIMED_OUT)$/) });
    const all = await batch({
      executionMode: 'sequential',
      timeoutMs: 400,
      requests: [
        { id: 'slow', ...slow },
        { id: 'next', taskId: 'waits' },
      ],
    });
    expect(statuses(all)).toEqual(['slow CANCELLED', 'next SKIPPED']);
    expect((await ask('GET', `/jobs/${all.data.results[0].jobId}`)).data.status).toBe('CANCELLED');
  }, 60_000);

  it('is refused with circles, unknown names, names twice, and more than a hundred requests', async () => {
    const refused = async (requests: unknown[], executionMode = 'dependency') => (await batch({ requests, executionMode })).code;
    const one = (id: string, dependencies: string[] = []) => ({ id, taskId: 'waits', dependencies });
    expect(await refused([one('a', ['b']), one('b', ['c']), one('c', ['a'])])).toBe('REQUEST_INVALID');
    expect(await refused([one('a', ['a'])])).toBe('REQUEST_INVALID');
    expect(await refused([one('a', ['z'])])).toBe('REQUEST_INVALID');
    expect(await refused([one('a'), one('a')])).toBe('REQUEST_INVALID');
    expect(await refused([one('a'), one('b', ['a'])], 'parallel')).toBe('REQUEST_INVALID');
    expect(
      await refused(
        Array.from({ length: 101 }, (_, index) => one(`r${index}`)),
        'parallel',
      ),
    ).toBe('REQUEST_INVALID');
    expect(await refused([])).toBe('REQUEST_INVALID');
    expect(
      statuses(
        await batch({
          requests: [
            { id: '__proto__', taskId: 'nothing' },
            { id: 'constructor', taskId: 'waits' },
          ],
        }),
      ),
    ).toEqual(['__proto__ FAILED', 'constructor COMPLETED']);
  });
});

describe('a version that may reach more of the network', () => {
  it('holds its jobs and refuses what is asked for at once, until it is approved of', async () => {
    verifies('develop.approval');
    await create('reaching', '() => 1', { metadata: { network: [] } });
    const grown = await ask('PATCH', '/tasks/reaching', { metadata: { network: ['a.example'] } });
    expect(grown.data).toMatchObject({ version: '1.0.1', networkGrowth: ['a.example'], needsApproval: true });
    const job = await ask('POST', '/jobs', { taskId: 'reaching' });
    await expect
      .poll(async () => (await ask('GET', `/jobs/${job.data.id}/why`)).data.causes[0]?.kind, { timeout: 10_000 })
      .toBe('approval');
    for (const [path, body] of [
      ['/tasks/reaching/execute', {}],
      ['/executions', { taskId: 'reaching' }],
      ['/tasks/reaching/debug', {}],
    ] as const) {
      expect(await ask('POST', path, body)).toMatchObject({ status: 409, code: 'TASK_NEEDS_APPROVAL' });
    }
    const batched = await ask('POST', '/executions/batch', {
      requests: [
        { id: 'a', taskId: 'reaching' },
        { id: 'b', taskId: 'reaching@1.0.0' },
      ],
    });
    expect(batched.data.results).toMatchObject([{ status: 'FAILED', error: { code: 'TASK_NEEDS_APPROVAL' } }, { status: 'COMPLETED' }]);
    expect((await ask('POST', '/tasks/reaching/test', {})).data).toMatchObject({ version: '1.0.1', total: 0 });
    expect((await ask('POST', '/tasks/reaching/approve', { version: '1.0.1' })).status).toBe(200);
    await expect.poll(async () => (await ask('GET', `/jobs/${job.data.id}`)).data.status, { timeout: 10_000 }).toBe('COMPLETED');
    expect((await ask('POST', '/tasks/reaching/execute', {})).data.output).toBe(1);
  }, 40_000);
});

describe('what a stranger sends', () => {
  it('is taken or refused in words, whatever it holds', async () => {
    expect((await create('größe', '() => 1')).code).toBe('REQUEST_INVALID');
    expect((await create('words', '() => "größe 🙂"', { label: 'Größe 🙂' })).data).toMatchObject({ label: 'Größe 🙂' });
    expect(
      (
        await ask('POST', '/tasks', {
          files: { 'metadata.json': '{"name":"big","version":"1.0.0"}', 'main.js': `() => "${'x'.repeat(5_000_000)}"` },
        })
      ).status,
    ).toBe(413);
    expect(
      (await ask('POST', '/tasks', JSON.parse('{"name":"proto","sourceCode":"() => 1","metadata":{"__proto__":{"admin":true}}}'))).code,
    ).toBe('BODY_POISONED');
    expect((await ask('POST', '/templates/__proto__/generate', { name: 'x' })).code).toBe('TEMPLATE_NOT_FOUND');
    expect(
      (await ask('POST', '/templates/validation/generate', { name: 'x', parameters: JSON.parse('{"__proto__":{"a":1}}') })).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await ask('POST', '/tasks/words/versions', { newVersion: '0.1.0', changeDescription: 'lower', description: 'x' })).code).toBe(
      'TASK_VERSION_NOT_HIGHER',
    );
  });

  it('finds tasks only where it may look, and not behind links', async () => {
    const found = await ask('POST', '/tasks/discover', { path: join(folder, 'source') });
    expect(found.data.discoveredTasks).toMatchObject([
      { path: join(folder, 'source', 'half'), type: 'DIRECTORY', hasMainJs: true, hasMetadata: false },
    ]);
    expect(found.data.totalFound).toBe(1);
    for (const path of [
      '/etc',
      folder,
      join(folder, 'secret'),
      join(folder, 'source', 'link'),
      join(folder, 'source', '..', 'secret'),
      'source',
      `${join(folder, 'source')}x`,
    ]) {
      expect([path, (await ask('POST', '/tasks/discover', { path })).code]).toEqual([path, 'TASK_DISCOVERY_REFUSED']);
    }
    expect((await ask('POST', '/tasks/discover', { path: join(folder, 'source', 'nothing') })).code).toBe('TASK_NOT_FOUND');
  });

  it('stores what ran elsewhere, and sees the health of sources', async () => {
    const stored = await ask('POST', '/executions/results', {
      task_id: 'addition',
      input: { num1: 1 },
      output: { sum: 1 },
      duration_ms: 250,
      http_requests: [{ url: 'https://a.example/', status: 200 }],
    });
    expect(stored).toMatchObject({ status: 201, data: { status: 'COMPLETED', taskName: 'addition', version: '1.0.0' } });
    expect((await ask('GET', `/executions/${stored.data.executionId}`)).data).toMatchObject({
      owner: 'stored by local',
      durationMs: 250,
      output: { sum: 1 },
      httpRequests: [{ method: 'GET', status: 200 }],
    });
    expect((await ask('POST', '/executions/results', { taskId: 'addition', status: 'failed' })).code).toBe('REQUEST_INVALID');
    expect((await ask('POST', '/executions/results', { taskId: 'nothing', output: 1 })).code).toBe('JOB_TASK_GONE');
    const health = await ask('GET', '/repositories/health');
    expect(health.data).toMatchObject({ overallStatus: 'DEGRADED', totalSources: 2 });
  });
});
