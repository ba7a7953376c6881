import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { hasPostgres, temporaryPostgres, temporarySqlite, type TemporaryDatabase } from '#testing/temporary-database.ts';
import { verifies } from '../../requirements/verifies.ts';
import { Api } from '../crash/api.ts';
import { diceOf } from '../crash/dice.ts';

/** Any number: `RATCHET_SCHEDULE_CRASH_ROUNDS=100 npx vitest run tests/e2e/schedules`. */
const rounds = Number(process.env['RATCHET_SCHEDULE_CRASH_ROUNDS'] ?? 3);
const seed = Number(process.env['RATCHET_CRASH_SEED'] ?? 20_261_121);
const patienceMs = 60_000 + rounds * 10_000;
const second = 1_000;

const environment = { RATCHET_SERVER_JOB_QUEUE_LEASE: '2', RATCHET_LOGGING_LEVEL: 'warn' };

interface Slot {
  readonly slotAt: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly jobId: string | null;
}

const start = (database: TemporaryDatabase) =>
  startRatchet({ args: ['--sources', 'tests/e2e/crash/tasks'], env: { ...environment, RATCHET_DATABASE_URL: database.url } });

/** Schedules that come due each second, and what each does about it. */
const wanted = [
  { name: 'all', catchUp: 'ALL', catchUpLimit: 1000, overlap: 'ALLOW' },
  { name: 'last', catchUp: 'LAST', overlap: 'SKIP' },
  { name: 'queued', catchUp: 'ALL', catchUpLimit: 1000, overlap: 'QUEUE' },
];

async function schedule(api: Api): Promise<void> {
  for (const one of wanted) {
    const reply = await api.send('POST', '/schedules', {
      ...one,
      taskId: 'crash-quick',
      cronExpression: '* * * * * *',
      input: { number: 1, ms: 1 },
    });
    expect(reply?.status).toBe(201);
  }
}

/** Switches all off, lets everything end, and looks at every ledger. @returns slots of one schedule */
async function judge(api: Api): Promise<number> {
  for (const { name } of wanted) expect((await api.send('POST', `/schedules/${name}/disable`))?.status).toBe(200);
  for (;;) {
    const stats = (await api.send('GET', '/jobs/stats'))?.body['stats'] as Record<string, number> | undefined;
    if (stats?.['queued'] === 0 && stats['processing'] === 0 && stats['retrying'] === 0) break;
    await sleep(50);
  }
  const jobs = await api.all<{ id: string; scheduleId: string }>('/jobs');
  let count = 0;
  const known = new Set<string>();
  for (const { name } of wanted) {
    const slots = (await api.all<Slot>(`/schedules/${name}/slots`)).toReversed();
    const first = Date.parse(slots[0]!.slotAt);
    expect(slots.map(({ slotAt }) => Date.parse(slotAt))).toEqual(slots.map((_, index) => first + index * second));
    for (const { outcome, reason, jobId } of slots) {
      if (outcome === 'SKIPPED') {
        expect(['OVERLAP', 'MISSED', 'CATCH_UP_LIMIT']).toContain(reason);
        continue;
      }
      expect(['RAN', 'LATE', 'CAUGHT_UP']).toContain(outcome);
      expect(jobId).not.toBeNull();
      expect(known.has(jobId!)).toBe(false);
      known.add(jobId!);
    }
    const skippedJobs = slots.filter(({ outcome, jobId }) => outcome === 'SKIPPED' && jobId !== null).length;
    const schedulesOf = (await api.send('GET', `/schedules/${name}`))?.body['data'] as { id: string; executionCount: number };
    const own = jobs.filter(({ scheduleId }) => scheduleId === schedulesOf.id).length;
    expect(own).toBe(slots.filter(({ outcome }) => outcome !== 'SKIPPED').length + skippedJobs);
    expect(schedulesOf.executionCount).toBe(own - skippedJobs);
    count = Math.max(count, slots.length);
  }
  return count;
}

async function killed(database: TemporaryDatabase): Promise<void> {
  const dice = diceOf(seed);
  let server: RatchetServer = await start(database);
  const api = new Api(() => server.url);
  try {
    await schedule(api);
    const startedAt = Date.now();
    for (let round = 0; round < rounds; round++) {
      // Around the turn of a second, give or take what planning takes.
      const now = Date.now();
      await sleep(second - (now % second) + second * dice.below(2) + dice.below(40) - 10);
      await server.kill();
      server = await start(database);
    }
    await sleep(second);
    const slots = await judge(api);
    expect(slots).toBeGreaterThanOrEqual(Math.floor((Date.now() - startedAt) / second) - 4);
  } finally {
    await api.close();
    await server.kill();
    await database.remove();
  }
}

describe.concurrent(`a server killed ${rounds} times around the times its schedules come due (seed ${seed})`, async () => {
  const isThere = await hasPostgres();

  it(
    'leaves each slot once in the ledger, each with at most one job, on SQLite',
    async () => {
      verifies('schedules.once');
      await killed(temporarySqlite());
    },
    patienceMs,
  );

  it.skipIf(!isThere)(
    'leaves each slot once in the ledger, each with at most one job, on PostgreSQL',
    () => killed(temporaryPostgres()),
    patienceMs,
  );

  it.skipIf(!isThere)(
    'and two servers on one PostgreSQL plan each slot once',
    async () => {
      const database = temporaryPostgres();
      const servers = [await start(database)];
      const api = new Api(() => servers[0]!.url);
      try {
        servers.push(await start(database));
        await schedule(api);
        await sleep(5 * second);
        expect(await judge(api)).toBeGreaterThanOrEqual(4);
      } finally {
        await api.close();
        for (const server of servers) await server.kill();
        await database.remove();
      }
    },
    patienceMs,
  );
});
