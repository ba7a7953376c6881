import { expect, it } from 'vitest';
import { listInput, type ListRequest } from '#kernel/index.ts';
import { wrongRowCounts, type Database } from '#storage/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import type { ExecutionStore, LogQuery, NewStoredExecution, StoredLogLine } from '../execution-store.ts';
import { executionListing } from './execution-listing.ts';
import { createExecutionStore } from './execution-store.ts';
import { failureForTest, finishedForTest, jobForTest, newExecutionForTest } from './stored-for-test.ts';

const wanted = (asked: object = {}) => listInput(executionListing).parse(asked) as ListRequest;
const all: LogQuery = { after: 0, limit: 1_000, levels: null, search: null };
const line = (number: number, message: string, level = 'info'): StoredLogLine => ({ number, level, message, at: 2_000 + number });

async function begin(database: Database, store: ExecutionStore, parts: Partial<NewStoredExecution> = {}, taskId = 1): Promise<number> {
  const job = parts.jobId ?? (await jobForTest(database, { taskId, input: '{"num1":1}' }));
  const [id] = await database.write((queries) => store.writes.begin(queries, [newExecutionForTest(job, { taskId, ...parts })]));
  return id!;
}

await describeOnBoth('stored executions', (open) => {
  it('are found by number and by uuid, with the names of what they belong to', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store, { uuid: '0189aaaa-0000-7000-8000-000000000001' });
    const row = await store.find(String(id));
    expect(row).toMatchObject({ id, taskName: 'task-1', taskLabel: 'Task 1', status: 'running', attempt: 1, hasRecording: false });
    expect(await store.find('0189AAAA-0000-7000-8000-000000000001')).toEqual(row);
    for (const nobody of ['999', 'x', '', '99999999999999999999']) expect(await store.find(nobody)).toBeNull();
  });

  it('have a result as soon as they are asked for one', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store);
    const empty = { input: '{"num1":1}', output: null, error: null, cost: null, effects: null, progress: null, logsDropped: 0 };
    expect(await store.result(id)).toEqual(empty);
    await database.write((queries) =>
      store.writes.finish(queries, [finishedForTest(id, { status: 'failed', output: null, error: failureForTest })]),
    );
    expect(await store.result(id)).toMatchObject({ error: failureForTest, cost: { queueMs: 1 }, output: null });
    expect(await store.result(id + 1)).toBeNull();
  });

  it('are listed by what callers ask for', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const running = await begin(database, store, { queuedAt: 1_000 });
    const pending = await begin(database, store, { queuedAt: 2_000, status: 'pending' }, 2);
    const failed = await begin(database, store, { queuedAt: 3_000 });
    const completed = await begin(database, store, { queuedAt: 4_000 });
    await database.write((queries) =>
      store.writes.finish(queries, [
        finishedForTest(failed, { status: 'failed', error: { ...failureForTest, message: '100% of it broke' }, completedAt: 3_000 }),
        finishedForTest(completed, { progress: { share: 0.5, report: '0.5' }, recording: new Uint8Array([1]) }),
      ]),
    );
    const ids = async (filter: object, rest: object = {}) => (await store.list(wanted({ filter, ...rest }))).items.map(({ id }) => id);
    expect(await ids({})).toEqual([completed, failed, pending, running]);
    expect(await ids({ status: { eq: 'failed' } })).toEqual([failed]);
    expect(await ids({ status: { in: ['FAILED', 'PENDING'] } })).toEqual([failed, pending]);
    expect(await ids({ status: { ne: 'RUNNING' } })).toEqual([completed, failed, pending]);
    expect(await ids({ taskId: { eq: '2' } })).toEqual([pending]);
    expect(await ids({ taskId: { in: ['task-2', '1'] } })).toEqual([completed, failed, pending, running]);
    expect(await ids({ taskId: { notIn: ['00000000-0000-4000-8000-000000000001'] } })).toEqual([pending]);
    expect(await ids({ id: { in: [String(failed), String(running)] } })).toEqual([failed, running]);
    expect(await ids({ queuedAt: { gt: 1_000, lt: 4_000 } })).toEqual([failed, pending]);
    expect(await ids({ durationMs: { gte: 1_000 } })).toEqual([failed]);
    expect(await ids({ progress: { lte: 0.5 } })).toEqual([completed]);
    expect(await ids({ errorMessage: { contains: '100% OF' } })).toEqual([failed]);
    expect(await ids({ errorMessage: { contains: '100_' } })).toEqual([]);
    expect(await ids({ hasProgress: { eq: true } })).toEqual([completed]);
    expect(await ids({ hasProgress: { ne: true } })).toEqual([failed, pending, running]);
    expect(await ids({ hasError: { eq: true } })).toEqual([failed]);
    expect(await ids({ hasRecording: { eq: true } })).toEqual([completed]);
    expect(await ids({ canRetry: { eq: true } })).toEqual([failed]);
    expect(await ids({ canCancel: { eq: true } })).toEqual([pending, running]);
    expect(await ids({ canCancel: { eq: false } })).toEqual([completed, failed]);
    expect(await ids({}, { sort: { field: 'queuedAt', order: 'asc' }, limit: 2 })).toEqual([running, pending]);
  });

  it('say how many there are in all, and lead from page to page', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const job = await jobForTest(database);
    for (let attempt = 1; attempt <= 5; attempt++) await begin(database, store, { jobId: job, attempt });
    const first = await store.list(wanted({ limit: 2 }));
    expect(first).toMatchObject({ total: 5, isTotalExact: true });
    const second = await store.list(wanted({ limit: 2, after: first.next }));
    const third = await store.list(wanted({ limit: 2, after: second.next }));
    expect([first, second, third].flatMap(({ items }) => items.map(({ attempt }) => attempt))).toEqual([5, 4, 3, 2, 1]);
    expect(third.next).toBeNull();
    expect((await store.attempts(job)).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
  });

  it('are summed up without being counted', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const dayMs = 86_400_000;
    const ids = [await begin(database, store), await begin(database, store), await begin(database, store), await begin(database, store)];
    await database.write((queries) =>
      store.writes.finish(queries, [
        finishedForTest(ids[0]!, { completedAt: 2_100 }),
        finishedForTest(ids[1]!, { completedAt: 2_000 + dayMs }),
        finishedForTest(ids[2]!, { completedAt: 2_000 + dayMs, status: 'failed', error: failureForTest }),
      ]),
    );
    expect(await store.stats(2_500 + dayMs)).toEqual({
      byStatus: { pending: 0, running: 1, completed: 2, failed: 1, cancelled: 0 },
      averageDurationMs: (100 + dayMs) / 2,
      last24Hours: 3,
    });
  });

  it('are removed with all that belongs to them, but only when they have ended', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store);
    expect(await store.remove(id)).toBe(false);
    const finished = finishedForTest(id, { logs: [line(1, 'a')], recording: new Uint8Array([1]) });
    await database.write((queries) => store.writes.finish(queries, [finished]));
    expect(await store.remove(id)).toBe(true);
    expect(await store.remove(id)).toBe(false);
    expect([await store.find(String(id)), await store.recording(id), await store.logs(id, all)]).toEqual([null, null, []]);
    const wrong = await wrongRowCounts(database.read);
    expect(wrong.filter(({ name }) => name.startsWith('executions.'))).toEqual([]);
  });

  it('give their recording back byte for byte', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store);
    const recording = new Uint8Array([0, 255, 10, 13, 128]);
    await database.write((queries) => store.writes.finish(queries, [finishedForTest(id, { recording })]));
    expect([...(await store.recording(id))!]).toEqual([...recording]);
  });
});

