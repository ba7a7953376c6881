import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import type { Database } from '#storage/index.ts';
import { newJob, queueForTest, start, uuid, type QueueForTest } from './queue-for-test.ts';

const second = 1_000;
const ids = (jobs: readonly { id: number }[]) => jobs.map(({ id }) => id);

/** What every store of jobs promises, whatever database it stands on. */
export function jobStoreContract(open: () => Promise<Database>): void {
  let queue: QueueForTest;
  let task: number;

  beforeEach(async () => {
    queue = queueForTest(await open());
    task = await queue.task();
  });

  afterEach(async () => expect(await wrongRowCounts(queue.database.read)).toEqual([]));

  const status = async (id: number) => (await queue.store.find(String(id)))!.status;
  const hold = async (id: number) => (await queue.store.find(String(id)))!.hold;

  describe('enqueue and claim', () => {
    it('hands out a job with all that is needed to run it, once', async () => {
      const id = await queue.enqueue(task, { input: '{"a":1}', options: { timeoutMs: 5 }, priority: 70 });
      const [job, ...others] = await queue.claim(2, start + 10);
      expect(others).toEqual([]);
      expect(job).toMatchObject({
        id,
        taskId: task,
        taskVersion: '1.0.0',
        input: '{"a":1}',
        options: { timeoutMs: 5 },
        priority: 70,
        attempt: 1,
        token: 1,
      });
      expect(job).toMatchObject({ queuedAt: start, runAt: start, startedAt: start + 10, retryCount: 0, maxRetries: 3 });
      expect(await queue.claim(2)).toEqual([]);
      expect(await queue.store.find(job!.uuid)).toMatchObject({
        id,
        status: 'processing',
        owner: 'me',
        executionId: job!.execution.id,
        executionUuid: job!.execution.uuid,
      });
      expect(await queue.store.payload(id)).toEqual({ input: '{"a":1}', options: { timeoutMs: 5 } });
    });

    it('gives the highest priority first, then the longest due, then the oldest', async () => {
      const late = await queue.enqueue(task, { runAt: start - 1 });
      const low = await queue.enqueue(task, { priority: 1 });
      const first = await queue.enqueue(task);
      const next = await queue.enqueue(task);
      const high = await queue.enqueue(task, { priority: 900 });
      expect(ids(await queue.claim(10))).toEqual([high, late, first, next, low]);
    });

    it('stores requests of one moment together, and refuses one without touching the others', async () => {
      const one = queue.store.enqueue([newJob(task)], start, 100);
      const gone = queue.store.enqueue([newJob(task), newJob(4711)], start, 100);
      const two = queue.store.enqueue([newJob(task), newJob(task)], start, 100);
      await expect(gone).rejects.toMatchObject({ code: 'JOB_TASK_GONE' });
      expect([...(await one), ...(await two)]).toHaveLength(3);
      expect(await queue.claim(10)).toHaveLength(3);
    });

    it('refuses what would wait beyond the limit, all of a request at once', async () => {
      await queue.store.enqueue([newJob(task), newJob(task)], start, 3);
      await expect(queue.store.enqueue([newJob(task), newJob(task)], start, 3)).rejects.toMatchObject({
        code: 'QUEUE_FULL',
        data: { waiting: 2, limit: 3 },
      });
      await queue.store.enqueue([newJob(task)], start, 3);
      await queue.claim(1);
      await queue.store.enqueue([newJob(task)], start, 3);
    });

    it('does not hand out a job before its time, and does so when it has come', async () => {
      const id = await queue.enqueue(task, { runAt: start + 5 * second });
      expect(await queue.claim(1)).toEqual([]);
      expect(await queue.store.wake(start + 4 * second)).toMatchObject({ woken: 0, nextAt: start + 5 * second });
      expect(await queue.store.wake(start + 5 * second)).toMatchObject({ woken: 1, nextAt: null });
      expect(ids(await queue.claim(1, start + 5 * second))).toEqual([id]);
    });

    it('makes an execution with the job where one is promised, and runs that one', async () => {
      const promised = uuid();
      const [made] = await queue.store.enqueue([newJob(task, { withExecution: { uuid: promised } })], start, 10);
      expect(made!.executionId).not.toBeNull();
      const [job] = await queue.claim(1);
      expect(job!.execution).toEqual({ id: made!.executionId, uuid: promised });
    });
  });

  describe('keys of requests', () => {
    const idempotency = { key: 'k', fingerprint: 'f', expiresAt: start + 10 * second };

    it('answers a repeated request with the job of the first time, until the key expires', async () => {
      const [first] = await queue.store.enqueue([newJob(task, { idempotency })], start, 10);
      const [again] = await queue.store.enqueue([newJob(task, { idempotency })], start + second, 10);
      expect(again).toEqual({ ...first, isNew: false });
      const [later] = await queue.store.enqueue(
        [newJob(task, { idempotency: { ...idempotency, expiresAt: start + 99 * second } })],
        start + 10 * second,
        10,
      );
      expect(later).toMatchObject({ isNew: true });
      expect(later!.id).not.toBe(first!.id);
    });

    it('refuses another request under a key that was used', async () => {
      await queue.store.enqueue([newJob(task, { idempotency })], start, 10);
      const other = queue.store.enqueue([newJob(task), newJob(task, { idempotency: { ...idempotency, fingerprint: 'g' } })], start, 10);
      await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      expect((await queue.store.stats(start)).byStatus.queued).toBe(1);
    });

    it('gives simultaneous requests with one key one job', async () => {
      const made = await Promise.all(Array.from({ length: 5 }, () => queue.store.enqueue([newJob(task, { idempotency })], start, 10)));
      expect(new Set(made.map(([job]) => job!.id)).size).toBe(1);
    });

    it('keeps one waiting job per unique key: skip keeps it', async () => {
      const unique = { key: 'u', when: 'skip' } as const;
      const id = await queue.enqueue(task, { unique });
      const [kept] = await queue.store.enqueue([newJob(task, { unique })], start, 10);
      expect(kept).toMatchObject({ id, isNew: false });
      await queue.claim(1);
      expect(await queue.enqueue(task, { unique })).not.toBe(id);
    });

    it('keeps one waiting job per unique key: replace cancels it', async () => {
      const id = await queue.enqueue(task, { unique: { key: 'u', when: 'skip' } });
      const newer = await queue.enqueue(task, { unique: { key: 'u', when: 'replace' } });
      expect(await queue.store.find(String(id))).toMatchObject({ status: 'cancelled', errorCode: 'JOB_REPLACED' });
      expect(ids(await queue.claim(10))).toEqual([newer]);
    });

    it('keeps one waiting job per unique key: debounce moves it back and takes the newest input', async () => {
      const unique = { key: 'u', when: 'debounce' } as const;
      const id = await queue.enqueue(task, { unique, runAt: start + second });
      const [kept] = await queue.store.enqueue([newJob(task, { unique, runAt: start + 3 * second, input: '2' })], start + second, 10);
      expect(kept).toMatchObject({ id, isNew: false });
      await queue.store.wake(start + 2 * second);
      expect(await queue.claim(1, start + 2 * second)).toEqual([]);
      await queue.store.wake(start + 3 * second);
      expect(await queue.claim(1, start + 3 * second)).toMatchObject([{ id, input: '2' }]);
    });
  });

  describe('ends of attempts', () => {
    it('completes, and refuses to do so again or under an older token', async () => {
      const id = await queue.enqueue(task);
      const [job] = await queue.claim(1);
      expect(await queue.end([{ ...job!, token: 0 }])).toEqual(['stale']);
      expect(await status(id)).toBe('processing');
      expect(await queue.end([job!, job!])).toEqual(['committed', 'stale']);
      expect(await queue.end([job!])).toEqual(['stale']);
      expect(await queue.store.find(String(id))).toMatchObject({ status: 'completed', owner: null, completedAt: start });
    });

    it('lets a failed attempt be tried again when its time has come, and counts it', async () => {
      const id = await queue.enqueue(task);
      await queue.end(await queue.claim(1), { failed: true, retryAt: start + second });
      expect(await queue.store.find(String(id))).toMatchObject({
        status: 'retrying',
        hold: 'time',
        retryCount: 1,
        errorCode: 'TASK_FAILED',
      });
      expect(await queue.claim(1)).toEqual([]);
      await queue.store.wake(start + second);
      const [again] = await queue.claim(1, start + second);
      expect(again).toMatchObject({ id, attempt: 2, retryCount: 1, token: 2 });
      await queue.end([again!], { failed: true, retryAt: start + second, isFree: true, now: start + second });
      expect(await queue.store.find(String(id))).toMatchObject({ status: 'retrying', hold: null, retryCount: 1 });
      await queue.end(await queue.claim(1, start + second), { failed: true });
      expect(await queue.store.find(String(id))).toMatchObject({ status: 'failed', errorMessage: 'it broke' });
    });

    it('gives a job back as if it had never been claimed', async () => {
      const id = await queue.enqueue(task);
      const [job] = await queue.claim(1);
      await queue.store.release([{ jobId: id, token: job!.token }], start);
      expect(await queue.store.find(String(id))).toMatchObject({ status: 'queued', executionId: null, startedAt: null });
      expect(await queue.claim(1)).toMatchObject([{ id, attempt: 1, token: 2 }]);
    });

    it('keeps a promised execution when its job is given back', async () => {
      const [made] = await queue.store.enqueue([newJob(task, { withExecution: { uuid: uuid() } })], start, 10);
      const [job] = await queue.claim(1);
      await queue.store.release([{ jobId: job!.id, token: job!.token }], start);
      expect((await queue.claim(1))[0]!.execution.id).toBe(made!.executionId);
    });

    it('extends leases, and says which are lost and which are to be stopped', async () => {
      await queue.enqueue(task);
      await queue.enqueue(task);
      await queue.enqueue(task);
      const [one, two, three] = await queue.claim(3);
      await queue.end([two!]);
      await queue.store.cancel(three!.id, start);
      const lease = (job: { id: number; token: number }) => ({ jobId: job.id, token: job.token });
      const renewed = await queue.store.renew('me', [lease(one!), lease(two!), lease(three!)], start + 60_000);
      expect(renewed).toEqual({ lost: [lease(two!)], cancelled: [lease(three!)] });
      expect((await queue.store.find(String(one!.id)))!.leaseUntil).toBe(start + 60_000);
    });
  });

  describe('rescue', () => {
    const rescue = (now: number, mostRescues = 2) => queue.store.rescue({ owner: 'other', isOnlyOwner: false, now, mostRescues });

    it('takes back jobs whose lease has run out, without burning a retry, and gives up after some', async () => {
      const id = await queue.enqueue(task);
      for (let time = 1; time <= 3; time++) {
        const now = start + time * 40_000;
        const [job] = await queue.claim(1, now);
        expect(job).toMatchObject({ id, attempt: time, retryCount: 0 });
        expect(await rescue(now + 30_000)).toEqual([]);
        expect(await rescue(now + 30_001)).toMatchObject([{ id, status: time === 3 ? 'failed' : 'retrying', errorCode: 'WORKER_LOST' }]);
        expect(await queue.end([job!])).toEqual(['stale']);
      }
      expect(await queue.claim(1)).toEqual([]);
    });

    it('takes what an earlier process left at once where nobody else can own it', async () => {
      const id = await queue.enqueue(task);
      await queue.claim(1);
      expect(ids(await queue.store.rescue({ owner: 'me', isOnlyOwner: true, now: start, mostRescues: 2 }))).toEqual([]);
      expect(ids(await queue.store.rescue({ owner: 'you', isOnlyOwner: true, now: start, mostRescues: 2 }))).toEqual([id]);
    });

    it('cancels what was to be cancelled instead of letting it wait again', async () => {
      const id = await queue.enqueue(task);
      await queue.claim(1);
      await queue.store.cancel(id, start);
      await rescue(start + 60_000);
      expect(await status(id)).toBe('cancelled');
    });
  });

  describe('room', () => {
    it('runs no more of a concurrency key than its limit, and lets exactly one go on per end', async () => {
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

  describe('changes', () => {
    it('fails a job that could not start before its deadline, whether it is looked at or not', async () => {
      const looked = await queue.enqueue(task, { deadline: start + 5, priority: 60 });
      const found = await queue.enqueue(task, { deadline: start + 10, runAt: start + 100 });
      expect(await queue.claim(10, start + 6)).toEqual([]);
      expect(await queue.store.find(String(looked))).toMatchObject({ status: 'failed', errorCode: 'JOB_DEADLINE_PASSED' });
      expect(await queue.store.wake(start + 10)).toMatchObject({ expired: 0, nextAt: start + 11 });
      expect(await queue.store.wake(start + 11)).toMatchObject({ expired: 1, nextAt: null });
      expect(await status(found)).toBe('failed');
    });

    it('cancels a waiting job at once, and asks a running one to stop', async () => {
      const waiting = await queue.enqueue(task, { withExecution: { uuid: uuid() } });
      expect(await queue.store.cancel(waiting, start + 1)).toMatchObject({ status: 'cancelled', completedAt: start + 1 });
      const running = await queue.enqueue(task);
      const jobs = await queue.claim(1);
      expect(await queue.store.cancel(running, start + 2)).toMatchObject({ status: 'processing', cancelRequestedAt: start + 2 });
      await queue.end(jobs, { failed: true, retryAt: start + 3 });
      expect(await status(running)).toBe('cancelled');
      expect(await queue.store.cancel(4711, start)).toBeNull();
    });

    it('retries what has failed, from the start, with another input where one is given', async () => {
      const id = await queue.enqueue(task);
      expect(await queue.store.retry(id, start, null)).toBeNull();
      await queue.end(await queue.claim(1), { failed: true });
      expect(await queue.store.retry(id, start + 5, '7')).toMatchObject({
        status: 'queued',
        retryCount: 0,
        errorCode: null,
        completedAt: null,
        runAt: start + 5,
      });
      expect(await queue.claim(1, start + 5)).toMatchObject([{ id, input: '7', attempt: 2 }]);
    });

    it('changes a job that waits, and no other', async () => {
      const id = await queue.enqueue(task);
      const better = await queue.enqueue(task);
      await queue.store.update(better, { priority: 51 }, start);
      expect(await queue.store.update(id, { runAt: start + second, maxRetries: 9, deadline: start + 9_999 }, start)).toMatchObject({
        hold: 'time',
        maxRetries: 9,
        deadline: start + 9_999,
      });
      expect(ids(await queue.claim(10))).toEqual([better]);
      expect(await queue.store.update(better, { priority: 1 }, start)).toBeNull();
      await queue.store.update(id, { runAt: start }, start);
      expect(ids(await queue.claim(10))).toEqual([id]);
    });

    it('removes a job with its attempts, but not while it runs', async () => {
      const id = await queue.enqueue(task);
      const jobs = await queue.claim(1);
      expect(await queue.store.remove(id, start)).toBe(false);
      await queue.end(jobs);
      expect(await queue.store.remove(id, start)).toBe(true);
      expect(await queue.store.find(String(id))).toBeNull();
    });

    it('clears waiting jobs and redrives failed ones, those that are meant', async () => {
      const other = await queue.task();
      const kept = await queue.enqueue(other);
      const gone = [await queue.enqueue(task), await queue.enqueue(task, { runAt: start + second })];
      expect(await queue.store.clear({ taskId: task }, start)).toBe(2);
      expect([await status(kept), await status(gone[0]!), await status(gone[1]!)]).toEqual(['queued', 'cancelled', 'cancelled']);
      await queue.end(await queue.claim(1), { failed: true });
      expect(await queue.store.redrive({ errorCode: 'OTHER' }, start)).toBe(0);
      expect(await queue.store.redrive({ errorCode: 'TASK_FAILED' }, start)).toBe(1);
      expect(await queue.store.redrive({ statuses: ['cancelled'] }, start)).toBe(2);
      expect(await queue.claim(10)).toHaveLength(3);
    });
  });

  describe('looking', () => {
    it('counts', async () => {
      const a = await queue.enqueue(task, { priority: 75 });
      await queue.enqueue(task);
      await queue.enqueue(task, { runAt: start + 60_000 });
      const [job] = await queue.claim(1, start + 30);
      await queue.end([job!], { now: start + 40 });
      expect(job!.id).toBe(a);
      expect(await queue.store.stats(start + 50)).toEqual({
        byStatus: { queued: 2, processing: 0, completed: 1, failed: 0, cancelled: 0, retrying: 0 },
        waitingByPriority: [{ priority: 50, count: 2 }],
        held: { time: 1 },
        averageWaitMs: 30,
        last24Hours: 3,
        oldestWaitingSince: start,
      });
    });

    it('lists with filters and pages', async () => {
      const a = await queue.enqueue(task, { priority: 75 });
      const b = await queue.enqueue(task, { runAt: start + 60_000 });
      const c = await queue.enqueue(task);
      const list = async (filter: Parameters<typeof queue.store.list>[0]['filter']) =>
        queue.store.list({ filter, sort: { field: 'id', order: 'asc' }, limit: 2, offset: 0, after: null }, start);
      const page = await list({});
      expect([ids(page.items), page.total]).toEqual([[a, b], 3]);
      const rest = await queue.store.list(
        { filter: {}, sort: { field: 'id', order: 'asc' }, limit: 2, offset: 0, after: page.next },
        start,
      );
      expect([ids(rest.items), rest.next]).toEqual([[c], null]);
      expect(ids((await list({ status: { eq: 'QUEUED' }, priority: { in: ['HIGH'] } })).items)).toEqual([a]);
      expect(ids((await list({ isScheduled: { eq: true } })).items)).toEqual([b]);
      expect(ids((await list({ dueNow: { eq: true } })).items)).toEqual([a, c]);
      expect(ids((await list({ hasError: { eq: true } })).items)).toEqual([]);
      expect(ids((await list({ hasRetriesRemaining: { eq: true }, taskId: { eq: String(task) }, hold: { eq: 'TIME' } })).items)).toEqual([
        b,
      ]);
    });

    it('knows what stands before a job', async () => {
      await queue.enqueue(task, { priority: 60 });
      await queue.enqueue(task);
      const id = await queue.enqueue(task, { concurrency: { key: 'k', limit: 1 } });
      expect(await queue.store.standing(id, start)).toMatchObject({
        ahead: 2,
        isTaskEnabled: true,
        taskLimit: null,
        pauses: [],
        needs: [],
        sameKey: { running: 0, jobs: [] },
      });
      expect(await queue.store.standing(4711, start)).toBeNull();
    });
  });
}
