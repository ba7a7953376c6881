import { expect, it } from 'vitest';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { schedulesForTest, start } from '../schedules-harness.ts';
import { dueQuery } from './plan-due.ts';

const schedules = 3_000;

await describeOnBoth('the look for schedules that are due', (open) => {
  it('reads one index in order, however many there are that are not due', async () => {
    const test = schedulesForTest(await open());
    const task = await test.task();
    const { database } = test;
    const first = await test.create(task);
    await database.write(({ run }) =>
      run(
        `INSERT INTO schedules (uuid, task_id, name, rule_kind, cron_expression, time_zone, input, options, overlap, catch_up, catch_up_limit,
           next_slot_at, due_at, created_by, created_at, updated_at)
         WITH RECURSIVE numbers (i) AS (SELECT CAST(2 AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i <= ${schedules})
         SELECT 'uuid ' || i, task_id, name, rule_kind, cron_expression, time_zone, input, options, overlap, catch_up, catch_up_limit,
           next_slot_at + i * 60000, due_at + i * 60000, created_by, created_at, updated_at FROM schedules, numbers WHERE schedules.id = $1`,
        [first.id],
      ),
    );
    const sql = dueQuery.replace('$1', String(start));
    if (database.dialect === 'postgres') {
      await database.write((queries) => queries.run('ANALYZE schedules'));
      const plan = (await database.read.all<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`)).map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/Index Scan using idx_schedules_due on schedules/);
      expect(plan).not.toMatch(/Seq Scan on schedules/);
    } else {
      const plan = (await database.read.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)).map(({ detail }) => detail);
      expect(plan[0]).toMatch(/^SEARCH s USING INDEX idx_schedules_due/);
      expect(plan.join('\n')).not.toMatch(/TEMP B-TREE/);
    }
  });
});
