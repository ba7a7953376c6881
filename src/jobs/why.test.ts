import { expect, it } from 'vitest';
import { temporaryDatabases, temporarySqlite } from '../testing/temporary-database.ts';
import { newJob, queueForTest, start, type QueueForTest } from './queue-for-test.ts';
import { whyOf } from './why.ts';

const open = temporaryDatabases(temporarySqlite);
const why = async (queue: QueueForTest, id: number, now = start, capacity = { workers: 4, free: 4 }) =>
  whyOf((await queue.store.standing(id, now))!, now, capacity);

it('names everything a job waits for, with names and times', async () => {
  const queue = queueForTest(await open());
  const task = await queue.task({ limit: 1 });
  const running = await queue.enqueue(task, { concurrency: { key: 'k', limit: 1 }, rate: { key: 'r', limit: 1, windowMs: 2_000 } });
  await queue.claim(1);
  const id = await queue.enqueue(task, { concurrency: { key: 'k', limit: 1 }, rate: { key: 'r', limit: 1, windowMs: 2_000 } });
  await queue.store.pause({ taskId: task, pausedBy: 'ada', reason: 'repairs', pausedAt: start });
  await queue.store.pause({ taskId: null, pausedBy: 'ben', reason: null, pausedAt: start });
  await queue.setTask(task, { enabled: false });
  const { causes, isBlocked, text, state } = await why(queue, id);
  expect({ isBlocked, state }).toEqual({ isBlocked: true, state: 'QUEUED' });
  expect(causes.map(({ kind, by, until, jobs }) => ({ kind, by, until, jobs }))).toEqual([
    { kind: 'paused', by: 'ben', until: null, jobs: [] },
    { kind: 'paused', by: 'ada', until: null, jobs: [] },
    { kind: 'disabled', by: null, until: null, jobs: [] },
    { kind: 'key-full', by: null, until: null, jobs: [String(running)] },
    { kind: 'task-full', by: null, until: null, jobs: [String(running)] },
    { kind: 'rate-limit', by: null, until: '2026-01-01T00:00:02.000Z', jobs: [] },
  ]);
  expect(text).toContain('Task task-0 was paused by ada at 2026-01-01T00:00:00.000Z: repairs. Resume task task-0.');
  expect(text).toContain('1 of 1 jobs with the key "k" run.');
});

it('names the time, the jobs it needs, and what to do about those that failed', async () => {
  const queue = queueForTest(await open());
  const task = await queue.task();
  const later = await queue.enqueue(task, { runAt: start + 1_000 });
  expect((await why(queue, later)).text).toBe(
    'It is to start at 2026-01-01T00:00:01.000Z, not earlier. Change scheduledFor to let it start now.',
  );
  const [needed, id] = (await queue.store.enqueue([newJob(task), newJob(task, { after: [0] })], start, 10)).map((made) => made.id) as [
    number,
    number,
  ];
  expect((await why(queue, id)).causes).toMatchObject([{ kind: 'dependency', jobs: [String(needed)], whatToDo: null }]);
  await queue.store.cancel(needed, start);
  await queue.store.retry(id, start, null);
  expect((await why(queue, id)).causes).toMatchObject([{ kind: 'dependency', whatToDo: `Retry ${needed}.` }]);
});

it('says that others come first, that nobody has room, or that it is about to start', async () => {
  const queue = queueForTest(await open());
  const task = await queue.task();
  const first = await queue.enqueue(task);
  const second = await queue.enqueue(task);
  expect(await why(queue, first)).toMatchObject({ isBlocked: false, causes: [{ kind: 'about-to-start' }] });
  expect(await why(queue, second)).toMatchObject({ isBlocked: false, causes: [{ kind: 'queue', message: 'One job comes before it.' }] });
  expect((await why(queue, first, start, { workers: 0, free: 0 })).causes).toMatchObject([
    { kind: 'no-worker', message: 'No process takes jobs at the moment.' },
  ]);
  expect((await why(queue, second, start, { workers: 4, free: 0 })).causes.map(({ kind }) => kind)).toEqual(['no-worker', 'queue']);
});

it('says what a running job does and how a finished one ended', async () => {
  const queue = queueForTest(await open());
  const task = await queue.task();
  const id = await queue.enqueue(task);
  const jobs = await queue.claim(1);
  expect((await why(queue, id, start + 5_000)).text).toMatch(/^It runs: attempt 1 began 5 s ago, as execution \d+\.$/);
  await queue.store.cancel(id, start);
  expect((await why(queue, id, start + 5_000)).text).toContain('Its cancellation was asked for');
  await queue.end(jobs, { failed: true });
  expect((await why(queue, id)).text).toBe(
    'It was cancelled at 2026-01-01T00:00:00.000Z. TASK_FAILED: it broke Retry it to let it run after all.',
  );
  await queue.store.retry(id, start, null);
  await queue.end(await queue.claim(1), { failed: true, retryAt: start + 1_000 });
  expect((await why(queue, id)).text).toMatch(/^Attempt 2 failed \(TASK_FAILED\); it waits to be tried again\. It is to start at/);
  await queue.store.wake(start + 1_000);
  await queue.end(await queue.claim(1, start + 1_000), { now: start + 1_000 });
  expect(await why(queue, id)).toMatchObject({
    state: 'COMPLETED',
    causes: [],
    text: 'It completed at 2026-01-01T00:00:01.000Z, at attempt 3.',
  });
});
