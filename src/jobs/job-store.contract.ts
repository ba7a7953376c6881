import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import type { Database } from '#storage/index.ts';
import { ended, newJob, queueForTest, start, uuid, type QueueForTest } from './queue-for-test.ts';
import { verifies } from '../../tests/requirements/verifies.ts';

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

    it('keeps any JSON, and the message of any error, as both databases can', async () => {
      const input = JSON.stringify({ text: 'a\0b\ud800 "\\u0000" 😀', number: 1e300 });
      const id = await queue.enqueue(task, { input });
      const [job] = await queue.claim(1);
      expect(job!.input).toBe(input);
      const failed = ended(job!, { failed: true });
      const error = { ...failed.execution.error!, message: `\0\ud800${'x'.repeat(5_000)}` };
      await queue.store.complete([{ ...failed, execution: { ...failed.execution, error } }]);
      const kept = (await queue.store.find(String(id)))!.errorMessage!;
      expect([kept.slice(0, 3), kept.length]).toEqual(['\ufffd\ufffdx', 2_000]);
    });

    it('gives the highest priority first, then the longest due, then the oldest', async () => {
      verifies('jobs.order');
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
      verifies('jobs.bounded');
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
      expect(again).toEqual({ ...first, isNew: false, stored: null });
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
      verifies('jobs.fencing');
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
      verifies('jobs.at-least-once');
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

  describe('changes', () => {
    it('fails a job that could not start before its deadline, whether it is looked at or not', async () => {
      verifies('jobs.deadline');
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
        isExact: true,
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
      await queue.store.update(c, { priority: 60 }, start);
      expect(ids((await list({ priority: { eq: 'NORMAL' } })).items)).toEqual([b, c]);
      expect(ids((await list({ priority: { notIn: ['NORMAL', 'LOW'] } })).items)).toEqual([a]);
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
        unapproved: null,
        taskLimit: null,
        pauses: [],
        needs: [],
        sameKey: { running: 0, jobs: [] },
      });
      expect(await queue.store.standing(4711, start)).toBeNull();
    });
  });
}
