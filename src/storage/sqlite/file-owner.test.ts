import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { temporarySqlite } from '../../testing/temporary-database.ts';
import { openDatabase } from '../open-database.ts';

const children: ChildProcess[] = [];
const places: { remove: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const { remove } of places.splice(0)) await remove();
});

function place() {
  const made = temporarySqlite();
  places.push(made);
  return made;
}

const open = (url: string, isReadOnly = false) => openDatabase({ url, synchronous: 'full', clock: systemClock, migrate: true, isReadOnly });

/** A process with the database; its lines as they come. */
function owner(url: string, what: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'owner-harness.ts'), url, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value) };
}

describe('a SQLite file', () => {
  it('has one owner: a second process is refused at once and told which process it is', async () => {
    const { url, file } = place();
    const first = owner(url, 'hold');
    expect(await first.line()).toBe('open');
    const startedAt = performance.now();
    await expect(open(url)).rejects.toMatchObject({ code: 'STORAGE_IN_USE', data: { file, pid: first.child.pid } });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const second = owner(url, 'hold');
    expect(await second.line()).toBe(`refused STORAGE_IN_USE The database ${file} is in use by process ${first.child.pid}.`);
  });

  it('has one owner under all its names', async () => {
    const { url, file } = place();
    const database = await open(url);
    symlinkSync(file, `${file}.link`);
    await expect(open(`sqlite://${file}.link`)).rejects.toMatchObject({ code: 'STORAGE_IN_USE', data: { pid: process.pid } });
    await database.close();
    await (await open(`sqlite://${file}.link`)).close();
  });

  it('can be looked at beside its owner, and not written to', async () => {
    const { url } = place();
    const database = await open(url);
    const onlooker = await open(url, true);
    await database.write(({ run }) => run("INSERT INTO row_counts VALUES ('a', 0, 7)"));
    expect(await onlooker.read.all('SELECT value FROM row_counts')).toEqual([{ value: 7 }]);
    await expect(onlooker.write(({ run }) => run('DELETE FROM row_counts'))).rejects.toMatchObject({ code: 'DATABASE_READ_ONLY' });
    await onlooker.close();
    await database.close();
    const alone = await open(url, true);
    expect(await alone.read.all('SELECT value FROM row_counts')).toEqual([{ value: 7 }]);
    await alone.close();
  });

  it.each(['write', 'write-normal'])('keeps every row whose commit was acknowledged when its owner is killed (%s)', async (what) => {
    const { url } = place();
    const writer = owner(url, what);
    expect(await writer.line()).toBe('open');
    const acknowledged: number[] = [];
    while (acknowledged.length < 2_000) acknowledged.push(Number(await writer.line()));
    writer.child.kill('SIGKILL');
    const [, signal] = (await once(writer.child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    for (let rest = await writer.line(); rest !== 'undefined'; rest = await writer.line())
      if (/^\d+$/.test(rest)) acknowledged.push(Number(rest));
    const database = await open(url);
    const kept = new Set((await database.read.all<{ stripe: number }>('SELECT stripe FROM row_counts')).map(({ stripe }) => stripe));
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
    expect(await database.read.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await database.close();
  });

  it.skipIf(process.platform === 'win32')('is made for its user alone', async () => {
    const { url, file } = place();
    const database = await open(url);
    await database.write(({ run }) => run("INSERT INTO row_counts VALUES ('a', 0, 7)"));
    for (const path of [file, `${file}-wal`]) expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    await database.close();
  });

  it('that is no database, or cannot be made, is refused in words', async () => {
    const { file } = place();
    writeFileSync(file, 'this is not a database, however long it may be'.repeat(100));
    await expect(open(`sqlite:${file}`)).rejects.toMatchObject({ code: 'DATABASE_UNREADABLE', data: { file } });
    await expect(open(`sqlite:${file}/below/ratchet.db`)).rejects.toMatchObject({ code: 'DATABASE_UNREADABLE' });
    await expect(open(`sqlite:${file}-missing`, true)).rejects.toMatchObject({ code: 'DATABASE_UNREADABLE' });
  });
});

describe('a database in memory', () => {
  it('forgets, says so, and has no owner', async () => {
    const one = await open('sqlite::memory:');
    const two = await open('sqlite::memory:');
    expect([one.isForgetful, one.where]).toEqual([true, 'memory']);
    await one.write(({ run }) => run("INSERT INTO row_counts VALUES ('a', 0, 7)"));
    expect(await one.read.all('SELECT count(*) AS n FROM row_counts')).toEqual([{ n: 1 }]);
    expect(await two.read.all('SELECT count(*) AS n FROM row_counts')).toEqual([{ n: 0 }]);
    await one.close();
    await two.close();
  });
});
