import { beforeEach, expect, it } from 'vitest';
import {
  call,
  createEventFeed,
  localCaller,
  settingsFrom,
  uuidV7,
  type EventFeed,
  type FeedEvent,
  type IdSource,
  type Operation,
} from '#kernel/index.ts';
import type { StorageRefusal } from '#storage/index.ts';
import type { CatalogueTask } from '#tasks/index.ts';
import { temporaryDatabases, temporarySqlite } from '../testing/temporary-database.ts';
import { testClock, type TestClock } from '../testing/test-clock.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { enqueueJobOperation, enqueueManyOperation, jobOperations } from './operations.ts';
import { queueForTest, start, type QueueForTest } from './queue-for-test.ts';

const open = temporaryDatabases(temporarySqlite);

let queue: QueueForTest;
let task: number;
let clock: TestClock;
let jobs: Jobs;
let feed: EventFeed;
let events: FeedEvent[];
let pokes: (number | undefined)[];
let stopped: number[];
let refusal: StorageRefusal | null;
let missingSince: number | null;

beforeEach(async () => {
  queue = queueForTest(await open());
  task = await queue.task();
  clock = testClock(start);
  [events, pokes, stopped, refusal, missingSince] = [[], [], [], null, null];
  feed = createEventFeed('boot');
  feed.subscribe((event) => events.push(event));
  let made = 0;
  const ids = { next: () => uuidV7(start + made++, new Uint8Array(16)) } as IdSource;
  jobs = createJobs({
    store: queue.store,
    tasks: { find: async (ref) => (ref === String(task) || ref === 'task-0' ? known() : null) },
    feed,
    settings: settingsFrom({ 'server.job_queue.max_queue_size': 5, 'server.job_queue.max_input_bytes': 1_024 }),
    ids,
    clock,
    poke: (at) => pokes.push(at),
    stopRunning: (id) => stopped.push(id),
    refusal: () => refusal,
    capacity: () => ({ workers: 4, free: 4 }),
  });
});

function known(): CatalogueTask {
  return {
    id: task,
    uuid: '00000000-0000-7000-8000-000000000001',
    name: 'task-0',
    label: 'task-0',
    description: '',
    version: '1.0.0',
    availableVersions: ['0.9.0', '1.0.0'],
    disabledVersions: [],
    unapprovedVersions: [],
    isTool: false,
    storageType: 'file',
    path: null,
    source: null,
    syncStatus: 'synced',
    needsPush: false,
    lastSyncedAt: null,
    enabled: true,
    maxConcurrent: null,
    inSync: true,
    syncError: null,
    missingSince,
    createdAt: start,
    updatedAt: start,
    validatedAt: null,
  };
}

const services = () => ({ jobs, resultOf: async (executionId: number) => ({ output: `{"of":${executionId}}`, error: null }) });
const operationNamed = (name: string) =>
  jobOperations.find((one) => one.name === name) as unknown as Operation<ReturnType<typeof services>>;
const ask = async (name: string, input: unknown) =>
  (await call(operationNamed(name), services(), input, { caller: localCaller, now: () => clock.now() })) as Record<string, never>;
const kinds = () => events.map(({ kind }) => kind);

it('queues a job by the name of its task, tells of it, and wakes the dispatcher', async () => {
  const job = await ask('jobs.enqueue', { taskId: 'task-0', input: { a: 1 }, priority: 'urgent', metadata: { from: 'test' } });
  expect(job).toMatchObject({
    taskId: String(task),
    taskName: 'task-0',
    status: 'QUEUED',
    priority: 'CRITICAL',
    priorityNumber: 100,
    isNew: true,
    isFinished: false,
    output: null,
  });
  expect(job).toMatchObject({
    queuedAt: '2026-01-01T00:00:00.000Z',
    scheduledFor: '2026-01-01T00:00:00.000Z',
    retryCount: 0,
    maxRetries: 3,
    hold: null,
  });
  expect(events).toMatchObject([{ kind: 'job.queued', taskId: String(task), jobId: job['id'], at: start }]);
  expect(pokes).toEqual([undefined]);
  const shown = await ask('jobs.show', { id: job['uuid'] });
  expect(shown).toMatchObject({ id: job['id'], input: { a: 1 }, metadata: { from: 'test' }, outputDestinations: [], queuePosition: 1 });
});

