import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { call, localCaller, systemClock, type Operation } from '#kernel/index.ts';
import { describeOnBoth, temporarySqlite } from '../../testing/temporary-database.ts';
import type { Database } from '../database.ts';
import {
  databaseBackupOperation,
  databaseCheckOperation,
  databaseMigrateOperation,
  databaseRestoreOperation,
  databaseStatsOperation,
  databaseStatusOperation,
  type MaintenanceServices,
} from '../operations.ts';
import { openDatabase } from '../open-database.ts';
import { recountRows } from '../row-counts.ts';
import { createDatabaseMaintenance } from './database-maintenance.ts';
import { readMigrations } from '../migrations/migration.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'ratchet-backup-'));
  folders.push(made);
  return made;
};

const on = (url: string): MaintenanceServices => ({
  maintenance: createDatabaseMaintenance({ url, synchronous: 'normal', clock: systemClock }),
});
const options = { caller: localCaller, now: () => systemClock.now() };

/** Calls one of the operations as a surface does, so that its answer is checked against its schema. */
const ask = <Input extends z.ZodType, Output extends z.ZodType>(
  op: Operation<MaintenanceServices, Input, Output>,
  url: string,
  input: unknown = {},
) => call(op, on(url), input, options);

const mark = (database: Database, name: string) =>
  database.write(({ run }) => run('INSERT INTO pauses VALUES ($1, $2, NULL, 0)', [name.length, name]));
const marks = async ({ read }: Database) =>
  (await read.all<{ paused_by: string }>('SELECT paused_by FROM pauses ORDER BY task_id')).map((row) => row.paused_by);

