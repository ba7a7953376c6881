import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronOracle } from '#testing/cron-oracle.ts';
import { testClock } from '#testing/test-clock.ts';
import type { Database } from '#storage/index.ts';
import { wrongRowCounts } from '#storage/index.ts';
import { verifies } from '../../tests/requirements/verifies.ts';
import { hasPostgres, temporaryDatabases, temporaryPostgres, temporarySqlite } from '../testing/temporary-database.ts';
import { hour, schedulesForTest } from './schedules-harness.ts';

/** Any seed; more rounds look at more lines in each zone. */
const seed = Number(process.env['RATCHET_SCHEDULES_SEED'] ?? 1);
const rounds = Number(process.env['RATCHET_SCHEDULES_ROUNDS'] ?? 1);

const day = 24 * hour;
const [from, to] = [Date.UTC(2007, 0, 1), Date.UTC(2027, 0, 1)];
const everyZone = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

/** A few times a year, mostly at hours at which clocks are changed. */
const rareLine = fc
  .tuple(
    fc.nat(59),
    fc.oneof(fc.nat(4), fc.nat(23)),
    fc.constantFrom('1', '15', 'L', '28-29', '?'),
    fc.constantFrom('3', '10,11', '*/4', 'mar', '4,9'),
    fc.constantFrom('?', 'SUN#2', '0L'),
  )
  .map(
    ([minute, at, monthDay, month, weekday]) =>
      `${minute} ${at} ${monthDay === '?' && weekday === '?' ? '1' : monthDay} ${month} ${monthDay === '?' ? weekday : '?'}`,
  );

/** What happens to a server: it is looked after from slot to slot for a while, it is away, or its clock is put somewhere else. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('away' as const), ms: fc.integer({ min: hour, max: 20 * day }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('awake' as const), ms: fc.integer({ min: day, max: 9 * day }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), ms: fc.integer({ min: 1, max: 3 * day }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('away' as const), ms: fc.integer({ min: 30 * day, max: 200 * day }) }) },
);

async function simulate(database: Database, zones: readonly string[], until: number): Promise<void> {
  const clock = testClock(from);
  const test = schedulesForTest(database, { clock, settings: { 'server.job_queue.max_queue_size': 10_000_000 } });
  const task = await test.task();
  const lines = fc.sample(rareLine, { numRuns: zones.length, seed });
  const policies = ['none', 'last', 'all'];
  const made = [];
  for (const [index, timeZone] of zones.entries()) {
    const cronExpression = lines[index]!;
    const schedule = await test.create(task, {
      name: timeZone,
      cronExpression,
      timeZone,
      catchUp: policies[index % 3],
      catchUpLimit: 2,
      overlap: 'allow',
    });
    made.push({ schedule, cronExpression, timeZone });
  }
  let furthest = from;
  const plan = async () => {
    furthest = Math.max(furthest, clock.now());
    await test.planner.planNow();
  };
  const nextDue = async () => {
    const [row] = await database.read.all<{ at: number | null }>('SELECT min(due_at) AS at FROM schedules');
    return row!.at ?? Infinity;
  };
  for (const { kind, ms } of fc.sample(happening, { numRuns: 2_000, seed })) {
    if (furthest >= until) break;
    const wanted = Math.min(clock.now() + (kind === 'back' ? -ms : ms), until);
    if (kind === 'awake') {
      for (let at = await nextDue(); at <= wanted; at = await nextDue()) {
        clock.set(Math.max(at, clock.now()));
        await plan();
      }
    }
    clock.set(wanted);
    await plan();
  }
  expect(furthest).toBe(until);
  clock.set(until);
  await plan();

  for (const { schedule, cronExpression, timeZone } of made) {
    const rows = await database.read.all<{ slot_at: number; outcome: string; job_id: number | null }>(
      'SELECT slot_at, outcome, job_id FROM schedule_slots WHERE schedule_id = $1 ORDER BY id',
      [schedule.id],
    );
    const expected = cronOracle(cronExpression, timeZone, from + 1_000, until + 1_000);
    expect({ timeZone, cronExpression, slots: rows.map(({ slot_at }) => slot_at) }).toEqual({ timeZone, cronExpression, slots: expected });
    expect(rows.filter(({ outcome, job_id }) => (outcome === 'skipped') !== (job_id === null))).toEqual([]);
  }
  const [sums] = await database.read.all<{ slots: number; jobs: number; ran: number; caught: number; skipped: number }>(
    `SELECT (SELECT count(DISTINCT job_id) FROM schedule_slots) AS slots, (SELECT count(*) FROM jobs) AS jobs,
       (SELECT count(*) FROM schedule_slots WHERE outcome = 'ran') AS ran,
       (SELECT count(*) FROM schedule_slots WHERE outcome = 'caught_up') AS caught,
       (SELECT count(*) FROM schedule_slots WHERE outcome = 'skipped') AS skipped`,
  );
  expect(sums!.slots).toBe(sums!.jobs);
  // All of it has happened, or this proves little.
  for (const count of [sums!.ran, sums!.caught, sums!.skipped]) expect(count).toBeGreaterThan(zones.length / 3);
  expect(await wrongRowCounts(database.read)).toEqual([]);
}

const isThere = await hasPostgres();

describe(`a ledger over simulated years with outages and clock jumps (RATCHET_SCHEDULES_SEED=${seed}, RATCHET_SCHEDULES_ROUNDS=${rounds})`, () => {
  const onSqlite = temporaryDatabases(temporarySqlite);
  const onPostgres = temporaryDatabases(temporaryPostgres);

  it('has every slot of twenty years once, in every time zone', { timeout: 120_000 * rounds }, async () => {
    verifies('schedules.twenty-years');
    const zones = Array.from({ length: rounds }, () => everyZone).flat();
    await simulate(await onSqlite(), zones, to);
  });

  it.skipIf(!isThere)('has them on PostgreSQL too', { timeout: 120_000 }, async () => {
    const zones = everyZone.filter((_, index) => (index + seed) % 20 === 0);
    await simulate(await onPostgres(), zones, Date.UTC(2012, 0, 1));
  });
});
