import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import type { Database } from '#storage/index.ts';
import { newJob, queueForTest, start, type QueueForTest } from './queue-for-test.ts';
import { verifies } from '../../tests/requirements/verifies.ts';

const second = 1_000;
const ids = (jobs: readonly { id: number }[]) => jobs.map(({ id }) => id);

/** What every store of jobs promises about what keeps jobs from starting, whatever database it stands on. */
export function jobLimitsContract(open: () => Promise<Database>): void {
  let queue: QueueForTest;
  let task: number;

  beforeEach(async () => {
    queue = queueForTest(await open());
    task = await queue.task();
  });

  afterEach(async () => expect(await wrongRowCounts(queue.database.read)).toEqual([]));

  const status = async (id: number) => (await queue.store.find(String(id)))!.status;
  const hold = async (id: number) => (await queue.store.find(String(id)))!.hold;

  describe('room', () => {
    it('runs no more of a concurrency key than its limit, and lets exactly one go on per end', async () => {
      verifies('jobs.key-limit');
      const concurrency = { key: 'k', limit: 2 };
      const made = [];
      for (let count = 0; count < 5; count++) made.push(await queue.enqueue(task, { concurrency }));
      const other = await queue.enqueue(task, { runAt: start });
      const first = await queue.claim(10);
      expect(ids(first)).toEqual([made[0], other, made[1]]);
      expect(await hold(made[2]!)).toBe('key');
      await queue.end([first[0]!]);
      expect([await hold(made[2]!), await hold(made[3]!)]).toEqual([null, 'key']);
      expect(ids(await queue.claim(10))).toEqual([made[2]]);
    });

    it('does not let a key with many jobs stand before the first of another', async () => {
      verifies('jobs.order');
      const a = [];
      for (let count = 0; count < 3; count++) a.push(await queue.enqueue(task, { concurrency: { key: 'a', limit: 100 } }));
      const b = await queue.enqueue(task, { concurrency: { key: 'b', limit: 100 } }, start + 1);
      expect(ids(await queue.claim(10, start + 1))).toEqual([a[0], b, a[1], a[2]]);
    });

    it('runs no more of a task than its limit, until the limit is changed', async () => {
      const narrow = await queue.task({ limit: 1 });
      const made = [await queue.enqueue(narrow), await queue.enqueue(narrow), await queue.enqueue(narrow)];
      expect(ids(await queue.claim(10))).toEqual([made[0]]);
      expect(await hold(made[2]!)).toBe('task');
      await queue.setTask(narrow, { limit: 2 });
      expect(await queue.store.taskChanged(narrow, start)).toBe(1);
      expect(ids(await queue.claim(10))).toEqual([made[1]]);
    });

    it('starts no more within a window than a rate allows, and goes on when the oldest start leaves it', async () => {
      verifies('jobs.rate-limit');
      const rate = { key: 'r', limit: 2, windowMs: second };
      const made = [];
      for (let count = 0; count < 4; count++) made.push(await queue.enqueue(task, { rate }));
      expect(ids(await queue.claim(1, start))).toEqual([made[0]]);
      expect(ids(await queue.claim(9, start + 200))).toEqual([made[1]]);
      expect(await queue.store.find(String(made[2]))).toMatchObject({ hold: 'rate', heldUntil: start + second });
      expect(await queue.store.wake(start + 999)).toMatchObject({ woken: 0, nextAt: start + second });
      expect(await queue.store.wake(start + second)).toMatchObject({ woken: 1 });
      expect(ids(await queue.claim(9, start + second))).toEqual([made[2]]);
      expect(await queue.store.wake(start + second)).toMatchObject({ nextAt: start + second + 200 });
    });

    it('lets others of a key go on when the one whose turn it was is held by something else', async () => {
      const narrow = await queue.task({ limit: 1 });
      const concurrency = { key: 'k', limit: 1 };
      const running = await queue.enqueue(task, { concurrency, priority: 90 });
      await queue.enqueue(narrow, { priority: 90 });
      const [first] = await queue.claim(1);
      const blocked = await queue.enqueue(narrow, { concurrency, priority: 80 });
      const waits = await queue.enqueue(task, { concurrency, priority: 70 });
      await queue.claim(10);
      expect([first!.id, await hold(blocked), await hold(waits)]).toEqual([running, 'key', 'key']);
      await queue.end([first!]);
      expect(ids(await queue.claim(10))).toEqual([waits]);
      expect(await hold(blocked)).toBe('task');
    });

    it('lets the next go on when the one that was to run is cancelled', async () => {
      const concurrency = { key: 'k', limit: 1 };
      await queue.enqueue(task, { concurrency });
      const second_ = await queue.enqueue(task, { concurrency });
      const third = await queue.enqueue(task, { concurrency });
      const [first] = await queue.claim(10);
      await queue.end([first!]);
      await queue.store.cancel(second_, start);
      expect(ids(await queue.claim(10))).toEqual([third]);
    });

    it('leaves jobs of a task alone whose breaker is open, until it may close', async () => {
      const id = await queue.enqueue(task);
      expect(await queue.claim(1, start, { brokenTasks: new Map([[task, start + second]]) })).toEqual([]);
      expect(await hold(id)).toBe('breaker');
      expect(await queue.store.wake(start)).toMatchObject({ nextAt: start + second });
      await queue.store.wake(start + second);
      expect(ids(await queue.claim(1, start + second))).toEqual([id]);
    });
  });

  describe('pauses', () => {
    const pause = (taskId: number | null) => queue.store.pause({ taskId, pausedBy: 'me', reason: 'repairs', pausedAt: start });

    it('holds the jobs of a paused task and no others, and lets them go again', async () => {
      const other = await queue.task();
      const held = await queue.enqueue(task, { priority: 90 });
      const free = await queue.enqueue(other);
      const urgent = await queue.enqueue(task, { ignoresPause: true });
      await pause(task);
      expect(ids(await queue.claim(10))).toEqual([free, urgent]);
      expect(await hold(held)).toBe('paused');
      expect(await queue.store.pauses()).toEqual([{ taskId: task, pausedBy: 'me', reason: 'repairs', pausedAt: start }]);
      expect([await queue.store.resume(task, start), await queue.store.resume(task, start)]).toEqual([true, false]);
      expect(ids(await queue.claim(10))).toEqual([held]);
    });

    it('claims nothing while everything is paused, but for what ignores it', async () => {
      const held = await queue.enqueue(task, { priority: 90 });
      const urgent = await queue.enqueue(task, { ignoresPause: true });
      await pause(null);
      expect(ids(await queue.claim(10))).toEqual([urgent]);
      expect(await hold(held)).toBeNull();
      await queue.store.resume(null, start);
      expect(ids(await queue.claim(10))).toEqual([held]);
    });

    it('comes to a job that can run behind thousands of paused ones', async () => {
      const other = await queue.task();
      await queue.store.enqueue(
        Array.from({ length: 5_000 }, () => newJob(task, { priority: 90 })),
        start,
        10_000,
      );
      const free = await queue.enqueue(other);
      await pause(task);
      expect(ids(await queue.claim(1))).toEqual([free]);
      expect((await queue.store.stats(start)).held).toEqual({ paused: 5_000 });
    });

    it('holds the jobs of a disabled task until it is enabled', async () => {
      const id = await queue.enqueue(task);
      await queue.setTask(task, { enabled: false });
      expect(await queue.claim(1)).toEqual([]);
      expect(await hold(id)).toBe('disabled');
      await queue.setTask(task, { enabled: true });
      expect(await queue.store.taskChanged(task, start)).toBe(1);
      expect(ids(await queue.claim(1))).toEqual([id]);
    });
  });

  describe('repair', () => {
    it.each(['key', 'task', 'paused', 'disabled', 'dependency', 'rate'])(
      'lets a job go that is held as %s for no reason',
      async (reason) => {
        const id = await queue.enqueue(task, { concurrency: { key: 'k', limit: 1 }, rate: { key: 'r', limit: 1, windowMs: second } });
        await queue.database.write((queries) => queries.run('UPDATE jobs SET hold = $1 WHERE id = $2', [reason, id]));
        expect(await queue.claim(1)).toEqual([]);
        await queue.store.wake(start);
        expect(ids(await queue.claim(1))).toEqual([id]);
      },
    );
  });

  describe('dependencies', () => {
    const chain = async () => {
      const made = await queue.store.enqueue(
        [newJob(task), newJob(task), newJob(task, { after: [0, 1] }), newJob(task, { after: [2] })],
        start,
        10,
      );
      return made.map(({ id }) => id) as [number, number, number, number];
    };

    it('starts a job only after all that it needs have completed', async () => {
      const [a, b, c, d] = await chain();
      const [first, next] = await queue.claim(10);
      expect(ids([first!, next!])).toEqual([a, b]);
      await queue.end([first!]);
      expect(await queue.claim(10)).toEqual([]);
      await queue.end([next!]);
      const third = await queue.claim(10);
      expect(ids(third)).toEqual([c]);
      await queue.end(third);
      expect(ids(await queue.claim(10))).toEqual([d]);
    });

    it('cancels what needs a job that failed for good, and what needs that', async () => {
      const [, b, c, d] = await chain();
      const [first] = await queue.claim(1);
      await queue.end([first!], { failed: true });
      expect(await queue.store.find(String(c))).toMatchObject({ status: 'cancelled', errorCode: 'DEPENDENCY_FAILED' });
      expect([await status(d), await status(b)]).toEqual(['cancelled', 'queued']);
    });

    it('cancels what needs a job that is cancelled or removed', async () => {
      const [a, , c] = await chain();
      await queue.store.cancel(a, start);
      expect(await status(c)).toBe('cancelled');
      const [, b2, c2] = await chain();
      expect(await queue.store.remove(b2, start)).toBe(true);
      expect(await status(c2)).toBe('cancelled');
    });

    it('lets a job that is retried wait for what it needs', async () => {
      const [a, b, c] = await chain();
      await queue.store.cancel(a, start);
      await queue.store.retry(c, start, null);
      expect(await hold(c)).toBe('dependency');
      expect((await queue.store.standing(c, start))!.needs).toMatchObject([
        { id: a, status: 'cancelled' },
        { id: b, status: 'queued' },
      ]);
      await queue.store.retry(a, start, null);
      await queue.end(await queue.claim(10));
      expect(ids(await queue.claim(10))).toEqual([c]);
    });

    it('refuses circles', async () => {
      await expect(queue.store.enqueue([newJob(task, { after: [0] })], start, 10)).rejects.toMatchObject({
        code: 'JOB_DEPENDENCY_INVALID',
      });
    });
  });
}
