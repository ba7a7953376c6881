import { expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { createRetention } from '#retention/index.ts';
import { wrongRowCounts } from '#storage/index.ts';
import { describeOnBoth } from '../testing/temporary-database.ts';
import { minute, schedulesForTest } from './schedules-harness.ts';

const day = 86_400_000;

await describeOnBoth('what is kept of schedules', (open) => {
  it('are as many finished jobs as a schedule wants, and all rows of its ledger until they are old', async () => {
    const database = await open();
    const test = schedulesForTest(database);
    const task = await test.task();
    const sparing = await test.create(task, { keepJobs: 2 });
    const other = await test.create(task, { name: 'other' });
    for (let slot = 0; slot < 4; slot++) {
      await test.passes(10 * minute);
      await test.end(await test.claim());
    }
    const retention = (said = {}) =>
      createRetention({
        database,
        settings: settingsFrom({ 'retention.interval': 60, ...said }),
        clock: test.clock,
        log: () => {},
        random: () => 0,
      });
    const report = await retention().runOnce(test.clock.now());
    expect(report).toMatchObject({ jobs: { completed: 2 }, slots: 0 });
    const jobIds = async (schedule: { readonly id: number }) => (await test.slots(schedule)).map(({ jobId }) => jobId !== null);
    expect(await jobIds(sparing)).toEqual([false, false, true, true]);
    expect(await jobIds(other)).toEqual([true, true, true, true]);
    expect(await wrongRowCounts(database.read)).toEqual([]);

    test.clock.advance(29 * day);
    expect((await retention({ 'retention.completed': 0 }).runOnce(test.clock.now())).slots).toBe(0);
    test.clock.advance(2 * day);
    expect((await retention({ 'retention.completed': 0 }).runOnce(test.clock.now())).slots).toBe(8);
    expect(await test.slots(sparing)).toEqual([]);
  });

  it('of the schedules of the server itself is as much of the ledger as jobs', async () => {
    const database = await open();
    const test = schedulesForTest(database);
    const schedule = await test.create(await test.task(), { keepJobs: 2 });
    await database.write(({ run }) => run('UPDATE schedules SET is_system = 1'));
    for (let slot = 0; slot < 4; slot++) await test.passes(10 * minute);
    await createRetention({ database, settings: settingsFrom(), clock: test.clock, log: () => {} }).runOnce(test.clock.now());
    expect((await test.ledger(schedule)).map((line) => line.split(' ')[0])).toEqual(['30', '40']);
    await expect(test.schedules.remove('tens', 'somebody')).rejects.toMatchObject({ code: 'SCHEDULE_PROTECTED' });
  });
});
