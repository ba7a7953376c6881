import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createEventFeed, settingsFrom, systemClock, type FeedEvent } from '#kernel/index.ts';
import { openDatabase, type Database } from '#storage/index.ts';
import { describeOnBoth, temporaryPostgres, temporarySqlite } from '#testing/temporary-database.ts';
import { verifies } from '../../tests/requirements/verifies.ts';
import { createBackups, type Backups } from './backups.ts';
import { performStagedRestore } from './perform-restore.ts';
import { restoreOrders } from './restore-order.ts';

const folders: string[] = [];
const running: Backups[] = [];
afterEach(async () => {
  for (const backups of running.splice(0)) await backups.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Kept {
  readonly backups: Backups;
  readonly dataFolder: string;
  readonly folder: string;
  readonly events: FeedEvent[];
  readonly log: string[];
}

function backupsOf(
  database: Database & { readonly url: string },
  { values = {}, dataFolder = mkdtempSync(join(tmpdir(), 'ratchet-backups-')), folder = join(dataFolder, 'backups') } = {},
): Kept {
  folders.push(dataFolder);
  const feed = createEventFeed('t');
  const events: FeedEvent[] = [];
  const log: string[] = [];
  feed.subscribe((event) => events.push(event));
  const backups = createBackups({
    database,
    url: database.url,
    folder,
    orders: restoreOrders(dataFolder, database.where),
    settings: settingsFrom(values),
    clock: systemClock,
    feed,
    madeBy: 'ratchet test',
    log: (level, line) => log.push(`${level} ${line}`),
  });
  running.push(backups);
  return { backups, dataFolder, folder, events, log };
}

const wish = { kind: 'MANUAL', label: null, createdBy: 'somebody' } as const;
const make = async (backups: Backups, label: string | null = null, kind: 'MANUAL' | 'AUTOMATIC' = 'MANUAL') =>
  backups.begin({ ...wish, label, kind }).ended;
const never = new AbortController().signal;

const addTask = (database: Database, now = 0) =>
  database.write(({ run }) =>
    run(`INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at) VALUES ($1, 't', 't', '1', 'file', $2, $2)`, [
      `t${now}`,
      now,
    ]),
  );
const addJob = (database: Database, uuid: string, status: 'queued' | 'completed', completedAt: number | null = null) =>
  database.write(({ run }) =>
    run(`INSERT INTO jobs (uuid, task_id, status, priority, turn, run_at, queued_at, completed_at) VALUES ($1, 1, $2, 50, 0, 0, 0, $3)`, [
      uuid,
      status,
      completedAt,
    ]),
  );
const jobs = async ({ read }: Database) => (await read.all<{ uuid: string }>('SELECT uuid FROM jobs ORDER BY id')).map(({ uuid }) => uuid);

await describeOnBoth('backups of a running server', (open) => {
  it('are made under a name of the server, read to their end, counted, and told', async () => {
    const database = await open();
    const { backups, folder, events } = backupsOf(database);
    await addTask(database);
    await addJob(database, 'a', 'queued');
    const made = await make(backups, 'first');
    const file = join(folder, `${made.name}.${database.dialect === 'sqlite' ? 'db' : 'dump'}`);
    expect(made).toMatchObject({
      state: 'GOOD',
      kind: 'MANUAL',
      label: 'first',
      dialect: database.dialect,
      createdBy: 'somebody',
      schemaVersion: (await database.read.all<{ n: number }>('SELECT max(number) AS n FROM __migrations'))[0]!.n,
      rows: { jobs: 1, tasks: 1, executions: 0 },
      bytes: readFileSync(file).length,
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    });
    expect(made.name).toMatch(/^\d{8}T\d{9}Z-first$/);
    expect(readdirSync(folder).toSorted()).toEqual([`${made.name}.${database.dialect === 'sqlite' ? 'db' : 'dump'}`, `${made.name}.json`]);
    expect(backups.list()).toEqual([made]);
    expect(events.map(({ kind }) => kind)).toEqual(['backup.started', 'backup.completed']);
  });

  it('are made one at a time, and one that is given up leaves nothing', async () => {
    const database = await open();
    const { backups, folder } = backupsOf(database);
    const { name, ended } = backups.begin(wish);
    const refused = (() => {
      try {
        backups.begin(wish);
        return null;
      } catch (caught) {
        return caught;
      }
    })();
    expect(refused).toMatchObject({ code: 'BACKUP_UNDER_WAY', data: { name } });
    expect(backups.show(name)).toMatchObject({ state: 'MAKING', sha256: null });
    await backups.remove(name);
    await expect(ended).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect((await make(backups)).state).toBe('GOOD');
  });

  it('say what a restore would take back, count by count', async () => {
    verifies('backup.says-what-is-lost');
    const database = await open();
    const { backups } = backupsOf(database);
    await addTask(database);
    await addJob(database, 'waits', 'queued');
    await addJob(database, 'removed', 'completed', 1);
    const { name } = await make(backups);
    const now = systemClock.now() + 1;
    await addJob(database, 'since', 'queued');
    await addJob(database, 'ended since', 'completed', now);
    await database.write(({ run }) => run("UPDATE jobs SET status = 'completed', completed_at = $1 WHERE uuid = 'waits'", [now]));
    await database.write(({ run }) => run("DELETE FROM jobs WHERE uuid = 'removed'"));
    await addTask(database, now);
    const { effect } = await backups.inspect(name, never);
    expect(effect).toMatchObject({
      jobsForgotten: 2,
      jobsWaitingNow: 1,
      jobsRunAgain: 1,
      jobsBack: 1,
      tasksChanged: 1,
      schedulesChanged: 0,
      rowsNow: { jobs: 3 },
      rowsThen: { jobs: 2 },
    });
  });

  it('are not restored and not handed out when they are no longer what they were', async () => {
    const database = await open();
    const { backups, folder } = backupsOf(database);
    const { name } = await make(backups);
    const file = join(
      folder,
      readdirSync(folder).find((one) => !one.endsWith('.json'))!,
    );
    const bytes = readFileSync(file);
    const other = Buffer.from(bytes);
    // In the midst of it, where neither format has its head.
    for (let at = 0; at < 64; at++) other[(other.length >> 1) + at]! ^= 255;
    writeFileSync(file, other);
    await expect(backups.inspect(name, never)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    truncateSync(file, bytes.length - 1);
    expect(backups.show(name)).toMatchObject({ state: 'DAMAGED', problem: `it has ${bytes.length - 1} bytes instead of ${bytes.length}` });
    expect(() => backups.stage(name, 'x')).toThrow(name);
    expect(() => backups.read(name, 0)).toThrow(name);
  });

  it('are restored by the next start, which keeps what was there; then nothing is staged any more', async () => {
    verifies('backup.restored-at-a-start');
    const database = await open();
    const { url } = database;
    const { backups, dataFolder, folder } = backupsOf(database);
    await addTask(database);
    await addJob(database, 'before', 'queued');
    const { name } = await make(backups);
    await addJob(database, 'after', 'queued');
    backups.stage(name, 'somebody');
    expect(backups.show(name).isStaged).toBe(true);
    await expect(backups.remove(name)).rejects.toMatchObject({ code: 'BACKUP_IS_STAGED' });
    await database.close();
    const start = { url, dataFolder, backupFolder: folder, clock: systemClock, log: () => {} };
    const restored = await performStagedRestore(start);
    expect(restored?.order).toMatchObject({ backup: name, stagedBy: 'somebody' });
    const again = await open({ url });
    expect(await jobs(again)).toEqual(['before']);
    expect(await performStagedRestore(start)).toBeNull();
    const { kept } = restored!;
    if (again.dialect === 'sqlite') expect(await jobs(await open({ url: `sqlite:${kept}` }))).toEqual(['before', 'after']);
    else {
      expect(await again.read.all(`SELECT uuid FROM ${kept}.jobs ORDER BY id`)).toEqual([{ uuid: 'before' }, { uuid: 'after' }]);
      await again.write(({ run }) => run(`DROP SCHEMA ${kept} CASCADE`));
    }
  });

  it('that cannot be restored keep the server from starting on what would be lost, and change nothing', async () => {
    const database = await open();
    const { url } = database;
    const { backups, dataFolder, folder } = backupsOf(database);
    await addTask(database);
    const { name } = await make(backups);
    await addJob(database, 'after', 'queued');
    backups.stage(name, 'somebody');
    await database.close();
    for (const file of readdirSync(folder)) if (!file.endsWith('.json')) rmSync(join(folder, file));
    const start = { url, dataFolder, backupFolder: folder, clock: systemClock, log: () => {} };
    await expect(performStagedRestore(start)).rejects.toMatchObject({ code: 'RESTORE_FAILED', data: { name } });
    rmSync(join(dataFolder, 'restore-order.json'));
    expect(await performStagedRestore(start)).toBeNull();
    expect(await jobs(await open({ url }))).toEqual(['after']);
  });

  it('that the server makes by itself go by number, never the newest good one, and never one somebody asked for', async () => {
    const database = await open();
    const { backups } = backupsOf(database, { values: { 'storage.backup.keep': 1 } });
    const manual = await make(backups);
    const first = await make(backups, null, 'AUTOMATIC');
    const second = await make(backups, null, 'AUTOMATIC');
    expect(backups.list().map(({ name }) => name)).toEqual([second.name, manual.name]);
    backups.stage(second.name, 'x');
    const third = await make(backups, null, 'AUTOMATIC');
    expect(backups.list().map(({ name }) => name)).toEqual([third.name, second.name, manual.name]);
    expect(first.name < second.name).toBe(true);
  });
});

describe('the folder of backups', () => {
  const place = temporarySqlite();
  afterAll(() => place.remove());
  const opened = async (folder?: string) => {
    const database = await openDatabase({ url: place.url, synchronous: 'normal', clock: systemClock, migrate: true });
    return { database, ...backupsOf(Object.assign(database, { url: place.url }), folder === undefined ? {} : { folder }) };
  };

  it('loses what processes that are gone have begun, and nothing else', async () => {
    const { database, backups, folder } = await opened();
    mkdirSync(folder, { recursive: true });
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const left = [
      `20260101T000000000Z.${gone}.making`,
      `20260101T000000000Z-x.${gone}.making.part`,
      `20260101T000000000Z.${process.pid}.making.json`,
    ];
    const mine = ['20260101T000000000Z.db', 'notes.making', `20260101T000000000Z.${process.ppid}.making`];
    for (const name of [...left, ...mine]) writeFileSync(join(folder, name), 'x');
    backups.start();
    expect(readdirSync(folder).toSorted()).toEqual(mine.toSorted());
    await database.close();
  });

  it('answers for no name that a server would not give', async () => {
    const { database, backups, dataFolder } = await opened();
    writeFileSync(join(dataFolder, 'secret.json'), '{}');
    for (const name of ['../secret', 'secret', '/etc/passwd', '20260101T000000000Z/../../secret', '20260101T000000000Z-\0'])
      expect(() => backups.show(name)).toThrow('There is no backup');
    await database.close();
  });

  it('gets one by itself when it is time, and not before', async () => {
    const { database, backups, log } = await opened();
    const timed = backupsOf(Object.assign(database, { url: place.url }), { values: { 'storage.backup.interval': 1 } });
    backups.start();
    timed.backups.start();
    await expect.poll(() => timed.backups.list().filter(({ state }) => state === 'GOOD').length, { timeout: 15_000 }).toBeGreaterThan(1);
    const [second, first] = timed.backups.list().filter(({ state }) => state === 'GOOD');
    expect(second).toMatchObject({ kind: 'AUTOMATIC', createdBy: 'server' });
    expect(Date.parse(second!.createdAt) - Date.parse(first!.createdAt)).toBeGreaterThanOrEqual(1_000);
    expect([backups.list(), log]).toEqual([[], []]);
    await timed.backups.stop();
    await database.close();
  });
});

describe('a backup of', () => {
  it('a database in memory is refused in words', async () => {
    const url = 'sqlite::memory:';
    const database = await openDatabase({ url, synchronous: 'normal', clock: systemClock, migrate: true });
    const { backups } = backupsOf(Object.assign(database, { url }));
    expect(() => backups.begin(wish)).toThrow('lies in memory');
    await database.close();
  });

  const disk = mkdtempSync(join(tmpdir(), 'ratchet-backup-disk-'));
  const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status === 0;
  afterAll(() => {
    if (canMount) spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  it.skipIf(!canMount)('anything is refused where the disk of the backups is full, and leaves nothing there', async () => {
    const place = temporarySqlite();
    const database = await openDatabase({ url: place.url, synchronous: 'normal', clock: systemClock, migrate: true });
    const { backups } = backupsOf(Object.assign(database, { url: place.url }), { folder: disk });
    const { bavail, bsize } = statfsSync(disk);
    const filling = join(disk, 'filling');
    writeFileSync(filling, new Uint8Array(bavail * bsize - 100_000));
    await expect(make(backups)).rejects.toMatchObject({ code: 'BACKUP_NO_ROOM', http: 507, data: { folder: disk } });
    expect(readdirSync(disk)).toEqual(['filling']);
    expect(backups.list()).toMatchObject([{ state: 'FAILED' }]);
    // And where it becomes full only while the copy is written.
    const postgres = temporaryPostgres();
    const other = await openDatabase({ url: postgres.url, synchronous: 'normal', clock: systemClock, migrate: true }).catch(() => null);
    if (other !== null) {
      const archives = backupsOf(Object.assign(other, { url: postgres.url }), { folder: disk });
      writeFileSync(filling, new Uint8Array(bavail * bsize - 8_192));
      await expect(make(archives.backups)).rejects.toMatchObject({ code: 'BACKUP_NO_ROOM', data: { neededBytes: null } });
      expect(readdirSync(disk)).toEqual(['filling']);
      await other.close();
      await postgres.remove();
    }
    await database.close();
    await place.remove();
  });
});