await describeOnBoth('maintenance', (open) => {
  it('says which database it is and what was applied', async () => {
    const { url, where, dialect } = await open();
    const status = await ask(databaseStatusOperation, url);
    expect(status).toMatchObject({ dialect, where, state: 'current', pending: [], owner: dialect === 'sqlite' ? process.pid : null });
    expect(status.applied.map(({ number }) => number)).toEqual(readMigrations().map(({ number }) => number));
  });

  it('recognises an outdated, a changed and a newer schema, and migrates what can be', async () => {
    const database = await open();
    const { url } = database;
    await database.write(({ run }) => run("INSERT INTO __migrations VALUES (9999, 'tomorrow', 'x', 0)"));
    expect(await ask(databaseStatusOperation, url)).toMatchObject({ state: 'newer' });
    await expect(ask(databaseMigrateOperation, url)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
    await database.write(({ run }) => run("UPDATE __migrations SET checksum = 'x' WHERE number = 1"));
    await database.write(({ run }) => run('DELETE FROM __migrations WHERE number = 9999'));
    expect(await ask(databaseStatusOperation, url)).toMatchObject({ state: 'changed' });
    await expect(ask(databaseMigrateOperation, url, { dryRun: true })).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
  });

  it('migrates an empty database, after it has said what it would do', async () => {
    const database = await open();
    const { url } = database;
    const tables = await database.read.all<{ name: string }>(
      database.dialect === 'sqlite'
        ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
    );
    await database.write(async ({ run, dialect }) => {
      for (const { name } of tables.toReversed()) await run(`DROP TABLE ${name}${dialect === 'postgres' ? ' CASCADE' : ''}`);
    });
    await database.close();
    const steps = readMigrations().map(({ number, name, note }) => ({ number, name, note }));
    expect(await ask(databaseMigrateOperation, url, { dryRun: true })).toEqual({ isDryRun: true, migrations: steps });
    expect(await ask(databaseStatusOperation, url)).toMatchObject({ state: 'outdated', applied: [] });
    expect(await ask(databaseMigrateOperation, url)).toEqual({ isDryRun: false, migrations: steps });
    expect(await ask(databaseStatusOperation, url)).toMatchObject({ state: 'current', owner: null });
    expect(await ask(databaseMigrateOperation, url)).toEqual({ isDryRun: false, migrations: [] });
  });

  it('counts rows and bytes of every table', async () => {
    const database = await open();
    await mark(database, 'someone');
    const stats = await ask(databaseStatsOperation, database.url);
    const table = stats.tables.find(({ name }) => name === 'pauses');
    expect(table).toMatchObject({ rows: 1 });
    expect(table!.bytes).toBeGreaterThan(0);
    expect(stats.tables.find(({ name }) => name === 'jobs')!.indexBytes).toBeGreaterThan(0);
    expect(stats.bytes).toBeGreaterThanOrEqual(
      stats.tables.reduce((sum, { bytes }) => sum + bytes, 0) * (database.dialect === 'sqlite' ? 0 : 1),
    );
    if (database.dialect === 'sqlite') expect(stats.walBytes).toBeGreaterThan(0);
  });

  it('copies a database that is in use, and puts the copy back when nobody uses it', async () => {
    const database = await open();
    const { url } = database;
    const file = join(folder(), 'backup');
    await mark(database, 'a');
    await database.write(({ run }) =>
      run(
        "INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at) VALUES ('t1', 't', 't', '1', 'file', 0, 0)",
      ),
    );
    const backup = await ask(databaseBackupOperation, url, { file });
    expect(backup).toMatchObject({ file });
    expect(backup.bytes).toBeGreaterThan(1_000);
    await expect(ask(databaseBackupOperation, url, { file })).rejects.toMatchObject({ code: 'BACKUP_EXISTS' });
    await mark(database, 'bb');
    if (database.dialect === 'sqlite')
      await expect(ask(databaseRestoreOperation, url, { file })).rejects.toMatchObject({ code: 'STORAGE_IN_USE' });
    else {
      await database.write(({ run }) => run("INSERT INTO nodes VALUES ('n', 'h', 1, '1', 0, $1)", [systemClock.now() + 60_000]));
      await expect(ask(databaseRestoreOperation, url, { file })).rejects.toMatchObject({ code: 'DATABASE_BUSY', data: { processes: 1 } });
      await database.write(({ run }) => run('UPDATE nodes SET seen_until = 0'));
    }
    await database.close();
    const { kept } = await ask(databaseRestoreOperation, url, { file });
    const restored = await open({ url });
    expect(await marks(restored)).toEqual(['a']);
    expect(await ask(databaseCheckOperation, url)).toMatchObject({ state: 'ok', findings: [] });
    if (database.dialect === 'sqlite') expect(await marks(await open({ url: `sqlite:${kept}` }))).toEqual(['a', 'bb']);
    else {
      const old = await restored.read.all(`SELECT paused_by FROM ${kept}.pauses ORDER BY task_id`);
      await restored.write(({ run }) => run(`DROP SCHEMA ${kept} CASCADE`));
      expect(old).toEqual([{ paused_by: 'a' }, { paused_by: 'bb' }]);
    }
    // What is new goes on after what is old.
    await restored.write(({ run }) =>
      run(
        "INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at) VALUES ('t2', 't', 't', '1', 'file', 0, 0)",
      ),
    );
    expect(await restored.read.all('SELECT id FROM tasks ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('has its tables back when a backup cannot be put back', async () => {
    const database = await open();
    const stranger = await open();
    await mark(database, 'a');
    const text = join(folder(), 'text');
    writeFileSync(text, 'hello'.repeat(1_000));
    const foreign = join(folder(), 'foreign');
    await ask(databaseBackupOperation, stranger.url, { file: foreign });
    await database.close();
    await expect(ask(databaseRestoreOperation, database.url, { file: text })).rejects.toMatchObject({
      code: database.dialect === 'sqlite' ? 'BACKUP_INVALID' : 'BACKUP_FAILED',
    });
    // An archive of PostgreSQL names its schema; a SQLite file fits everywhere.
    if (database.dialect === 'postgres')
      await expect(ask(databaseRestoreOperation, database.url, { file: foreign })).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    const again = await open({ url: database.url });
    expect(await marks(again)).toEqual(['a']);
    expect(await ask(databaseCheckOperation, database.url)).toMatchObject({ state: 'ok' });
  });

  it('finds changed tables and wrong counts, and counts again', async () => {
    const database = await open();
    const { url } = database;
    expect(await ask(databaseCheckOperation, url)).toMatchObject({ state: 'ok', findings: [] });
    await database.write(async ({ run }) => {
      await run('DROP INDEX idx_jobs_task');
      await run("INSERT INTO row_counts VALUES ('jobs.queued', 3, 7)");
    });
    const { findings, state } = await ask(databaseCheckOperation, url);
    expect(state).toBe('failed');
    expect(findings.map(({ what, problem }) => `${what}: ${problem}`)).toEqual([
      'schema: index idx_jobs_task is missing',
      'counts: jobs.queued is counted as 7, there are 0',
    ]);
    await database.close();
    const again = await ask(databaseCheckOperation, url, { recount: true });
    expect(again.findings.map(({ what }) => what)).toEqual(['schema']);
  });

  it('counts again what was counted wrong, whatever it was', async () => {
    const database = await open();
    await database.write(async (queries) => {
      await queries.run(
        "INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at) VALUES ('t', 't', 't', '1', 'file', 0, 0)",
      );
      await queries.run(
        "INSERT INTO jobs (uuid, task_id, status, priority, turn, run_at, queued_at) VALUES ('j', 1, 'queued', 1, 1, 1, 1)",
      );
      await queries.run("INSERT INTO row_counts VALUES ('jobs.failed', 3, 7), ('other', 0, 5)");
      await recountRows(queries);
    });
    expect(await database.read.all('SELECT name, stripe, value FROM row_counts ORDER BY name')).toEqual([
      { name: 'jobs.queued', stripe: 0, value: 1 },
      { name: 'other', stripe: 0, value: 5 },
    ]);
  });
});

describe('maintenance of a SQLite file', () => {
  it('that does not exist yet says so, and makes nothing', async () => {
    const place = temporarySqlite();
    expect(await ask(databaseStatusOperation, place.url)).toMatchObject({ state: 'missing', owner: null });
    await expect(ask(databaseStatsOperation, place.url)).rejects.toMatchObject({ code: 'DATABASE_MISSING' });
    await expect(ask(databaseCheckOperation, place.url)).rejects.toMatchObject({ code: 'DATABASE_MISSING' });
    await expect(ask(databaseBackupOperation, place.url, { file: join(folder(), 'b') })).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
    });
    expect(existsSync(place.file)).toBe(false);
    expect(await ask(databaseMigrateOperation, place.url)).toMatchObject({ isDryRun: false });
    expect(await ask(databaseStatusOperation, place.url)).toMatchObject({ state: 'current' });
    await place.remove();
  });

  it('refuses to put back what is damaged, foreign or from the future, and leaves the database alone', async () => {
    const place = temporarySqlite();
    await ask(databaseMigrateOperation, place.url);
    const backup = join(folder(), 'backup');
    await ask(databaseBackupOperation, place.url, { file: backup });
    const damaged = join(folder(), 'damaged');
    await ask(databaseBackupOperation, place.url, { file: damaged });
    truncateSync(damaged, 40_000);
    const text = join(folder(), 'text');
    writeFileSync(text, 'hello'.repeat(1_000));
    const empty = join(folder(), 'empty');
    writeFileSync(empty, '');
    for (const file of [damaged, text, empty, join(folder(), 'nothing')]) {
      await expect(ask(databaseRestoreOperation, place.url, { file })).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    }
    expect(await ask(databaseCheckOperation, place.url)).toMatchObject({ state: 'ok' });
    expect(readdirSync(join(place.file, '..')).filter((name) => /before|restoring/.test(name))).toEqual([]);
    await place.remove();
  });

  it('keeps with the old file what had not reached it yet when its owner was killed', async () => {
    const place = temporarySqlite();
    const database = await openDatabase({ url: place.url, synchronous: 'normal', clock: systemClock, migrate: true });
    await mark(database, 'only in the log');
    const crashed = join(folder(), 'crashed.db');
    for (const ending of ['', '-wal']) copyFileSync(place.file + ending, crashed + ending);
    const backup = join(folder(), 'backup');
    await ask(databaseBackupOperation, place.url, { file: backup });
    await database.close();
    const { kept } = await ask(databaseRestoreOperation, `sqlite:${crashed}`, { file: backup });
    const old = await openDatabase({ url: `sqlite:${kept}`, synchronous: 'normal', clock: systemClock, migrate: false });
    expect(await marks(old)).toEqual(['only in the log']);
    await old.close();
    await place.remove();
  });

  it('leaves no half-written copy where one cannot be made', async () => {
    const place = temporarySqlite();
    await ask(databaseMigrateOperation, place.url);
    const file = join(place.file, 'below', 'backup');
    await expect(ask(databaseBackupOperation, place.url, { file })).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    await place.remove();
  });

  it('finds a damaged file', async () => {
    const place = temporarySqlite();
    await ask(databaseMigrateOperation, place.url);
    const { DatabaseSync } = await import('node:sqlite');
    const raw = new DatabaseSync(place.file);
    raw.exec('PRAGMA foreign_keys = off');
    raw.exec("INSERT INTO job_payloads (job_id, input) VALUES (77, '{}')");
    raw.close();
    const { findings } = await ask(databaseCheckOperation, place.url);
    expect(findings).toMatchObject([{ what: 'references', problem: '1 rows of job_payloads refer to rows of jobs that do not exist' }]);
    await place.remove();
  });
});
