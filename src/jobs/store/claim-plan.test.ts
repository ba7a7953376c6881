import { expect, it } from 'vitest';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { newJob, queueForTest, start } from '../queue-for-test.ts';
import { claimQuery } from './claim.ts';

await describeOnBoth('the plan of a claim', (open) => {
  it.each([
    { isAllPaused: false, index: 'idx_jobs_ready' },
    { isAllPaused: true, index: 'idx_jobs_ready_always' },
  ])('reads $index in order: no sort, no scan of the table', async ({ isAllPaused, index }) => {
    const queue = queueForTest(await open());
    const task = await queue.task();
    const jobs = Array.from({ length: 3_000 }, (_, count) => newJob(task, { priority: count % 7, ignoresPause: count % 10 === 0 }));
    await queue.store.enqueue(jobs, start, 10_000);
    await queue.end(await queue.claim(500));
    const { database } = queue;
    const sql = claimQuery(database.read, isAllPaused).replace('$1', '64');
    if (database.dialect === 'postgres') {
      await database.write((queries) => queries.run('ANALYZE jobs'));
      const plan = (await database.read.all<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`)).map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(new RegExp(`Index Scan using ${index} on jobs`));
      expect(plan).not.toMatch(/Sort|Seq Scan|Bitmap/);
    } else {
      const plan = (await database.read.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)).map(({ detail }) => detail);
      expect(plan).toEqual([`SCAN jobs USING INDEX ${index}`]);
    }
  });
});
