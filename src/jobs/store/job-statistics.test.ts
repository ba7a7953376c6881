import { expect, it } from 'vitest';
import type { Database } from '#storage/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { queueForTest } from '../queue-for-test.ts';
import { jobStatistics, mostWaitingCounted } from './job-statistics.ts';

/** Jobs that wait: of every priority named so many, and of the held ones as well. Turns grow from the highest priority on. */
async function fill(
  database: Database,
  task: number,
  counts: Readonly<Record<number, number>>,
  hold: 'paused' | null = null,
): Promise<void> {
  let turn = 1_000_000;
  for (const [priority, count] of Object.entries(counts)) {
    turn -= count;
    await database.write((queries) =>
      queries.run(
        `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
         INSERT INTO jobs (uuid, task_id, status, hold, priority, turn, run_at, queued_at)
         SELECT 'job-${priority}-${hold}-' || n, ${task}, 'queued', ${hold === null ? 'NULL' : `'${hold}'`}, ${priority}, ${turn} + n, 0, n FROM numbers`,
      ),
    );
  }
}

await describeOnBoth('the statistics of jobs', (open) => {
  it('are exact for what can be counted at once, in bands of priority', async () => {
    const database = await open();
    const task = await queueForTest(database).task();
    await fill(database, task, { 0: 1, 30: 2, 50: 3, 74: 4, 75: 5, 100: 6, 1000: 7 });
    await fill(database, task, { 10: 8, 100: 9 }, 'paused');
    expect(await jobStatistics(database.read, 0)).toMatchObject({
      waitingByPriority: [
        { priority: 100, count: 22 },
        { priority: 75, count: 5 },
        { priority: 50, count: 7 },
        { priority: 25, count: 11 },
      ],
      held: { paused: 17 },
      last24Hours: 45,
      isExact: true,
    });
  });

  it('stop counting where it would take long, and say so; the oldest is found all the same, whatever its priority', async () => {
    const database = await open();
    const task = await queueForTest(database).task();
    await fill(database, task, { 3: 10, 50: mostWaitingCounted + 500, 75: 20 });
    await fill(database, task, { 50: mostWaitingCounted + 700 }, 'paused');
    const [oldest] = await database.read.all<{ turn: number }>('SELECT min(turn) AS turn FROM jobs WHERE hold IS NULL');
    expect(await jobStatistics(database.read, 0)).toMatchObject({
      waitingByPriority: [
        { priority: 75, count: 20 },
        { priority: 50, count: 2 * mostWaitingCounted },
        { priority: 25, count: 10 },
      ],
      held: { paused: mostWaitingCounted },
      oldestWaitingSince: oldest!.turn,
      isExact: false,
    });
  });

  it('of no jobs are nothing', async () => {
    const database = await open();
    expect(await jobStatistics(database.read, 0)).toMatchObject({
      waitingByPriority: [],
      held: {},
      oldestWaitingSince: null,
      isExact: true,
    });
  });
});
