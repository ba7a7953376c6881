import { expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import { verifies } from '../../tests/requirements/verifies.ts';
import { describeOnBoth } from '../testing/temporary-database.ts';
import { minute, schedulesForTest, type SchedulesForTest } from './schedules-harness.ts';

/** Two slots come due while the job of the first one runs. @returns the job that runs, and those that could be claimed afterwards */
async function overlapping(test: SchedulesForTest) {
  await test.passes(10 * minute);
  const [running] = await test.claim();
  await test.passes(10 * minute);
  await test.passes(10 * minute);
  return { running: running!, next: await test.claim() };
}

const statuses = async (test: SchedulesForTest) =>
  (await test.database.read.all<{ status: string }>('SELECT status FROM jobs ORDER BY id')).map(({ status }) => status);

await describeOnBoth('a run that is to start while an earlier one has not ended', (open) => {
  it('is skipped, with its reason in job and ledger, and does not count', async () => {
    verifies('schedules.overlap');
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'SKIP', maxExecutions: 3 });
    const { running, next } = await overlapping(test);
    expect(next).toEqual([]);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 skipped overlap', '30 skipped overlap']);
    expect(await statuses(test)).toEqual(['processing', 'cancelled', 'cancelled']);
    const [, slot] = await test.slots(schedule);
    expect(test.skips.map(({ because }) => because)).toEqual([running.id, running.id]);
    const why = await test.jobs.why(String(slot!.jobId));
    expect(why.text).toMatch(new RegExp(`SCHEDULE_OVERLAP.*job ${running.id} .*has not ended`));
    // It was exhausted by the third slot, which was skipped afterwards: it may run twice more.
    expect(await test.schedules.find('tens')).toMatchObject({ executionCount: 1, isEnabled: true });
    await test.end([running]);
    await test.passes(10 * minute);
    expect(await test.claim()).toHaveLength(1);
    expect((await test.ledger(schedule)).at(-1)).toBe('40 ran');
    expect(await wrongRowCounts(test.database.read)).toEqual([]);
  });

  it('is skipped too where both are claimed at once', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task());
    await test.passes(10 * minute);
    await test.passes(10 * minute);
    expect(await test.claim()).toHaveLength(1);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 skipped overlap']);
  });

  it('waits its turn, one at a time', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'queue' });
    const { running, next } = await overlapping(test);
    expect(next).toEqual([]);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 ran, waits', '30 ran, waits']);
    await test.end([running]);
    const [second, ...more] = await test.claim();
    expect(more).toEqual([]);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 ran', '30 ran, waits']);
    await test.end([second!]);
    expect(await test.claim()).toHaveLength(1);
  });

  it('takes the place of the earlier one, which is asked to stop, and only the latest does', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'cancel-previous' });
    const { running, next } = await overlapping(test);
    expect(next).toMatchObject([{ replaces: [running.id] }]);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 skipped overlap', '30 ran']);
    const { cancelled } = await test.store.renew('me', [{ jobId: running.id, token: running.token }], test.clock.now() + 30_000);
    expect(cancelled).toMatchObject([{ jobId: running.id }]);
    expect(await wrongRowCounts(test.database.read)).toEqual([]);
  });

  it('takes the place of one that waits for another attempt', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'CANCEL_PREVIOUS' });
    await test.passes(10 * minute);
    const [first] = await test.claim();
    await test.store.rescue({ owner: 'other', isOnlyOwner: true, now: test.clock.now(), mostRescues: 5 });
    await test.database.write(({ run }) => run(`UPDATE jobs SET hold = 'time', held_until = $1`, [test.clock.now() + 90 * minute]));
    await test.passes(10 * minute);
    const [second] = await test.claim();
    expect(second!.id).not.toBe(first!.id);
    expect(await statuses(test)).toEqual(['cancelled', 'processing']);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 ran']);
    expect(await wrongRowCounts(test.database.read)).toEqual([]);
  });

  it('runs beside it where that is allowed', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'allow' });
    const { next } = await overlapping(test);
    expect(next).toHaveLength(2);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 ran', '30 ran']);
  });

  it('counts an earlier one that waits for its next attempt as not ended, and lets that go on', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task());
    await test.passes(10 * minute);
    const [first] = await test.claim();
    await test.store.rescue({ owner: 'other', isOnlyOwner: true, now: test.clock.now(), mostRescues: 5 });
    await test.passes(10 * minute);
    expect((await test.claim()).map(({ id }) => id)).toEqual([first!.id]);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 skipped overlap']);
  });

  it('is started by hand whatever runs, and is no slot', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { input: { a: 1 } });
    await test.passes(10 * minute);
    await test.claim();
    await test.schedules.trigger('tens', null, 'somebody');
    await test.schedules.trigger('tens', '{"a":2}', 'somebody');
    expect((await test.claim()).map(({ input }) => input)).toEqual(['{"a":1}', '{"a":2}']);
    expect(await test.ledger(schedule)).toEqual(['10 ran']);
    expect(await test.schedules.find('tens')).toMatchObject({ executionCount: 1 });
    await test.passes(10 * minute);
    await test.claim();
    expect((await test.ledger(schedule)).at(-1)).toBe('20 skipped overlap');
  });

  it('of another schedule is nobody to it', async () => {
    const test = schedulesForTest(await open());
    const task = await test.task();
    await test.create(task);
    await test.create(task);
    await test.passes(10 * minute);
    expect(await test.claim()).toHaveLength(2);
  });
});