await describeOnBoth('the log of an execution', (open) => {
  it('grows while it runs, and gives every line once, however often it is written', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store, { token: 4 });
    await store.append(id, 4, [line(1, 'one'), line(2, 'two')], { share: 0.25, report: '{"progress":0.25}' });
    await store.append(id, 4, [line(2, 'two, masked'), line(3, 'three')], null);
    expect((await store.logs(id, all)).map(({ message }) => message)).toEqual(['one', 'two, masked', 'three']);
    expect(await store.find(String(id))).toMatchObject({ progress: 0.25 });
    expect(await store.result(id)).toMatchObject({ progress: '{"progress":0.25}' });
    await database.write((queries) => store.writes.finish(queries, [finishedForTest(id, { logs: [line(4, 'four')] })]));
    expect((await store.logs(id, all)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(await store.result(id)).toMatchObject({ progress: '{"progress":0.25}', output: '{"sum":3}' });
  });

  it('takes nothing from an attempt that is no longer the one that runs', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store, { token: 4 });
    await store.append(id, 3, [line(1, 'late')], { share: 1, report: '1' });
    await database.write((queries) => store.writes.finish(queries, [finishedForTest(id)]));
    await store.append(id, 4, [line(2, 'later')], { share: 1, report: '1' });
    expect(await store.logs(id, all)).toEqual([]);
    expect(await store.find(String(id))).toMatchObject({ progress: null });
  });

  it('is read in pages, by level, and by words in any case', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store);
    const lines = [line(1, 'Größe: 100%'), line(2, 'GRÖSSE_2', 'warn'), line(3, 'größe 3', 'error'), line(4, 'other', 'debug')];
    await store.append(id, 1, lines, null);
    const numbers = async (query: Partial<LogQuery>) => (await store.logs(id, { ...all, ...query })).map(({ number }) => number);
    expect(await numbers({ limit: 2 })).toEqual([1, 2]);
    expect(await numbers({ after: 2 })).toEqual([3, 4]);
    expect(await numbers({ levels: ['warn', 'error'] })).toEqual([2, 3]);
    expect(await numbers({ search: 'GRÖ' })).toEqual([1, 2, 3]);
    expect(await numbers({ search: '0%' })).toEqual([1]);
    expect(await numbers({ search: '_' })).toEqual([2]);
    expect(await numbers({ search: 'größe', levels: ['error'], limit: 1 })).toEqual([3]);
  });

  it('is read to its end when it is longer than one look', async () => {
    const database = await open();
    const store = createExecutionStore(database);
    const id = await begin(database, store);
    await store.append(
      id,
      1,
      Array.from({ length: 2_001 }, (_, index) => line(index + 1, index === 2_000 ? 'needle' : 'hay')),
      null,
    );
    expect((await store.logs(id, { ...all, search: 'needle' })).map(({ number }) => number)).toEqual([2_001]);
    expect(await store.logs(id, { ...all, limit: 5_000 })).toHaveLength(2_001);
  });
});
