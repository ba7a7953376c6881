import { join } from 'node:path';
import { createExecutionWrites } from '#executions/stored/index.ts';
import { createJobStore, type ClaimedJob, type JobStore } from '#jobs/index.ts';
import { systemClock, uuidSource } from '#kernel/index.ts';
import { openDatabase, type Database } from '#storage/index.ts';
import type { BenchOptions } from '../../options.ts';
import { median, rounded } from '../../percentiles.ts';
import { cpuOf } from '../../process-family.ts';
import { postgresProblem, postgresSchema } from '../../subjects/postgres.ts';
import { temporaryFolder } from '../../subjects/ratchet-serve.ts';
import type { Skip } from '../../subjects/subject.ts';
import { fillJobs } from './fill.ts';

/** Processor time in microseconds, of this process and the database. */
export interface ClaimFigures {
  readonly storage: 'SQLite' | 'PostgreSQL';
  readonly waiting: number;
  readonly finished: number;
  /** One claim that takes one job. */
  readonly oneUs: number;
  /** One job of a claim that takes a hundred. */
  readonly ofHundredUs: number;
}

export interface ClaimCostFigures {
  readonly figures: readonly ClaimFigures[];
  /** Dearest divided by cheapest of the sizes on SQLite; each kind of claim. */
  readonly spreadOne: number;
  readonly spreadOfHundred: number;
}

const ids = uuidSource();

/** What it costs to take the next jobs, by how many wait and how many have finished. */
export async function measureClaimCost(options: BenchOptions, skipped: Skip[], say: (line: string) => void): Promise<ClaimCostFigures> {
  const folder = temporaryFolder();
  const figures: ClaimFigures[] = [];
  try {
    figures.push(...(await onDatabase('SQLite', `sqlite:${join(folder.path, 'ratchet.db')}`, null, options, say)));
  } finally {
    folder.remove();
  }
  const problem = await postgresProblem();
  if (problem === null) {
    const schema = await postgresSchema();
    try {
      figures.push(...(await onDatabase('PostgreSQL', schema.url, schema.serverPid, options, say)));
    } finally {
      await schema.remove();
    }
  } else skipped.push({ what: 'cost of a claim on PostgreSQL', why: problem });
  const spread = (read: (one: ClaimFigures) => number) => {
    const costs = figures.filter(({ storage }) => storage === 'SQLite').map(read);
    return rounded(Math.max(...costs) / Math.min(...costs));
  };
  return { figures, spreadOne: spread(({ oneUs }) => oneUs), spreadOfHundred: spread(({ ofHundredUs }) => ofHundredUs) };
}

async function onDatabase(
  storage: ClaimFigures['storage'],
  url: string,
  serverPid: number | null,
  { mostRows, isQuick }: BenchOptions,
  say: (line: string) => void,
): Promise<ClaimFigures[]> {
  const database = await openDatabase({ url, synchronous: 'full', clock: systemClock, migrate: true });
  try {
    const now = systemClock.now();
    const taskId = await addTask(database, now);
    const store = createJobStore({ database, executions: createExecutionWrites(() => 0) });
    const repeats = isQuick ? 2 : 15;
    const figures: ClaimFigures[] = [];
    const measure = async (waiting: number, finished: number) => {
      say(`  ${storage}: ${waiting} waiting, ${finished} finished`);
      const cost = async (limit: number, claims: number) => {
        const rounds: number[] = [];
        // The first round only brings pages into memory.
        for (let round = 0; round <= repeats; round++) rounds.push(await cpuOfClaims(store, serverPid, limit, claims));
        return rounded(median(rounds.slice(1)));
      };
      figures.push({ storage, waiting, finished, oneUs: await cost(1, 50), ofHundredUs: await cost(100, 8) });
    };
    let waiting = 1_000;
    await fillJobs(database, { taskId, after: 0, count: waiting, kind: 'waiting', now });
    // The first claims pay for compiling, of which the later sizes would know nothing.
    for (let round = 0; round < 4 * repeats; round++) await cpuOfClaims(store, serverPid, round % 2 === 0 ? 1 : 100, 8);
    for (const wanted of [1_000, mostRows / 10, mostRows]) {
      await fillJobs(database, { taskId, after: waiting, count: wanted - waiting, kind: 'waiting', now });
      waiting = wanted;
      await measure(waiting, 0);
    }
    await fillJobs(database, { taskId, after: waiting, count: mostRows, kind: 'finished', now });
    await measure(waiting, mostRows);
    return figures;
  } finally {
    await database.close();
  }
}

/** Claims and gives everything back. @returns microseconds of processor time per job */
async function cpuOfClaims(store: JobStore, serverPid: number | null, limit: number, claims: number): Promise<number> {
  const held: ClaimedJob[] = [];
  const used = () => {
    const { user, system } = process.cpuUsage();
    return user + system + (serverPid === null ? 0 : cpuOf([serverPid]) * 1000);
  };
  const before = used();
  for (let claim = 0; claim < claims; claim++) {
    const now = systemClock.now();
    const newExecutionUuid = () => ids.next<'execution'>();
    held.push(...(await store.claim({ owner: 'bench', now, leaseUntil: now + 600_000, limit, newExecutionUuid, brokenTasks: new Map() })));
  }
  const tookUs = used() - before;
  if (held.length !== claims * limit) throw new Error(`${claims} claims of ${limit} gave ${held.length} jobs`);
  const leases = held.map(({ id, token }) => ({ jobId: id, token }));
  await store.release(leases, systemClock.now());
  return tookUs / held.length;
}

async function addTask(database: Database, now: number): Promise<number> {
  return database.write(async ({ all, run }) => {
    const [task] = await all<{ id: number }>(
      `INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at)
       VALUES ($1, 'addition', 'Addition', '1.0.0', 'file', $2, $2) RETURNING id`,
      [ids.next<'task'>(), now],
    );
    await run(
      `INSERT INTO task_versions (task_id, version, checksum, files, metadata, changed_by, created_at) VALUES ($1, '1.0.0', '', '{}', '{}', 'bench', $2)`,
      [task!.id, now],
    );
    return task!.id;
  });
}
