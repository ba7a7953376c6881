import { describe, expect, it } from 'vitest';
import { wrongRowCounts } from '#storage/index.ts';
import { verifies } from '../../tests/requirements/verifies.ts';
import { describeOnBoth, hasPostgres, temporaryDatabases, temporaryPostgres } from '../testing/temporary-database.ts';
import { shownSchedule } from './shown-schedule.ts';
import { hour, minute, schedulesForTest, start } from './schedules-harness.ts';

await describeOnBoth('the ledger of a schedule', (open) => {
  it('has a row for each slot, linked with its job and the execution of it', async () => {
    verifies('schedules.ledger');
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task());
    await test.passes(9 * minute);
    expect(await test.ledger(schedule)).toEqual([]);
    await test.passes(minute);
    expect(await test.ledger(schedule)).toEqual(['10 ran, waits']);
    const [job] = await test.claim();
    await test.passes(10 * minute);
    expect(await test.ledger(schedule)).toEqual(['10 ran', '20 ran, waits']);
    await test.end([job!]);
    const [first] = await test.slots(schedule);
    expect(first).toMatchObject({ jobId: job!.id, jobStatus: 'completed', executionId: job!.execution.id, startedAt: start + 10 * minute });
    expect(await test.schedules.find('tens')).toMatchObject({
      executionCount: 2,
      lastRunAt: start + 10 * minute,
      dueAt: start + 30 * minute,
    });
    expect(test.events.filter(({ kind }) => kind === 'schedule.slot')).toHaveLength(2);
    expect(await wrongRowCounts(test.database.read)).toEqual([]);
  });

  it('says that a slot was late where it was planned late, and that it ran all the same', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task());
    await test.passes(10 * minute + 30_000);
    await test.claim();
    expect(await test.ledger(schedule)).toEqual(['10 late']);
  });

  it('of slots that nobody was there for runs none, the last, or all up to a number', async () => {
    verifies('schedules.catch-up');
    const test = schedulesForTest(await open());
    const task = await test.task();
    const none = await test.create(task, { catchUp: 'NONE', overlap: 'allow' });
    const last = await test.create(task, { catchUp: 'last', overlap: 'allow' });
    const all = await test.create(task, { catchUp: 'all', catchUpLimit: 2, overlap: 'allow' });
    await test.passes(45 * minute);
    await test.claim();
    expect(await test.ledger(none)).toEqual(['10 skipped missed', '20 skipped missed', '30 skipped missed', '40 skipped missed']);
    expect(await test.ledger(last)).toEqual(['10 skipped missed', '20 skipped missed', '30 skipped missed', '40 caught_up']);
    expect(await test.ledger(all)).toEqual(['10 skipped catch_up_limit', '20 skipped catch_up_limit', '30 caught_up', '40 caught_up']);
    await test.passes(5 * minute);
    expect((await test.ledger(none)).at(-1)).toBe('50 ran, waits');
  });

  it('after a long absence is written in parts, with every slot once and only the latest caught up', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), {
      cronExpression: '* * * * *',
      catchUp: 'all',
      catchUpLimit: 3,
      overlap: 'allow',
    });
    await test.passes(30 * hour + 30_000);
    const slots = await test.slots(schedule);
    expect(slots.map(({ slotAt }) => slotAt)).toEqual(Array.from({ length: 1_800 }, (_, index) => start + (index + 1) * minute));
    expect(slots.filter(({ outcome }) => outcome !== 'skipped').map(({ slotAt, outcome }) => [slotAt - start, outcome])).toEqual([
      [1_798 * minute, 'caught_up'],
      [1_799 * minute, 'caught_up'],
      [1_800 * minute, 'late'],
    ]);
  });

  it('knows a schedule that comes due once, also where nobody was there', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { at: start + hour });
    await test.passes(2 * hour);
    expect(await test.ledger(schedule)).toEqual(['60 caught_up, waits']);
    expect(await test.schedules.find(String(schedule.id))).toMatchObject({ isEnabled: false, disabledReason: 'over', dueAt: null });
  });

  it('has neither hole nor duplicate when the clock is put back or forward', async () => {
    verifies('schedules.clock-jumps');
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'allow' });
    await test.passes(20 * minute);
    test.clock.set(start - hour);
    await test.planner.planNow();
    test.clock.set(start + 15 * minute);
    await test.planner.planNow();
    expect(await test.ledger(schedule)).toEqual(['10 skipped missed', '20 ran, waits']);
    // Changed while the clock is wrong: what stands in the ledger is not planned again.
    await test.schedules.update('tens', { cronExpression: '*/5 * * * *' }, 'test');
    test.clock.set(start + 26 * minute);
    await test.planner.planNow();
    test.clock.set(start + 41 * minute);
    await test.planner.planNow();
    expect(await test.ledger(schedule)).toEqual([
      '10 skipped missed',
      '20 ran, waits',
      '25 late, waits',
      '30 skipped missed',
      '35 skipped missed',
      '40 late, waits',
    ]);
  });

  it('makes no slot twice where the position of a schedule is older than its ledger', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { overlap: 'allow' });
    await test.passes(10 * minute);
    await test.passes(10 * minute);
    await test.database.write(({ run }) => run('UPDATE schedules SET next_slot_at = $1, due_at = $1', [start + 10 * minute]));
    await test.passes(10 * minute);
    expect(await test.ledger(schedule)).toEqual(['10 ran, waits', '20 ran, waits', '30 ran, waits']);
  });

  it('says why nothing was run: the task is disabled, gone or without its version, the queue full', async () => {
    verifies('schedules.skipped-why');
    const test = schedulesForTest(await open(), { settings: { 'server.job_queue.max_queue_size': 1 } });
    const task = await test.task();
    const schedule = await test.create(task, { overlap: 'allow' });
    const pinned = await test.create(task, { version: '1.0.0', name: 'pinned', cronExpression: '55 * * * *' });
    const set = (sql: string) => test.database.write(({ run }) => run(sql, [task]));
    await set('UPDATE tasks SET enabled = 0 WHERE id = $1');
    await test.passes(10 * minute);
    await set('UPDATE tasks SET enabled = 1, missing_since = 1 WHERE id = $1');
    await test.passes(10 * minute);
    await set('UPDATE tasks SET missing_since = NULL WHERE id = $1');
    await test.passes(10 * minute);
    await test.passes(10 * minute);
    await set(`UPDATE task_versions SET version = '1.0.1' WHERE task_id = $1`);
    await test.passes(15 * minute);
    expect(await test.ledger(schedule)).toEqual([
      '10 skipped task_disabled',
      '20 skipped task_missing',
      '30 ran, waits',
      '40 skipped queue_full',
      '50 skipped queue_full',
    ]);
    expect(await test.ledger(pinned)).toEqual(['55 skipped version_missing']);
    expect(await test.schedules.find('tens')).toMatchObject({ executionCount: 1 });
  });

  it('lets one job wait for the end of a pause, and skips the others', async () => {
    const test = schedulesForTest(await open());
    const task = await test.task();
    const schedule = await test.create(task, { overlap: 'allow' });
    const ignoring = await test.create(task, { overlap: 'allow', ignoresPause: true, name: 'ignoring' });
    await test.jobs.pause(String(task), null, 'test');
    for (let slot = 0; slot < 3; slot++) await test.passes(10 * minute);
    expect(await test.ledger(schedule)).toEqual(['10 ran, waits', '20 skipped paused', '30 skipped paused']);
    expect(await test.ledger(ignoring)).toEqual(['10 ran, waits', '20 ran, waits', '30 ran, waits']);
    await test.jobs.resume(String(task), 'test');
    await test.claim();
    expect((await test.ledger(schedule))[0]).toBe('10 ran');
  });

  it('names a job that was cancelled before it began, and does not count it', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task());
    await test.passes(10 * minute);
    const [slot] = await test.slots(schedule);
    await test.jobs.cancel(String(slot!.jobId), 'test');
    expect(await test.ledger(schedule)).toEqual(['10 skipped cancelled']);
    expect(await test.schedules.find('tens')).toMatchObject({ executionCount: 0 });
    await test.jobs.retry(String(slot!.jobId), null, 'test');
    await test.claim();
    expect(await test.ledger(schedule)).toEqual(['10 late']);
  });

  it('ends when a schedule has run as often as it may', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { maxExecutions: 2, overlap: 'allow' });
    for (let slot = 0; slot < 3; slot++) await test.passes(10 * minute);
    expect(await test.ledger(schedule)).toEqual(['10 ran, waits', '20 ran, waits']);
    expect(await test.schedules.find('tens')).toMatchObject({
      isEnabled: false,
      disabledReason: 'exhausted',
      executionCount: 2,
      dueAt: null,
    });
    await expect(test.schedules.setEnabled('tens', true, 'test')).rejects.toMatchObject({ code: 'SCHEDULE_EXHAUSTED' });
    await test.schedules.update('tens', { maxExecutions: 3, enabled: true }, 'test');
    await test.passes(20 * minute);
    expect((await test.ledger(schedule)).slice(2)).toEqual(['40 skipped missed', '50 ran, waits']);
    expect(await test.schedules.find('tens')).toMatchObject({ disabledReason: 'exhausted', executionCount: 3 });
  });

  it('goes with the schedule, and the schedule with its task', async () => {
    const test = schedulesForTest(await open());
    const task = await test.task();
    const first = await test.create(task, { name: 'first' });
    await test.create(task, { name: 'second' });
    await test.passes(10 * minute);
    await test.schedules.remove(String(first.id), 'test');
    expect(await test.database.read.all('SELECT id FROM schedule_slots')).toHaveLength(1);
    await test.database.write(({ run }) => run('DELETE FROM tasks WHERE id = $1', [task]));
    expect(await test.database.read.all('SELECT id FROM schedules')).toEqual([]);
    expect(await test.database.read.all('SELECT id FROM schedule_slots')).toEqual([]);
  });

  it('is the same whatever the jitter, and each slot has the same jitter wherever it is computed', async () => {
    const test = schedulesForTest(await open());
    const schedule = await test.create(await test.task(), { jitterMs: '5m', overlap: 'allow', catchUp: 'all' });
    const again = await test.schedules.find('tens');
    expect(again.dueAt).toBe(schedule.dueAt);
    expect(schedule.dueAt! - schedule.nextSlotAt!).toBeGreaterThanOrEqual(0);
    expect(schedule.dueAt! - schedule.nextSlotAt!).toBeLessThan(5 * minute);
    for (let step = 0; step < 60; step++) await test.passes(minute);
    await test.passes(5 * minute);
    const slots = await test.slots(schedule);
    expect(slots.map(({ slotAt }) => (slotAt - start) / minute)).toEqual([10, 20, 30, 40, 50, 60]);
    for (const { slotAt, dueAt, plannedAt } of slots)
      expect(slotAt <= dueAt && dueAt <= plannedAt && dueAt < slotAt + 5 * minute).toBe(true);
    expect(new Set(slots.map(({ slotAt, dueAt }) => dueAt - slotAt)).size).toBeGreaterThan(3);
  });

  it('goes on for others where one schedule cannot be read any more, which is switched off and says so', async () => {
    const test = schedulesForTest(await open());
    const task = await test.task();
    const lost = await test.create(task, { name: 'lost' });
    const other = await test.create(task, { name: 'other' });
    await test.database.write(({ run }) => run(`UPDATE schedules SET time_zone = 'Europe/Nowhere' WHERE id = $1`, [lost.id]));
    await test.passes(10 * minute);
    expect(await test.ledger(other)).toEqual(['10 ran, waits']);
    expect(await test.ledger(lost)).toEqual([]);
    expect(test.troubles).toHaveLength(1);
    const found = await test.schedules.find('lost');
    expect(shownSchedule(found, true)).toMatchObject({
      enabled: false,
      disabledReason: 'UNREADABLE',
      nextRuns: [],
      ruleText: expect.stringContaining('Europe/Nowhere') as string,
    });
    await expect(test.schedules.setEnabled('lost', true, 'test')).rejects.toMatchObject({ code: 'SCHEDULE_TIME_ZONE_UNKNOWN' });
    await test.schedules.update('lost', { timeZone: 'Europe/Berlin', enabled: true }, 'test');
    await test.passes(10 * minute);
    expect(await test.ledger(lost)).toEqual(['20 ran, waits']);
  });

  it('is gone on with by itself when it can be written again', async () => {
    const database = await open();
    let failures = 0;
    const failing = new Proxy(database, {
      get(target, name) {
        if (name === 'write' && failures > 0) return () => Promise.reject(new Error(`the disk is full, ${failures--}`));
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    const test = schedulesForTest(failing);
    const schedule = await test.create(await test.task());
    test.clock.advance(10 * minute);
    failures = 2;
    const planned = new Promise<void>((resolve) => test.feed.subscribe(({ kind }) => void (kind === 'schedule.slot' && resolve())));
    test.planner.start();
    await planned;
    await test.planner.stop();
    expect(await test.ledger(schedule)).toEqual(['10 ran, waits']);
    // Of two failures in a row one is told.
    expect(test.troubles).toHaveLength(1);
  });

  it('loses no slot when it cannot be written: it is late', async () => {
    const database = await open();
    let isBroken = false;
    const failing = new Proxy(database, {
      get(target, name) {
        if (name === 'write' && isBroken) return () => Promise.reject(new Error('the disk is full'));
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    const test = schedulesForTest(failing);
    const schedule = await test.create(await test.task());
    isBroken = true;
    await expect(test.passes(10 * minute)).rejects.toThrow('full');
    isBroken = false;
    await test.passes(20_000);
    expect(await test.ledger(schedule)).toEqual(['10 late, waits']);
  });
});

describe.skipIf(!(await hasPostgres()))('several servers on one PostgreSQL', () => {
  const open = temporaryDatabases(temporaryPostgres);

  it('plan each slot once, whoever comes first', async () => {
    verifies('schedules.once');
    const database = await open();
    const one = schedulesForTest(database);
    const others = [
      one,
      schedulesForTest(await open(database), { clock: one.clock }),
      schedulesForTest(await open(database), { clock: one.clock }),
    ];
    const task = await one.task();
    const made = [];
    for (let number = 0; number < 30; number++)
      made.push(
        await one.create(task, {
          name: `s${number}`,
          cronExpression: '*/5 * * * * *',
          overlap: 'allow',
          catchUp: 'all',
          catchUpLimit: 1000,
        }),
      );
    for (let round = 0; round < 12; round++) {
      one.clock.advance(5_000);
      await Promise.all(others.map(({ planner }) => planner.planNow()));
      // Whatever one left because another had it in hand.
      await one.planner.planNow();
    }
    for (const schedule of made) {
      const slots = await one.slots(schedule);
      expect(slots.map(({ slotAt }) => (slotAt - start) / 5_000)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
      expect(new Set(slots.map(({ jobId }) => jobId)).size).toBe(12);
    }
    const [jobs] = await database.read.all<{ n: number }>('SELECT count(*) AS n FROM jobs');
    expect(jobs!.n).toBe(360);
    expect(await wrongRowCounts(database.read)).toEqual([]);
  });
});
