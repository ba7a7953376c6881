import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExecutionWrites } from '#executions/stored/index.ts';
import { createJobStore } from '#jobs/index.ts';
import { createEventFeed, settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createPlanner, scheduleRules } from '#schedules/index.ts';
import { openDatabase, type Database } from '#storage/index.ts';
import type { BenchOptions } from '../options.ts';
import { rounded } from '../percentiles.ts';
import { cpuOf } from '../process-family.ts';
import { postgresProblem, postgresSchema } from '../subjects/postgres.ts';
import { startServe, temporaryFolder } from '../subjects/ratchet-serve.ts';
import type { Skip } from '../subjects/subject.ts';
import { additionCopies } from '../tasks/copies.ts';

export interface PlanningFigures {
  readonly storage: 'SQLite' | 'PostgreSQL';
  /** All due at the same moment, each with a job. */
  readonly schedules: number;
  readonly slotsPerSecond: number;
  /** From the moment at which they are due until the last job is queued. */
  readonly tookMs: number;
}

export interface ScheduleFigures {
  readonly schedules: number;
  readonly idleSeconds: number;
  /** Part of one core that server and workers used, 0 to 1, with nothing due. */
  readonly idleShareWithout: number;
  readonly idleShareWith: number;
  readonly planning: readonly PlanningFigures[];
}

const mostSchedules = 10_000;
/** Until what starting has left to do is done. */
const settleMs = 5_000;
const hourMs = 3_600_000;

/** What schedules cost while nothing is due, and how quickly they are planned when all of them are. */
export async function measureSchedules(options: BenchOptions, skipped: Skip[], say: (line: string) => void): Promise<ScheduleFigures> {
  const schedules = options.isQuick ? mostSchedules / 10 : mostSchedules;
  const planning: PlanningFigures[] = [];
  const folder = temporaryFolder();
  try {
    planning.push(await planAll('SQLite', `sqlite:${join(folder.path, 'ratchet.db')}`, schedules));
  } finally {
    folder.remove();
  }
  const problem = await postgresProblem();
  if (problem === null) {
    const schema = await postgresSchema();
    try {
      planning.push(await planAll('PostgreSQL', schema.url, schedules));
    } finally {
      await schema.remove();
    }
  } else skipped.push({ what: 'planning of schedules on PostgreSQL', why: problem });
  for (const one of planning) say(`  ${one.storage}: ${one.slotsPerSecond} slots planned per second`);
  // A fifth of the time an idle server is watched for: two are watched here.
  const idleMs = Math.max(5_000, options.idleMs / 5);
  return {
    schedules,
    idleSeconds: Math.round(idleMs / 1000),
    idleShareWithout: await idleShare(0, idleMs),
    idleShareWith: await idleShare(schedules, idleMs),
    planning,
  };
}

/** Writes schedules straight into the table; each comes due at the same time. */
async function fillSchedules(database: Database, count: number, dueAt: number): Promise<void> {
  await database.write(async ({ all, run, dialect }) => {
    const [task] = await all<{ id: number }>(
      `INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at)
       VALUES ('00000000-0000-7000-8000-0000000000aa', 'scheduled', 'Scheduled', '1.0.0', 'database', 1, 1) RETURNING id`,
    );
    const digits = dialect === 'sqlite' ? `printf('%012d', i)` : `lpad(i::text, 12, '0')`;
    await run(
      `INSERT INTO schedules (uuid, task_id, name, rule_kind, cron_expression, time_zone, input, options, overlap, catch_up, catch_up_limit,
         next_slot_at, due_at, created_by, created_at, updated_at)
       WITH RECURSIVE numbers (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count})
       SELECT '00000000-0000-7000-8001-' || ${digits}, ${task!.id}, 'schedule ' || i, 'cron', '0 * * * *', 'UTC', '{"num1":5,"num2":10}', '{}', 'skip',
         'last', 100, ${dueAt}, ${dueAt}, 'bench', 1, 1 FROM numbers`,
    );
  });
}

async function planAll(storage: PlanningFigures['storage'], url: string, schedules: number): Promise<PlanningFigures> {
  const database = await openDatabase({ url, synchronous: 'full', clock: systemClock, migrate: true });
  try {
    const dueAt = Math.floor(systemClock.now() / hourMs) * hourMs;
    await fillSchedules(database, schedules, dueAt);
    const store = createJobStore({ database, executions: createExecutionWrites(() => 0), schedules: scheduleRules });
    const clock = { now: () => dueAt, monotonic: () => performance.now() };
    const planner = createPlanner({
      database,
      jobs: { enqueueWithin: (queries, jobs) => store.enqueueWithin(queries, jobs, dueAt, Infinity), tellQueued: () => {} },
      settings: settingsFrom(),
      ids: uuidSource(clock),
      clock,
      feed: createEventFeed('bench'),
      liveInput: () => null,
      onTrouble(what, error) {
        throw new Error(what, { cause: error });
      },
    });
    const startedMs = performance.now();
    await planner.planNow();
    const tookMs = performance.now() - startedMs;
    const [slots] = await database.read.all<{ n: number }>(
      `SELECT count(*) AS n FROM schedule_slots WHERE outcome = 'ran' AND job_id IS NOT NULL`,
    );
    if (slots!.n !== schedules) throw new Error(`${slots!.n} of ${schedules} slots were planned`);
    return { storage, schedules, slotsPerSecond: Math.round((schedules / tookMs) * 1000), tookMs: rounded(tookMs) };
  } finally {
    await database.close();
  }
}

async function idleShare(schedules: number, idleMs: number): Promise<number> {
  const folder = temporaryFolder();
  const sources = additionCopies([{ name: 'addition' }]);
  const databaseUrl = `sqlite:${join(folder.path, 'ratchet.db')}`;
  try {
    const database = await openDatabase({ url: databaseUrl, synchronous: 'full', clock: systemClock, migrate: true });
    if (schedules > 0) await fillSchedules(database, schedules, systemClock.now() + 24 * hourMs);
    await database.close();
    const server = await startServe({ sources, databaseUrl, dataDir: folder.path });
    try {
      await sleep(settleMs);
      const before = { cpuMs: cpuOf([server.pid]), atMs: performance.now() };
      await sleep(idleMs);
      return rounded((cpuOf([server.pid]) - before.cpuMs) / (performance.now() - before.atMs));
    } finally {
      await server.stop();
    }
  } finally {
    folder.remove();
    rmSync(sources, { recursive: true });
  }
}
