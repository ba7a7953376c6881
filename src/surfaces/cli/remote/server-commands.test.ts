import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startHttpStub, type HttpStub, type StubRoute } from '../../../testing/http-stub.ts';
import { launcher, repository } from '../../../testing/checkout.ts';
import { ratchet } from '../../../testing/ratchet-process.ts';
import { inTerminal, terminalProgram, withoutTerminal } from '../../../testing/virtual-terminal.ts';
import { commandRows } from '../commands.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ratchet-server-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opened: HttpStub[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function server(routes: Record<string, StubRoute>): Promise<HttpStub> {
  const stub = await startHttpStub(Object.fromEntries(Object.entries(routes).map(([path, route]) => [`/api/v1${path}`, route])));
  opened.push(stub);
  return stub;
}

const json =
  (value: unknown, status = 200): StubRoute =>
  (_request, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const time = '2026-01-31T12:00:00.000Z';
const listed = {
  id: '42',
  uuid: '0190a1b2-0000-7000-8000-000000000042',
  taskId: '1',
  taskName: 'addition',
  taskVersion: '1.0.0',
  jobId: '7',
  attempt: 1,
  status: 'COMPLETED',
  errorCode: null,
  errorMessage: null,
  queuedAt: time,
  startedAt: time,
  completedAt: time,
  durationMs: 120,
  progress: null,
  recordingPath: null,
  canRetry: false,
  canCancel: false,
};
const execution = {
  ...listed,
  taskChecksum: 'c',
  jobUuid: listed.uuid,
  owner: null,
  input: { num1: 5 },
  output: { sum: 15 },
  errorDetails: null,
  cost: null,
  httpRequests: [],
  progressReport: null,
  logsDropped: 0,
  attempts: [],
};
const failure = { code: 'TASK_FAILED', message: 'Error: no', hint: 'Look.', retryable: false, errorClass: 'Error', stack: null, data: {} };

describe('ratchet task', () => {
  it('create sends the files of a folder', async () => {
    const stub = await server({
      '/tasks': json({ error: { code: 'TASK_EXISTS', message: 'It exists.', hint: 'Update it.', status: 409 } }, 409),
    });
    const { code, stderr } = await ratchet(['task', 'create', 'sample/js-tasks/addition', '--force', '--server', stub.url]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('It exists.')]);
    const { files, ...others } = JSON.parse(stub.requests[0]!.body.toString()) as { files: Record<string, string> };
    expect(others).toEqual({ force: true });
    expect(files['main.js']).toBe(readFileSync(join(repository, 'sample/js-tasks/addition/main.js'), 'utf8'));
    expect(Object.keys(files)).toContain('metadata.json');
    expect(await ratchet(['task', 'create', 'nowhere', '--server', stub.url])).toMatchObject({ code: 3 });
    expect(stub.requests).toHaveLength(1);
  });

  it('execute prints what came of it, and ends with 1 where the task failed', async () => {
    let answer: unknown = { data: execution };
    const stub = await server({ '/tasks/addition/execute': (request, response) => json(answer)(request, response) });
    const line = ['task', 'execute', 'addition', '--input-json', '{"num1": 5}', '--wait', '2m', '--server', stub.url];
    const ran = await ratchet(line);
    expect([ran.code, JSON.parse(ran.stdout), ran.stderr]).toEqual([0, execution, '']);
    expect(JSON.parse(stub.requests[0]!.body.toString())).toEqual({ input: { num1: 5 }, waitMs: 120_000 });
    answer = { data: { ...execution, status: 'FAILED', output: null, errorDetails: failure } };
    expect(await ratchet(line)).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: no') });
    answer = { data: { ...execution, status: 'RUNNING', output: null } };
    expect(await ratchet(line)).toMatchObject({ code: 5, stderr: expect.stringContaining('it goes on') });
  });
});

const job = {
  id: '7',
  uuid: listed.uuid,
  taskId: '1',
  taskName: 'addition',
  taskVersion: null,
  executionId: '42',
  executionUuid: listed.uuid,
  scheduleId: null,
  status: 'COMPLETED',
  hold: null,
  heldUntil: null,
  priority: 'NORMAL',
  priorityNumber: 50,
  queuedAt: time,
  scheduledFor: time,
  startedAt: time,
  completedAt: time,
  deadline: null,
  attempts: 1,
  retryCount: 0,
  maxRetries: 3,
  concurrencyKey: null,
  concurrencyLimit: null,
  rateKey: null,
  rateLimit: null,
  rateWindowMs: null,
  uniqueKey: null,
  ignoresPause: false,
  cancelRequestedAt: null,
  errorCode: null,
  errorMessage: null,
  isNew: true,
  isFinished: true,
  output: { sum: 15 },
  error: null,
};