it('sets the alarm for a job of later', async () => {
  await ask('jobs.enqueue', { taskId: task, scheduledFor: '2026-01-01T00:01:00Z' });
  const later = await ask('jobs.enqueue', { taskId: task, delay: '30s' });
  expect(later).toMatchObject({ hold: 'TIME', scheduledFor: '2026-01-01T00:00:30.000Z' });
  expect(pokes).toEqual([start + 60_000, start + 30_000]);
});

it.each([
  [{ taskId: 'nothing' }, 'JOB_TASK_GONE'],
  [{ taskId: 'task-0', version: '7.0.0' }, 'JOB_VERSION_UNKNOWN'],
  [{ taskId: 'task-0', input: 'x'.repeat(1_030) }, 'JOB_INPUT_TOO_LARGE'],
  [{ taskId: 'task-0', priority: 'soon' }, 'REQUEST_INVALID'],
  [{ taskId: 'task-0', uniqueKey: 'a\0b' }, 'REQUEST_INVALID'],
])('refuses %o with %s', async (input, code) => {
  await expect(ask('jobs.enqueue', input)).rejects.toMatchObject({ code });
  expect(kinds()).toEqual([]);
});

it('refuses while nothing can be stored, when the queue is full, and when the task is not there', async () => {
  refusal = { reason: 'full', detail: 'no space', since: start };
  await expect(ask('jobs.enqueue', { taskId: task })).rejects.toMatchObject({ code: 'JOB_STORAGE_REFUSES', http: 503 });
  refusal = null;
  for (let count = 0; count < 5; count++) await ask('jobs.enqueue', { taskId: task });
  await expect(ask('jobs.enqueue', { taskId: task })).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    http: 429,
    data: { retryAfterSeconds: 5 },
  });
  missingSince = start;
  await expect(ask('jobs.enqueue', { taskId: task })).rejects.toMatchObject({ code: 'JOB_TASK_UNAVAILABLE' });
});

