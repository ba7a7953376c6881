import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { call, createEventFeed, localCaller, settingsFrom, type Caller, type Operation } from '#kernel/index.ts';
import { encodeRecording, storedRecordings } from '#recordings/index.ts';
import type { Database } from '#storage/index.ts';
import { temporaryDatabases, temporarySqlite } from '../../testing/temporary-database.ts';
import { recordingForTest } from '../../recordings/recording-for-test.ts';
import type { ExecutionRow, FinishedExecution, NewStoredExecution } from '../execution-store.ts';
import { createExecutionStore } from './execution-store.ts';
import * as operations from './operations.ts';
import type { ExecutionJobs, ExecutionRequest, StoredExecutionServices } from './services.ts';
import { effectForTest, failureForTest, finishedForTest, jobForTest, newExecutionForTest } from './stored-for-test.ts';

const open = temporaryDatabases(temporarySqlite);
const now = 10_000;

interface World {
  readonly database: Database;
  readonly services: StoredExecutionServices;
  /** What the queue was asked for. */
  readonly asked: unknown[];
  begin(parts?: Partial<NewStoredExecution>): Promise<number>;
  finish(id: number, parts?: Partial<FinishedExecution>): Promise<void>;
  ask<Input extends z.ZodType, Output extends z.ZodType>(
    operation: Operation<StoredExecutionServices, Input, Output>,
    input: object,
    caller?: Caller,
  ): Promise<unknown>;
}

async function worldOf(
  values: Readonly<Record<string, unknown>> = {},
  onEnded: (world: World, jobId: number) => Promise<void> = async () => {},
): Promise<World> {
  const database = await open();
  const store = createExecutionStore(database);
  const asked: unknown[] = [];
  const begin = async (parts: Partial<NewStoredExecution> = {}) => {
    const job = parts.jobId ?? (await jobForTest(database, { input: '{"num1":1}' }));
    const [id] = await database.write((queries) => store.writes.begin(queries, [newExecutionForTest(job, parts)]));
    return id!;
  };
  const executionJobs: ExecutionJobs = {
    enqueue: async (request: ExecutionRequest) => {
      asked.push(request);
      const executionId = await begin({ status: 'pending' });
      return { executionId, jobId: (await store.find(String(executionId)))!.jobId };
    },
    ended: async (jobId) => onEnded(world, jobId),
    cancel: async (jobId) => void asked.push({ cancel: jobId }),
    retry: async (jobId, input) => void asked.push({ retry: jobId, input }),
  };
  const services: StoredExecutionServices = {
    executionStore: store,
    executionJobs,
    executionRecordings: storedRecordings,
    catalogue: { files: async (_taskId, _version, checksum) => (checksum === 'ab' ? { 'main.js': 'x' } : null) },
    eventFeed: createEventFeed('boot'),
    settings: settingsFrom(values),
  };
  const world: World = {
    database,
    services,
    asked,
    begin,
    finish: async (id, parts = {}) => database.write((queries) => store.writes.finish(queries, [finishedForTest(id, parts)])),
    ask: async (operation, input, caller = localCaller) => call(operation, services, input, { caller, now: () => now }),
  };
  return world;
}

const effects = JSON.stringify([effectForTest]);
const failure = { ...failureForTest, data: { errorClass: 'RangeError', stack: 'RangeError: it broke\n    at main (main.js:2:7)' } };
const recording = encodeRecording(
  recordingForTest({
    turns: ['r1'],
    effects: [
      {
        number: 1,
        startedMs: 1,
        durationMs: 2,
        attempts: 1,
        hasBodies: true,
        isIntact: true,
        request: {
          url: 'https://a.test/x',
          method: 'GET',
          headers: [['a', 'b']],
          body: null,
          timeoutMs: null,
          redirect: 'follow',
          retry: null,
        },
        outcome: {
          answer: { status: 200, statusText: 'OK', url: 'https://a.test/x', redirected: false, headers: [], body: Buffer.from('hello') },
        },
      },
    ],
    progress: [{ atMs: 1, update: 0.5 }],
  }),
);