describe('ratchet job', () => {
  it('enqueue sends what the flags say, waits where it is told to, and ends with 1 where the job failed', async () => {
    let answer: unknown = { data: job };
    const stub = await server({ '/jobs': (request, response) => json(answer, 201)(request, response) });
    const line = ['job', 'enqueue', 'addition', '--input-json', '{"num1": 5}', '--wait', '30', '--delay', '500ms', '--server', stub.url];
    const before = Date.now();
    const ran = await ratchet([...line, '--deadline', '10m', '--priority', 'high', '--retry-on', 'A', '--retry-on', 'B']);
    expect([ran.code, JSON.parse(ran.stdout), ran.stderr]).toEqual([0, job, '']);
    const { deadline, ...sent } = JSON.parse(stub.requests[0]!.body.toString()) as { deadline: number };
    expect(sent).toEqual({ taskId: 'addition', input: { num1: 5 }, wait: '30s', delay: '500ms', priority: 'high', retryOn: ['A', 'B'] });
    expect(deadline - before - 600_000).toBeGreaterThanOrEqual(0);
    expect(deadline - before - 600_000).toBeLessThan(20_000);
    answer = { data: { ...job, status: 'FAILED', output: null, error: { ...failure, code: 'INPUT_INVALID' } } };
    expect(await ratchet(line)).toMatchObject({ code: 1, stderr: expect.stringContaining('Error: no') });
    answer = { data: { ...job, status: 'PROCESSING', isFinished: false, output: null } };
    expect(await ratchet(line)).toMatchObject({ code: 5, stderr: expect.stringContaining('ratchet job show 7') });
  });

  it('why prints the answer in sentences, and whole as JSON', async () => {
    const why = { id: '7', state: 'QUEUED', isBlocked: true, causes: [], text: 'Task addition is disabled. Enable it.' };
    const stub = await server({ '/jobs/7/why': json({ data: why }) });
    expect(await ratchet(['job', 'why', '7', '--server', stub.url])).toMatchObject({ code: 0, stdout: `${why.text}\n` });
    const { stdout } = await ratchet(['job', 'why', '7', '--server', stub.url, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual(why);
  });

  it('redrive says which jobs it means', async () => {
    const stub = await server({
      '/jobs/redrive': json({ success: true, message: 'x', data: { count: 2, message: '2 jobs wait again.' } }),
    });
    const before = Date.now();
    const { code } = await ratchet(['job', 'redrive', '--completed-before', '7d', '--error-code', 'X', '--server', stub.url]);
    const { completedBefore, errorCode } = JSON.parse(stub.requests[0]!.body.toString()) as Record<string, unknown>;
    expect([code, errorCode]).toEqual([0, 'X']);
    expect(Math.abs(before - 7 * 86_400_000 - Number(completedBefore))).toBeLessThan(20_000);
  });

  it('alone prints the help of its commands', async () => {
    const { code, stdout } = await ratchet(['job']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/enqueue .*Queue a job[^]*redrive/)]);
  });
});

describe('ratchet execution', () => {
  it('list speaks the query of the server', async () => {
    const stub = await server({
      '/executions': json({ data: [listed], meta: { pagination: { total: 1, next: null, isTotalExact: true } } }),
    });
    const { code, stdout } = await ratchet(['execution', 'list', '--status', 'failed,cancelled', '--duration-min', '5s'], {
      env: { RATCHET_SERVER: stub.url },
    });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { items: [{ id: '42' }], total: 1 }]);
    expect(Object.fromEntries(stub.requests[0]!.query)).toEqual({ status_in: 'FAILED,CANCELLED', durationMs_gte: '5000' });
  });

  it.skipIf(terminalProgram === null)(
    `list is a table on a terminal${terminalProgram === null ? ` (${withoutTerminal})` : ''}`,
    async () => {
      const stub = await server({
        '/executions': json({ data: [listed], meta: { pagination: { total: 1, next: null, isTotalExact: true } } }),
      });
      const { screen, ended } = inTerminal(`${process.execPath} ${launcher} execution list --server ${stub.url}`);
      expect(await ended).toBe(0);
      const shown = screen.text();
      expect(shown).toMatch(/ID +STATUS +TASK +VERSION +ATTEMPT +QUEUED +TOOK/);
      expect(shown).toMatch(/42 +COMPLETED +addition +1\.0\.0 +1 +.+120 ms/);
    },
  );

  it('logs --follow prints lines as they come, and goes on where the connection broke', async () => {
    const lineOf = (number: number) => ({ number, level: 'info', message: `line ${number}`, at: time });
    const event = (number: number) => `id: ${number}\nevent: log\ndata: ${JSON.stringify(lineOf(number))}\n\n`;
    let count = 0;
    const stub = await server({
      '/executions/42/logs/follow': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        if (count++ === 0) response.write(`retry: 1\n\n${event(1)}${event(2)}`, () => response.destroy());
        else response.end(`${event(3)}event: ended\ndata: {"status":"FAILED","logsDropped":2}\n\nevent: end\ndata: {}\n\n`);
      },
    });
    const { code, stdout, stderr } = await ratchet(['execution', 'logs', '42', '--follow', '--level', 'info', '--server', stub.url]);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([1, 2, 3].map(lineOf));
    expect([code, stderr]).toEqual([1, '2 more log lines were not kept\n']);
    expect(stub.requests.map(({ url, headers }) => [url, headers['last-event-id']])).toEqual([
      ['/api/v1/executions/42/logs/follow?level=info', undefined],
      ['/api/v1/executions/42/logs/follow?level=info', '2'],
    ]);
  });

  it('logs --follow ends at Ctrl-C', async () => {
    const stub = await server({
      '/executions/42/logs/follow': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`id: 1\nevent: log\ndata: ${JSON.stringify({ number: 1, level: 'info', message: 'x', at: time })}\n\n`);
      },
    });
    const { code, stdout } = await ratchet(['execution', 'logs', '42', '--follow', '--server', stub.url], {
      onStart: (child) => void child.stdout!.once('data', () => child.kill('SIGINT')),
    });
    expect([code, JSON.parse(stdout)]).toMatchObject([130, { message: 'x' }]);
    await stub.allClosed();
  });
});

