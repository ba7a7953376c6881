import { afterEach, expect, it } from 'vitest';
import { systemClock, uuidSource } from '#kernel/index.ts';
import { temporaryDatabases, temporarySqlite } from '#testing/temporary-database.ts';
import type { ClaimedJob } from '../job-store.ts';
import { ended, queueForTest } from '../queue-for-test.ts';
import type { AttemptEnd, StopReason } from './attempt.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';

const open = temporaryDatabases(temporarySqlite);
const dispatchers: Dispatcher[] = [];
afterEach(async () => {
  await Promise.all(dispatchers.splice(0).map((one) => one.stop(0)));
});

/** A job that was begun, and the ways in which it may end. */
interface Begun {
  readonly job: ClaimedJob;
  readonly stopped: StopReason[];
  succeed(): Promise<void>;
}

async function queueWith(options: { capacity?: number; leaseMs?: number; mostPerClaim?: number } = {}) {
  const database = await open();
  const queue = queueForTest(database);
  const task = await queue.task();
  const begun: Begun[] = [];
  const trouble: string[] = [];
  let tell = () => {};
  const start = (owner: string, more: { isOnlyOwner?: boolean; ignoresStop?: boolean } = {}) => {
    const dispatcher = createDispatcher({
      store: queue.store,
      clock: systemClock,
      ids: uuidSource(),
      owner,
      isOnlyOwner: more.isOnlyOwner ?? true,
      get capacity() {
        return options.capacity ?? 4;
      },
      mostPerClaim: options.mostPerClaim ?? 64,
      leaseMs: options.leaseMs ?? 10_000,
      mostRescues: 3,
      brokenTasks: () => new Map(),
      onTrouble: (what) => trouble.push(what),
      onRescued: () => {},
      begin(job) {
        const { promise, resolve } = Promise.withResolvers<AttemptEnd>();
        const stopped: StopReason[] = [];
        begun.push({
          job,
          stopped,
          async succeed() {
            const [committed] = await queue.store.complete([ended(job, { now: Date.now() })]);
            resolve(committed === 'committed' ? { kind: 'committed', retryAt: null } : { kind: 'stale' });
          },
        });
        tell();
        return {
          ran: promise.then(() => {}),
          ended: promise,
          stop(reason) {
            stopped.push(reason);
            if (more.ignoresStop) return;
            if (reason === 'shutdown')
              void queue.store.release([{ jobId: job.id, token: job.token }], Date.now()).then(() => resolve({ kind: 'released' }));
            else resolve({ kind: 'stale' });
          },
        };
      },
    });
    dispatchers.push(dispatcher);
    return dispatcher;
  };
  return {
    queue,
    task,
    begun,
    trouble,
    start,
    /** Resolves when so many jobs have been begun in all. */
    async untilBegun(count: number) {
      while (begun.length < count) await new Promise<void>((resolve) => (tell = resolve));
    },
    enqueue: (more: Parameters<typeof queue.enqueue>[1] = {}) => queue.enqueue(task, more, Date.now()),
    statusOf: async (id: number) => (await queue.store.find(String(id)))?.status,
  };
}

it('jobs begin in order of priority, and no more than there is room for', async () => {
  const test = await queueWith({ capacity: 2 });
  const low = await test.enqueue({ priority: 25 });
  const high = await test.enqueue({ priority: 75 });
  const normal = await test.enqueue();
  await test.start('a').start();
  await test.untilBegun(2);
  expect(test.begun.map(({ job }) => job.id)).toEqual([high, normal]);
  expect(await test.statusOf(low)).toBe('queued');
  await test.begun[0]!.succeed();
  await test.untilBegun(3);
  expect(test.begun[2]!.job.id).toBe(low);
  expect(test.trouble).toEqual([]);
});

it('a job begins as soon as somebody says that there is one', async () => {
  const test = await queueWith();
  const dispatcher = test.start('a');
  await dispatcher.start();
  const startedMs = performance.now();
  await test.enqueue();
  dispatcher.poke();
  await test.untilBegun(1);
  expect(performance.now() - startedMs).toBeLessThan(500);
});

it('a job with a time begins then and not before, without anybody saying so', async () => {
  const test = await queueWith();
  const dispatcher = test.start('a');
  await dispatcher.start();
  const runAt = Date.now() + 120;
  await test.enqueue({ runAt });
  dispatcher.poke(runAt);
  await test.untilBegun(1);
  const late = Date.now() - runAt;
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(500);
});