describe('an execution that is shown', () => {
  it('has everything that is kept of it, and the other attempts of its job', async () => {
    const world = await worldOf();
    const first = await world.begin();
    const { jobId } = (await world.services.executionStore.find(String(first)))!;
    const id = await world.begin({ jobId, attempt: 2 });
    await world.finish(first, { status: 'failed', output: null, error: failure });
    await world.finish(id, {
      status: 'failed',
      output: null,
      error: failure,
      effects,
      progress: { share: 0.5, report: '{"progress":0.5}' },
      logsDropped: 2,
    });
    expect(await world.ask(operations.showExecution, { id: String(id) })).toMatchObject({
      id: String(id),
      taskId: '1',
      taskName: 'task-1',
      jobId: String(jobId),
      attempt: 2,
      status: 'FAILED',
      input: { num1: 1 },
      output: null,
      errorMessage: 'it broke',
      errorDetails: { code: 'TASK_FAILED', errorClass: 'RangeError', stack: failure.data.stack, hint: 'mend it' },
      queuedAt: '1970-01-01T00:00:01.000Z',
      startedAt: '1970-01-01T00:00:02.000Z',
      completedAt: '1970-01-01T00:00:02.500Z',
      durationMs: 500,
      cost: { queueMs: 1, cpuMs: 1 },
      httpRequests: [{ method: 'GET', url: 'https://a.test/x', status: 200 }],
      progress: 0.5,
      progressReport: { progress: 0.5 },
      logsDropped: 2,
      attempts: [{ id: String(first), attempt: 1, status: 'FAILED' }],
      recordingPath: null,
      canRetry: true,
      canCancel: false,
    });
    await expect(world.ask(operations.showExecution, { id: '999' })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND', http: 404 });
  });

  it('holds no secret of its input', async () => {
    const world = await worldOf();
    const jobId = await jobForTest(world.database, { input: '{"password":"hunter2222","note":"it is hunter2222","num1":1}' });
    const id = String(await world.begin({ jobId }));
    const input = { password: '__secret_password__', note: 'it is __secret_password__', num1: 1 };
    expect(await world.ask(operations.showExecution, { id })).toMatchObject({ input });
    expect(await world.ask(operations.executionTrace, { id })).toMatchObject({ input });
  });

  it('stands in lists with its status in any case, without what it was given', async () => {
    const world = await worldOf();
    const id = await world.begin();
    await world.begin({ status: 'pending' });
    const page = (await world.ask(operations.listExecutions, { filter: { status: { eq: 'running' } } })) as { items: object[] };
    expect(page).toMatchObject({ total: 1, items: [{ id: String(id), status: 'RUNNING', canCancel: true }] });
    expect(Object.keys(page.items[0]!)).not.toContain('input');
  });

  it('is summed up with the others', async () => {
    const world = await worldOf();
    for (const parts of [{}, {}, {}, { status: 'failed' as const, error: failure }]) await world.finish(await world.begin(), parts);
    await world.begin();
    const stats = { totalExecutions: 5, runningExecutions: 1, completedExecutions: 3, failedExecutions: 1, successRate: 0.75 };
    expect(await world.ask(operations.executionStats, {})).toMatchObject({ ...stats, averageDurationMs: 500, executionsLast24H: 5 });
  });

  it('gives its log in pages', async () => {
    const world = await worldOf();
    const id = await world.begin();
    const logs = ['a', 'b', 'c'].map((message, index) => ({ number: index + 1, level: index === 1 ? 'warn' : 'info', message, at: 2_000 }));
    await world.finish(id, { logs, logsDropped: 7 });
    const first = await world.ask(operations.executionLogs, { id: String(id), limit: 2 });
    expect(first).toMatchObject({
      lines: [{ number: 1, message: 'a', at: '1970-01-01T00:00:02.000Z' }, { number: 2 }],
      next: 2,
      logsDropped: 7,
    });
    expect(await world.ask(operations.executionLogs, { id: String(id), after: 2 })).toMatchObject({ lines: [{ number: 3 }], next: null });
    expect(await world.ask(operations.executionLogs, { id: String(id), level: 'warn' })).toMatchObject({
      lines: [{ number: 2 }],
      next: null,
    });
  });
});

describe('the recording of an execution', () => {
  it('comes with the files of the task as they were, or as HAR', async () => {
    const world = await worldOf();
    const id = await world.begin();
    await world.finish(id, { recording });
    const got = (await world.ask(operations.executionRecording, { id: String(id) })) as { effects: string };
    expect(got).toMatchObject({ format: 'effects', files: { 'main.js': 'x' }, har: null, task: { version: '1.0.0', checksum: 'ab' } });
    expect(Buffer.from(got.effects, 'base64').equals(recording)).toBe(true);
    const har = await world.ask(operations.executionRecording, { id: String(id), format: 'har' });
    expect(har).toMatchObject({
      effects: null,
      files: null,
      har: { log: { version: '1.2', entries: [{ request: { url: 'https://a.test/x' } }] } },
    });
    expect(await world.ask(operations.showExecution, { id: String(id) })).toMatchObject({
      recordingPath: `/api/v1/executions/${id}/recording`,
    });
  });

  it.each([
    ['failed', 'completed', 'it is completed, and executions.keep_recordings is failed'],
    ['none', 'failed', 'executions.keep_recordings is none'],
    ['all', 'failed', 'it has been removed since'],
    ['all', null, 'it is running, and recordings are stored at the end'],
  ] as const)('that is not kept, where %s are and it has %s, is refused with the reason', async (policy, status, reason) => {
    const world = await worldOf({ 'executions.keep_recordings': policy });
    const id = await world.begin();
    if (status !== null) await world.finish(id, { status });
    await expect(world.ask(operations.executionRecording, { id: String(id) })).rejects.toMatchObject({
      code: 'EXECUTION_NOT_RECORDED',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('without the files it ran is sent only when nobody asks for them', async () => {
    const world = await worldOf();
    const id = await world.begin({ taskChecksum: 'gone' });
    await world.finish(id, { recording });
    await expect(world.ask(operations.executionRecording, { id: String(id) })).rejects.toMatchObject({ code: 'EXECUTION_VERSION_GONE' });
    expect(await world.ask(operations.executionRecording, { id: String(id), withFiles: false })).toMatchObject({ files: null });
  });

  it('makes the timeline, which else is made of the summary and the log', async () => {
    const world = await worldOf();
    const [plain, recorded] = [await world.begin(), await world.begin()];
    const logs = [{ number: 1, level: 'info', message: 'a', at: 2_100 }];
    const progress = { share: 0.5, report: '0.5' };
    await world.finish(plain, { effects, logs, progress });
    await world.finish(recorded, { effects, recording });
    expect(await world.ask(operations.executionTrace, { id: String(plain) })).toMatchObject({
      source: 'summary',
      task: { uuid: '00000000-0000-4000-8000-000000000001', label: 'Task 1' },
      startedAt: 2_000,
      effects: [{ number: 1, url: 'https://a.test/x' }],
      logs: [{ message: 'a', arrivedMs: 100 }],
      progress: [{ update: 0.5 }],
      turns: [],
    });
    expect(await world.ask(operations.executionTrace, { id: String(recorded) })).toMatchObject({
      source: 'recording',
      effects: [{ number: 1, request: { headers: [['a', 'b']], body: null }, response: { body: { text: 'hello' } } }],
      progress: [{ atMs: 1, update: 0.5 }],
      turns: ['r1'],
    });
  });
});

describe('asking for executions', () => {
  it('makes one that is pending', async () => {
    const world = await worldOf();
    const made = await world.ask(operations.createExecution, {
      taskId: 'addition',
      input: { a: 1 },
      priority: 'HIGH',
      scheduledFor: 20_000,
    });
    expect(made).toMatchObject({ status: 'PENDING', canCancel: true, output: null });
    expect(world.asked).toEqual([
      {
        task: 'addition',
        version: null,
        input: '{"a":1}',
        priority: 'HIGH',
        runAt: 20_000,
        timeoutMs: null,
        record: null,
        ignoresPause: false,
      },
    ]);
  });

  it('takes what older clients say', async () => {
    const world = await worldOf();
    await world.ask(operations.createExecution, { taskId: 3, options: { enable_recording: true, priority: 'low', timeout_seconds: 1.5 } });
    expect(world.asked).toMatchObject([{ task: '3', input: '{}', priority: 'low', timeoutMs: 1_500, record: 'all' }]);
  });

  it('waits for what comes of it, through all attempts', async () => {
    const world = await worldOf({}, async (within, jobId) => {
      const [{ id }] = (await within.services.executionStore.attempts(jobId)) as [ExecutionRow];
      await within.finish(id, { status: 'failed', output: null, error: failure });
      await within.finish(await within.begin({ jobId, attempt: 2 }));
    });
    const came = await world.ask(operations.runTask, { id: 'addition', input: { num1: 1 }, ignorePause: true });
    expect(came).toMatchObject({ status: 'COMPLETED', output: { sum: 3 }, attempt: 2, attempts: [{ attempt: 1, status: 'FAILED' }] });
    expect(world.asked).toMatchObject([{ priority: 'critical', ignoresPause: true }]);
  });

  it('answers with what there is when the end does not come in time', async () => {
    const signals: AbortSignal[] = [];
    const world = await worldOf();
    const executionJobs: ExecutionJobs = {
      ...world.services.executionJobs,
      ended: (_id, signal) => {
        signals.push(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    };
    const came = await call(
      operations.runTask,
      { ...world.services, executionJobs },
      { id: '1', waitMs: 20 },
      { caller: localCaller, now: () => now },
    );
    expect(came).toMatchObject({ status: 'PENDING' });
    expect(signals[0]!.aborted).toBe(true);
  });
});

describe('changing executions', () => {
  it('cancels through the job what has not ended', async () => {
    const world = await worldOf();
    const id = await world.begin();
    const { jobId } = (await world.services.executionStore.find(String(id)))!;
    expect(await world.ask(operations.cancelExecution, { id: String(id) })).toMatchObject({ id: String(id), jobId: String(jobId) });
    expect(world.asked).toEqual([{ cancel: jobId }]);
    await world.finish(id);
    await expect(world.ask(operations.cancelExecution, { id: String(id) })).rejects.toMatchObject({ code: 'EXECUTION_ENDED', http: 409 });
  });

  it('retries through the job what failed, with another input where one is given', async () => {
    const world = await worldOf();
    const id = await world.begin();
    const { jobId } = (await world.services.executionStore.find(String(id)))!;
    await expect(world.ask(operations.retryExecution, { id: String(id) })).rejects.toMatchObject({ code: 'EXECUTION_NOT_RETRYABLE' });
    await world.finish(id, { status: 'failed', error: failure, output: null });
    await world.ask(operations.retryExecution, { id: String(id) });
    await world.ask(operations.retryExecution, { id: String(id), input: null });
    expect(world.asked).toEqual([
      { retry: jobId, input: null },
      { retry: jobId, input: 'null' },
    ]);
  });

  it('removes only what has ended', async () => {
    const world = await worldOf();
    const id = await world.begin();
    await expect(world.ask(operations.removeExecution, { id: String(id) })).rejects.toMatchObject({ code: 'EXECUTION_BUSY' });
    await world.finish(id);
    await world.ask(operations.removeExecution, { id: String(id) });
    await expect(world.ask(operations.removeExecution, { id: String(id) })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('writes no history for anybody', async () => {
    const world = await worldOf();
    const id = await world.begin();
    const before = await world.ask(operations.showExecution, { id: String(id) });
    const falsified = world.ask(operations.updateExecution, { id: String(id), status: 'completed', output: { sum: 4 }, progress: null });
    await expect(falsified).rejects.toMatchObject({ code: 'EXECUTION_IMMUTABLE', data: { fields: ['status', 'output', 'progress'] } });
    expect(await world.ask(operations.updateExecution, { id: String(id) })).toEqual(before);
  });

  it('needs a permission for each kind of change', async () => {
    const world = await worldOf();
    const id = String(await world.begin());
    const reader: Caller = { kind: 'key', name: 'reader', tenant: 'default', permissions: ['execution:read'] };
    const denied = { code: 'NOT_PERMITTED' };
    await expect(world.ask(operations.cancelExecution, { id }, reader)).rejects.toMatchObject(denied);
    await expect(world.ask(operations.retryExecution, { id }, reader)).rejects.toMatchObject(denied);
    await expect(world.ask(operations.removeExecution, { id }, reader)).rejects.toMatchObject(denied);
    await expect(world.ask(operations.updateExecution, { id }, reader)).rejects.toMatchObject(denied);
    await expect(world.ask(operations.createExecution, { taskId: '1' }, reader)).rejects.toMatchObject(denied);
    await expect(world.ask(operations.runTask, { id }, reader)).rejects.toMatchObject(denied);
    expect(world.asked).toEqual([]);
  });
});

describe('the operations on executions', () => {
  it('load no database, so that commands start quickly', () => {
    const script = `
      import { registerHooks } from 'node:module';
      registerHooks({ load: (url, context, next) => (console.log(url), next(url, context)) });
      for (const door of ['executions/stored/operations.ts', 'executions/index.ts', 'recordings/index.ts']) await import('#' + door);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const loaded = stdout.split('\n');
    expect(loaded.some((url) => url.endsWith('/src/recordings/index.ts'))).toBe(true);
    expect(loaded.filter((url) => /kysely|node:sqlite|\/pg\/|src\/storage/.test(url))).toEqual([]);
  });
});
