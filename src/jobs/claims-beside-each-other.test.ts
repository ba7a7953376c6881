import { describe, expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import { hasPostgres, temporaryDatabases, temporaryPostgres } from '../testing/temporary-database.ts';
import { newJob, queueForTest, start, type QueueForTest } from './queue-for-test.ts';
import { verifies } from '../../tests/requirements/verifies.ts';

describe.skipIf(!(await hasPostgres()))('several processes on one PostgreSQL', () => {
  const open = temporaryDatabases(temporaryPostgres);

  async function three(): Promise<[QueueForTest, QueueForTest, QueueForTest]> {
    const first = await open();
    return [queueForTest(first), queueForTest(await open(first)), queueForTest(await open(first))];
  }

  it('never hand out a job twice, and hold limits across them', async () => {
    verifies('jobs.shared-limits');
    const queues = await three();
    const [one] = queues;
    const task = await one.task();
    const narrow = await one.task({ limit: 3 });
    await one.store.enqueue(
      Array.from({ length: 120 }, (_, count) =>
        newJob(count % 2 === 0 ? task : narrow, {
          concurrency: count % 5 === 0 ? { key: 'k', limit: 2 } : null,
          rate: count % 4 === 0 ? { key: 'r', limit: 10, windowMs: 3_600_000 } : null,
        }),
      ),
      start,
      1_000,
    );
    const claimed = new Set<number>();
    let isOver = false;
    for (let round = 0; !isOver; round++) {
      const now = start + round;
      const all = await Promise.all(queues.map((queue, index) => queue.claim(7, now, { owner: `process ${index}` })));
      for (const { id } of all.flat()) {
        expect(claimed.has(id)).toBe(false);
        claimed.add(id);
      }
      const running = await one.database.read.all<{ keyed: number; narrow: number }>(
        `SELECT count(*) FILTER (WHERE concurrency_key = 'k') AS keyed, count(*) FILTER (WHERE task_id = $1) AS narrow FROM jobs WHERE status = 'processing'`,
        [narrow],
      );
      expect(running[0]!.keyed).toBeLessThanOrEqual(2);
      expect(running[0]!.narrow).toBeLessThanOrEqual(3);
      await Promise.all(queues.map((queue, index) => queue.end(all[index]!, { now })));
      isOver = all.flat().length === 0;
    }
    // 30 jobs have the rate key, of which ten may start.
    expect(claimed.size).toBe(100);
    expect((await one.store.stats(start)).held).toEqual({ rate: 20 });
    expect(await wrongRowCounts(one.database.read)).toEqual([]);
  });

  it('release a job whose needs are completed by different ones at the same moment', async () => {
    const [one, two] = await three();
    const task = await one.task();
    for (let round = 0; round < 10; round++) {
      const [, , last] = await one.store.enqueue([newJob(task), newJob(task), newJob(task, { after: [0, 1] })], start, 100);
      const [first, second] = await one.claim(2);
      await Promise.all([one.end([first!]), two.end([second!])]);
      const [third] = await two.claim(1);
      expect(third!.id).toBe(last!.id);
      await two.end([third!]);
    }
  });

  it('give one answer to one idempotency key asked of several at once', async () => {
    const queues = await three();
    const task = await queues[0].task();
    const idempotency = { key: 'k', fingerprint: 'f', expiresAt: start + 10_000 };
    const unique = { key: 'u', when: 'skip' } as const;
    const made = await Promise.all(queues.map(({ store }) => store.enqueue([newJob(task, { idempotency })], start, 100)));
    expect(new Set(made.map(([job]) => job!.id)).size).toBe(1);
    const kept = await Promise.all(queues.map(({ store }) => store.enqueue([newJob(task, { unique })], start, 100)));
    expect(new Set(kept.map(([job]) => job!.id)).size).toBe(1);
  });
});