it('what an earlier process left in the middle begins again at the start, as another attempt', async () => {
  const test = await queueWith();
  const job = await test.enqueue();
  // Claimed by somebody who is killed before it writes anything more.
  await test.queue.claim(1, Date.now(), { owner: 'killed' });
  expect(await test.statusOf(job)).toBe('processing');
  await test.start('next').start();
  await test.untilBegun(1);
  expect(test.begun[0]!.job).toMatchObject({ id: job, attempt: 2 });
});

it('leases are renewed as long as a job runs: nobody takes it', async () => {
  const test = await queueWith({ leaseMs: 300 });
  const job = await test.enqueue();
  await test.start('a', { isOnlyOwner: false }).start();
  await test.untilBegun(1);
  await new Promise((resolve) => setTimeout(resolve, 900));
  const rescued = await test.queue.store.rescue({ owner: 'b', isOnlyOwner: false, now: Date.now(), mostRescues: 3 });
  expect(rescued).toEqual([]);
  expect(await test.statusOf(job)).toBe('processing');
});

it('an attempt whose lease somebody else took is stopped, and what it writes afterwards is refused', async () => {
  const test = await queueWith({ leaseMs: 300 });
  await test.enqueue();
  await test.start('a', { isOnlyOwner: false, ignoresStop: true }).start();
  await test.untilBegun(1);
  // As if this process had stood still for so long that its lease ran out.
  const later = Date.now() + 60_000;
  await test.queue.store.rescue({ owner: 'b', isOnlyOwner: false, now: later, mostRescues: 3 });
  const [taken] = await test.queue.claim(1, later, { owner: 'b' });
  expect(taken!.attempt).toBe(2);
  await expect.poll(() => test.begun[0]!.stopped, { timeout: 2_000 }).toContain('lost');
  expect(await test.queue.store.complete([ended(test.begun[0]!.job, { now: later })])).toEqual(['stale']);
  expect(await test.queue.store.complete([ended(taken!, { now: later })])).toEqual(['committed']);
  await test.begun[0]!.succeed();
});

it('a running job that somebody cancels is stopped, even where the wish came through the database only', async () => {
  const test = await queueWith({ leaseMs: 300 });
  const job = await test.enqueue();
  await test.start('a').start();
  await test.untilBegun(1);
  await test.queue.store.cancel(job, Date.now());
  await expect.poll(() => test.begun[0]!.stopped, { timeout: 2_000 }).toContain('cancelled');
});

it('stopping waits for what runs, and gives back the rest without burning an attempt', async () => {
  const test = await queueWith();
  const [quick, slow] = [await test.enqueue(), await test.enqueue()];
  const waiting = await test.enqueue({ runAt: Date.now() + 60_000 });
  const dispatcher = test.start('a');
  await dispatcher.start();
  await test.untilBegun(2);
  const stopped = dispatcher.stop(200);
  await test.begun.find(({ job }) => job.id === quick)!.succeed();
  await stopped;
  expect(await test.statusOf(quick)).toBe('completed');
  expect(await test.queue.store.find(String(slow))).toMatchObject({ status: 'queued', retryCount: 0 });
  expect(await test.statusOf(waiting)).toBe('queued');
  await test.enqueue();
  dispatcher.poke();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(test.begun, 'jobs begun after it was asked to stop').toHaveLength(2);
  await test.start('b').start();
  await test.untilBegun(3);
  expect(test.begun[2]!.job).toMatchObject({ id: slow, attempt: 1 });
});

it('claims more at once when its capacity grows while it runs, in bites of the size it is told', async () => {
  const options = { capacity: 1, mostPerClaim: 2 };
  const test = await queueWith(options);
  const dispatcher = test.start('a');
  for (let job = 0; job < 5; job++) await test.enqueue();
  await dispatcher.start();
  await test.untilBegun(1);
  expect(dispatcher.stats()).toMatchObject({ running: 1, capacity: 1 });
  options.capacity = 5;
  dispatcher.poke();
  await test.untilBegun(5);
  expect(dispatcher.stats()).toMatchObject({ running: 5, capacity: 5 });
  expect(new Set(test.begun.map(({ job }) => job.id)).size).toBe(5);
});