it('gives a repeated request the same job, and tells of it once', async () => {
  const request = { taskId: task, idempotencyKey: 'k', input: { a: 1, b: 2 } };
  const first = await ask('jobs.enqueue', request);
  const again = await ask('jobs.enqueue', { ...request, input: { b: 2, a: 1 } });
  expect([again['id'], again['isNew']]).toEqual([first['id'], false]);
  expect(kinds()).toEqual(['job.queued']);
  await expect(ask('jobs.enqueue', { ...request, input: {} })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', http: 422 });
});

it('waits for the end of a job and answers with its output, as soon as an event tells of it', async () => {
  const asked = call(enqueueJobOperation, services(), { taskId: task, wait: '30s' }, { caller: localCaller, now: () => clock.now() });
  await expect.poll(() => kinds()).toEqual(['job.queued']);
  const [job] = await queue.claim(1);
  await queue.end([job!]);
  const before = performance.now();
  // As the dispatcher does.
  feed.publish({ kind: 'job.completed', at: start, taskId: String(task), jobId: String(job!.id), executionId: null, data: {} });
  expect(await asked).toMatchObject({ status: 'COMPLETED', isFinished: true, output: { of: job!.execution.id }, error: null });
  expect(performance.now() - before).toBeLessThan(500);
});

it('notices within a second that another process has ended the job', async () => {
  const asked = call(enqueueJobOperation, services(), { taskId: task, wait: '30s' }, { caller: localCaller, now: () => clock.now() });
  await expect.poll(() => kinds()).toEqual(['job.queued']);
  await queue.end(await queue.claim(1));
  expect(await asked).toMatchObject({ status: 'COMPLETED' });
});

it('answers with the job as it is when the time is over, or when nobody waits any more', async () => {
  expect(await ask('jobs.enqueue', { taskId: task, wait: 30 })).toMatchObject({ status: 'QUEUED', isFinished: false });
  const leaving = new AbortController();
  const asked = call(
    enqueueJobOperation,
    services(),
    { taskId: task, wait: '60s' },
    { caller: localCaller, now: () => clock.now(), signal: leaving.signal },
  );
  await expect.poll(() => kinds().length).toBe(2);
  leaving.abort();
  expect(await asked).toMatchObject({ isFinished: false });
});

it('queues jobs that need each other, all or none', async () => {
  const batch = { jobs: [{ taskId: task }, { taskId: task, after: [0] }] };
  const { jobs: made } = await call(enqueueManyOperation, services(), batch, { caller: localCaller, now: () => clock.now() });
  expect(await ask('jobs.why', { id: made[1]!.id })).toMatchObject({
    isBlocked: true,
    causes: [{ kind: 'dependency', jobs: [made[0]!.id] }],
  });
  await expect(ask('jobs.enqueueMany', { jobs: [{ taskId: task }, { taskId: 'nothing' }] })).rejects.toMatchObject({
    code: 'JOB_TASK_GONE',
  });
  expect(await ask('jobs.stats', {})).toMatchObject({
    totalJobs: 2,
    queuedJobs: 2,
    queued: 2,
    held: { dependency: 1 },
    by_priority: { urgent: 0, high: 0, normal: 2, low: 0 },
  });
});

it('cancels a waiting job at once and stops a running one', async () => {
  const { id } = await ask('jobs.enqueue', { taskId: task });
  expect(await ask('jobs.cancel', { id })).toMatchObject({ message: `Job ${id} is cancelled.`, job: { status: 'CANCELLED' } });
  await expect(ask('jobs.cancel', { id })).rejects.toMatchObject({ code: 'JOB_ALREADY_FINISHED', http: 409 });
  await ask('jobs.retry', { id });
  await queue.claim(1);
  expect(await ask('jobs.cancel', { id })).toMatchObject({ message: `Job ${id} is being stopped.` });
  expect(stopped).toEqual([Number(id)]);
  expect(kinds()).toEqual(['job.queued', 'job.cancelled', 'job.retried']);
  await expect(ask('jobs.cancel', { id: '4711' })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND', http: 404 });
});

it('changes, removes and lists jobs, and says why not', async () => {
  const { id } = await ask('jobs.enqueue', { taskId: task, retryDelaySeconds: 5 });
  expect(await ask('jobs.update', { id, priority: 'high', scheduledFor: start + 9_000, retryDelaySeconds: 7 })).toMatchObject({
    priorityNumber: 75,
    hold: 'TIME',
  });
  expect(await ask('jobs.show', { id })).toMatchObject({ retryDelaySeconds: 7 });
  expect(
    await ask('jobs.list', {
      filter: { status: { eq: 'queued' }, priority: { in: ['high'] }, taskId: { eq: 'task-0' }, id: { in: [id] } },
    }),
  ).toMatchObject({ items: [{ id }], total: 1 });
  await ask('jobs.update', { id, scheduledFor: start });
  const running = await queue.claim(1);
  await expect(ask('jobs.update', { id, priority: 1 })).rejects.toMatchObject({ code: 'JOB_NOT_WAITING' });
  await expect(ask('jobs.remove', { id })).rejects.toMatchObject({ code: 'JOB_IS_RUNNING' });
  await expect(ask('jobs.retry', { id })).rejects.toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
  await queue.end(running);
  await ask('jobs.remove', { id });
  await expect(ask('jobs.show', { id })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
});

it('pauses and resumes, clears and redrives, and tells of it', async () => {
  const { id } = await ask('jobs.enqueue', { taskId: task });
  await ask('jobs.pause', { taskId: 'task-0', reason: 'repairs' });
  expect(await ask('jobs.why', { id })).toMatchObject({ isBlocked: true, causes: [{ kind: 'paused', by: 'local' }] });
  expect(await ask('jobs.pauses', {})).toMatchObject([{ taskId: String(task), pausedBy: 'local', reason: 'repairs' }]);
  expect(await ask('jobs.resume', { taskId: 'task-0' })).toMatchObject({ wasPaused: true, message: 'Task task-0 goes on.' });
  expect(await ask('jobs.resume', {})).toMatchObject({ wasPaused: false, message: 'The queue was not paused.' });
  expect(await ask('jobs.clear', { taskId: 'task-0', status: 'queued' })).toEqual({ count: 1, message: 'One job is cancelled.' });
  expect(await ask('jobs.redrive', {})).toMatchObject({ count: 0 });
  expect(await ask('jobs.redrive', { status: 'cancelled' })).toMatchObject({ count: 1 });
  expect(kinds()).toEqual(['job.queued', 'queue.paused', 'queue.resumed', 'queue.cleared', 'queue.redriven', 'queue.redriven']);
});
