import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingsFrom, systemClock } from '#kernel/index.ts';
import { openDatabase, wrongRowCounts, recountRows, type Database, type Queries } from '#storage/index.ts';
import { describeOnBoth, temporarySqlite } from '../testing/temporary-database.ts';
import { createRetention } from './index.ts';

const day = 86_400_000;
const now = 1_800_000_000_000;

interface Made {
  readonly status: string;
  readonly daysAgo?: number;
  readonly needs?: number;
  readonly outputBytes?: number;
  readonly logLines?: number;
  readonly isRecorded?: boolean;
}

/** Jobs as the queue leaves them, each with one execution that ended with it. @returns their ids */
async function makeJobs(database: Database, jobs: readonly Made[]): Promise<number[]> {
  return database.write(async (queries) => {
    await queries.kysely
      .insertInto('tasks')
      .values({ uuid: 't', name: 't', label: 't', version: '1', storage_type: 'file', created_at: 0, updated_at: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const ids: number[] = [];
    for (const job of jobs) ids.push(await makeJob(queries, job, ids));
    await recountRows(queries);
    return ids;
  });
}

async function makeJob({ kysely }: Queries, made: Made, earlier: readonly number[]): Promise<number> {
  const { status, daysAgo = 0, needs, outputBytes = 10, logLines = 0, isRecorded = false } = made;
  const isFinished = ['completed', 'failed', 'cancelled'].includes(status);
  const completed_at = isFinished ? now - daysAgo * day : null;
  const uuid = Math.random().toString(36);
  const task_id = 1;
  const { id: job_id } = await kysely
    .insertInto('jobs')
    .values({ uuid, task_id, status, completed_at, priority: 1, turn: 1, run_at: 1, queued_at: 1 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await kysely.insertInto('job_payloads').values({ job_id, input: '{}' }).execute();
  if (needs !== undefined) await kysely.insertInto('job_dependencies').values({ job_id, needs_job_id: earlier[needs]! }).execute();
  if (!isFinished) return job_id;
  const has_recording = isRecorded ? 1 : 0;
  const { id: execution_id } = await kysely
    .insertInto('executions')
    .values({
      uuid,
      task_id,
      task_version: '1',
      task_checksum: 'c',
      job_id,
      attempt: 1,
      token: 1,
      status,
      completed_at,
      queued_at: 1,
      has_recording,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  // Of letters that do not compress, so that both databases need room for them.
  const output = Array.from({ length: Math.ceil(outputBytes / 11) }, () => Math.random().toString(36).slice(2, 13)).join('');
  await kysely.insertInto('execution_results').values({ execution_id, output }).execute();
  for (let number = 1; number <= logLines; number++) {
    await kysely.insertInto('execution_logs').values({ execution_id, number, level: 'info', message: 'line', logged_at: 0 }).execute();
  }
  if (isRecorded) {
    await kysely
      .insertInto('execution_recordings')
      .values({ execution_id, effects: new Uint8Array(100), size_bytes: 100, created_at: 0 })
      .execute();
  }
  return job_id;
}

const retentionOf = (database: Database, values: Record<string, unknown> = {}) =>
  createRetention({ database, settings: settingsFrom(values), clock: systemClock, log: () => {} });

const jobIds = async ({ read }: Database) => (await read.all<{ id: number }>('SELECT id FROM jobs ORDER BY id')).map(({ id }) => id);
const rowsOf = async ({ read }: Database, table: string) => (await read.all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n;

await describeOnBoth('retention', (open) => {
  it('removes what is old for its state, with everything that hangs on it, and keeps the counts true', async () => {
    const database = await open();
    const ids = await makeJobs(database, [
      { status: 'completed', daysAgo: 8, logLines: 3, isRecorded: true },
      { status: 'completed', daysAgo: 6 },
      { status: 'failed', daysAgo: 8 },
      { status: 'failed', daysAgo: 31 },
      { status: 'cancelled', daysAgo: 8 },
      { status: 'cancelled', daysAgo: 1 },
      { status: 'queued' },
    ]);
    const report = await retentionOf(database).runOnce(now);
    expect(report).toMatchObject({
      jobs: { completed: 1, failed: 1, cancelled: 1 },
      jobsForSize: 0,
      isOverLimit: false,
      wasStopped: false,
    });
    expect(await jobIds(database)).toEqual([ids[1], ids[2], ids[5], ids[6]]);
    expect(await rowsOf(database, 'executions')).toBe(3);
    expect(await rowsOf(database, 'job_payloads')).toBe(4);
    for (const table of ['execution_logs', 'execution_recordings']) expect(await rowsOf(database, table)).toBe(0);
    expect(await wrongRowCounts(database.read)).toEqual([]);
  });

  it('leaves a job that another one needs, until that one is gone', async () => {
    const database = await open();
    const ids = await makeJobs(database, [
      { status: 'completed', daysAgo: 100 },
      { status: 'queued', needs: 0 },
      { status: 'completed', daysAgo: 99 },
      { status: 'completed', daysAgo: 98, needs: 2 },
    ]);
    const retention = retentionOf(database);
    await retention.runOnce(now);
    expect(await jobIds(database)).toEqual([ids[0], ids[1], ids[2]]);
    await retention.runOnce(now);
    expect(await jobIds(database)).toEqual([ids[0], ids[1]]);
    await retentionOf(database, { 'retention.max_bytes': 1 }).runOnce(now);
    expect(await jobIds(database)).toEqual([ids[0], ids[1]]);
  });

  it('goes on in chunks until all is gone', async () => {
    const database = await open();
    await makeJobs(
      database,
      Array.from({ length: 1_100 }, () => ({ status: 'completed', daysAgo: 8 })),
    );
    expect((await retentionOf(database).runOnce(now)).jobs.completed).toBe(1_100);
    expect(await jobIds(database)).toEqual([]);
    expect(await wrongRowCounts(database.read)).toEqual([]);
  });

  it('takes the oldest finished jobs first when there is too much, and no more than needed', async () => {
    const database = await open();
    const ids = await makeJobs(
      database,
      Array.from({ length: 40 }, (_, index) => ({
        status: index % 2 === 0 ? 'completed' : 'failed',
        daysAgo: 4 - index / 40,
        outputBytes: 100_000,
      })),
    );
    const waiting = await makeJobs(database, [{ status: 'queued' }]);
    const before = (await retentionOf(database).preview(now)).size.bytes;
    expect(before).toBeGreaterThan(4_000_000);
    const limit = Math.round(before / 2);
    const report = await retentionOf(database, { 'retention.max_bytes': limit }).runOnce(now);
    expect(report.isOverLimit).toBe(false);
    expect(report.bytes).toBeLessThanOrEqual(limit);
    expect(report.jobsForSize).toBeGreaterThan(10);
    expect(report.jobsForSize).toBeLessThan(30);
    expect(await jobIds(database)).toEqual([...ids, ...waiting].slice(report.jobsForSize));
    expect(await wrongRowCounts(database.read)).toEqual([]);
  });

  it('says when it cannot get below the limit, because what is left is not finished', async () => {
    const database = await open();
    await makeJobs(database, [{ status: 'queued' }, { status: 'completed' }]);
    expect(await retentionOf(database, { 'retention.max_bytes': 1 }).runOnce(now)).toMatchObject({
      isOverLimit: true,
      jobs: { completed: 1 },
      jobsForSize: 1,
    });
  });

  it('takes logs and recordings earlier where they have an age of their own', async () => {
    const database = await open();
    await makeJobs(database, [
      { status: 'failed', daysAgo: 5, logLines: 4, isRecorded: true },
      { status: 'failed', daysAgo: 2, logLines: 2, isRecorded: true },
    ]);
    const report = await retentionOf(database, { 'retention.logs': 3 * 86_400, 'retention.recordings': 86_400 }).runOnce(now);
    expect(report).toMatchObject({ logLines: 4, recordings: 2, jobs: { failed: 0 } });
    expect([await rowsOf(database, 'execution_logs'), await rowsOf(database, 'execution_recordings')]).toEqual([2, 0]);
    expect(await database.read.all('SELECT has_recording FROM executions')).toEqual([{ has_recording: 0 }, { has_recording: 0 }]);
  });

  it('removes idempotency keys and kept results that have expired', async () => {
    const database = await open();
    await makeJobs(database, []);
    await database.write(async ({ run }) => {
      for (const [key, expires] of [
        ['old', now],
        ['new', now + 1],
      ] as const) {
        await run("INSERT INTO idempotency_keys (scope, key, fingerprint, answer, expires_at) VALUES ('s', $1, 'f', '{}', $2)", [
          key,
          expires,
        ]);
        await run("INSERT INTO cached_results (key, task_id, execution_uuid, output, expires_at) VALUES ($1, 1, 'e', '1', $2)", [
          key,
          expires,
        ]);
      }
    });
    expect(await retentionOf(database).runOnce(now)).toMatchObject({ keys: 1, results: 1 });
    expect(await database.read.all('SELECT i.key AS i, c.key AS c FROM idempotency_keys i, cached_results c')).toEqual([
      { i: 'new', c: 'new' },
    ]);
  });

  it('says beforehand what would go, and changes nothing', async () => {
    const database = await open();
    await makeJobs(database, [
      { status: 'completed', daysAgo: 8, outputBytes: 20_000 },
      { status: 'completed', daysAgo: 8, outputBytes: 20_000 },
      { status: 'failed', daysAgo: 8 },
    ]);
    const preview = await retentionOf(database, { 'retention.max_bytes': 1_000, 'retention.cancelled': 0 }).preview(now);
    expect(preview.states).toMatchObject([
      { status: 'completed', keptMs: 7 * day, jobs: 2 },
      { status: 'failed', keptMs: 30 * day, jobs: 0, bytes: 0 },
      { status: 'cancelled', keptMs: null, jobs: 0 },
    ]);
    expect(preview.states[0]!.bytes).toBeGreaterThan(30_000);
    expect(preview.states[0]!.bytes).toBeLessThan(100_000);
    expect(preview.size.overBy).toBe(preview.size.bytes - 1_000);
    expect(await rowsOf(database, 'jobs')).toBe(3);
  });

  it('stops between two chunks when it is told to', async () => {
    const database = await open();
    await makeJobs(
      database,
      Array.from({ length: 600 }, () => ({ status: 'completed', daysAgo: 8 })),
    );
    const stop = new AbortController();
    const run = retentionOf(database).runOnce(now, stop.signal);
    stop.abort();
    const report = await run;
    expect(report.wasStopped).toBe(true);
    expect(await rowsOf(database, 'jobs')).toBe(600 - report.jobs.completed);
    expect(await rowsOf(database, 'jobs')).toBeGreaterThan(0);
  });

  it('runs by itself once it is started, and not where the configuration says no', async () => {
    const database = await open();
    await makeJobs(database, [{ status: 'completed', daysAgo: 8 }]);
    const clock = { ...systemClock, now: () => now };
    const silent = createRetention({ database, settings: settingsFrom({ 'retention.enabled': false }), clock, log: () => {} });
    silent.start();
    await silent.stop();
    expect(await rowsOf(database, 'jobs')).toBe(1);
    const lines: string[] = [];
    let told: (() => void) | null = null;
    const hasTold = new Promise<void>((resolve) => {
      told = resolve;
    });
    const log = (line: string) => {
      lines.push(line);
      told!();
    };
    const retention = createRetention({ database, settings: settingsFrom(), clock, log });
    retention.start();
    await hasTold;
    await retention.stop();
    expect(lines).toEqual(['removed 1 finished jobs (1 completed, 0 failed, 0 cancelled)']);
    expect(await rowsOf(database, 'jobs')).toBe(0);
  });
});

describe('a SQLite file', () => {
  it('gets smaller again when what was in it has gone', async () => {
    const place = temporarySqlite();
    const database = await openDatabase({ url: place.url, synchronous: 'normal', clock: systemClock, migrate: true });
    await makeJobs(
      database,
      Array.from({ length: 200 }, () => ({ status: 'completed', daysAgo: 8, outputBytes: 50_000 })),
    );
    await database.close();
    const full = statSync(place.file).size;
    expect(full).toBeGreaterThan(10_000_000);
    const again = await openDatabase({ url: place.url, synchronous: 'normal', clock: systemClock, migrate: true });
    await retentionOf(again).runOnce(now);
    // The file gets shorter in the next quiet moment, which is a second away.
    await expect.poll(() => statSync(place.file).size, { timeout: 10_000 }).toBeLessThan(full / 5);
    expect(await again.read.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await again.close();
    await place.remove();
  });
});