describe('ratchet replay of a server', () => {
  const task = 'sample/js-tasks/weather-api';
  const filesOf = (path: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file.slice(path.length + 1), readFileSync(file, 'utf8')]),
    );
  const recordingOf = (files: Record<string, string>) => ({
    data: {
      executionId: '42',
      executionUuid: listed.uuid,
      task: { id: '1', uuid: listed.uuid, name: '..', version: '1.0.0', checksum: 'c' },
      format: 'effects',
      effects: readFileSync(join(repository, 'sample/recordings/weather-api/effects')).toString('base64'),
      files,
      har: null,
    },
  });

  it('runs here what ran there, leaves nothing behind, and saves a test where it is wanted', async () => {
    const stub = await server({ '/executions/42/recording': json(recordingOf(filesOf(join(repository, task)))) });
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const work = mkdtempSync(join(folder, 'work-'));
    const run = { env: { TMPDIR: temporary }, cwd: work };
    const replayed = await ratchet(['replay', '42', '--server', stub.url, '--format', 'json'], run);
    expect([replayed.code, replayed.stderr]).toEqual([0, '']);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ state: 'same', recording: { path: `${stub.url}/api/v1/executions/42` } });
    const again = await ratchet(['replay', '42', '--save-test'], { ...run, env: { ...run.env, RATCHET_SERVER: stub.url } });
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Test written to: recorded-001.json\n')]);
    expect(readdirSync(work)).toEqual(['recorded-001.json']);
    expect(readdirSync(temporary).filter((name) => name.startsWith('ratchet-replay'))).toEqual([]);
  });

  it.each([['../../evil.js'], ['tests/../../evil.js']])('writes no file that a server puts at %s', async (path) => {
    const stub = await server({ '/executions/42/recording': json(recordingOf({ [path]: 'evil' })) });
    const { code, stderr } = await ratchet(['replay', '42', '--server', stub.url], { env: { TMPDIR: folder } });
    expect([code, stderr]).toEqual([8, expect.stringContaining('outside of the task')]);
    expect(readdirSync(folder).filter((name) => name === 'evil.js' || name.startsWith('ratchet-replay'))).toEqual([]);
  });

  it('replays the folder where there is one, whatever its name', async () => {
    const work = mkdtempSync(join(folder, 'work-'));
    mkdirSync(join(work, '42'));
    for (const [path, text] of Object.entries(filesOf(join(repository, 'sample/js-tasks/addition')))) {
      mkdirSync(join(work, '42', path, '..'), { recursive: true });
      writeFileSync(join(work, '42', path), text);
    }
    const recording = join(repository, 'sample/recordings/addition');
    expect(await ratchet(['replay', '42', '--recording', recording], { cwd: work })).toMatchObject({ code: 0 });
    expect(await ratchet(['replay', '42', '--recording', recording, '--server', 'http://127.0.0.1:9'], { cwd: work })).toMatchObject({
      code: 2,
    });
  });
});

describe('commands of a server', () => {
  it('are all there, each with an operation of its words', async () => {
    const remote = commandRows.filter(({ words }) => /^(?:job|task|execution|worker) /.test(words));
    for (const row of remote) expect((await row.load()).operation.on.cli?.command).toBe(row.words);
    expect(remote.length).toBeGreaterThan(20);
  });
});
