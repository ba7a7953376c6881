import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { hasPostgres, temporaryPostgres, temporarySqlite } from '#testing/temporary-database.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';
import type { Database } from '../database.ts';
import { parseDatabaseAddress } from '../database-address.ts';
import { openDatabase } from '../open-database.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-cut-short-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (url: string) => openDatabase({ url, synchronous: 'full', clock: systemClock, migrate: true, maxConnections: 2 });
const write = (database: Database, id: number, text: string) =>
  database.write(({ run }) => run('INSERT INTO pauses VALUES ($1, $2, NULL, 0)', [id, text]));

/** @returns how many steps it had; null when it was killed */
async function restoreUntil(cutAt: number, url: string, backup: string, at: number): Promise<number | null> {
  const args = [join(import.meta.dirname, 'restore-harness.ts'), url, backup, String(at), String(cutAt)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, trouble] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (trouble += text.toString()));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...end) => resolve(end));
  });
  if (signal === 'SIGKILL') return null;
  expect([code, trouble]).toEqual([0, '']);
  return Number(said);
}

/** What somebody finds who opens the file, with the log beside it. */
function found(file: string): string {
  const database = new DatabaseSync(file);
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    return database
      .prepare('SELECT paused_by FROM pauses ORDER BY task_id')
      .all()
      .map((row) => String(row['paused_by']))
      .join();
  } finally {
    database.close();
  }
}

it('a restore of SQLite that is killed at any step leaves the old database or the new one, and the same call goes on', async () => {
  verifies('backup.restore-cut-short');
  const place = temporarySqlite();
  const database = await open(place.url);
  const backup = join(folder, 'backup.db');
  await write(database, 1, 'then');
  await backUp(parseDatabaseAddress(place.url), backup);
  // While it is open, what was written last is in its log alone, as after a kill.
  await write(database, 2, 'now');
  const at = Date.UTC(2026, 0, 31);
  const outcomes = new Set<string>();
  let steps: number | null = null;
  for (let cutAt = 1; steps === null; cutAt++) {
    const here = join(folder, String(cutAt));
    mkdirSync(here);
    const file = join(here, 'ratchet.db');
    const [kept, looked] = [`${file}.before-2026-01-31T00-00-00-000Z`, join(here, 'looked.db')];
    for (const ending of ['', '-wal']) copyFileSync(place.file + ending, file + ending);
    steps = await restoreUntil(cutAt, `sqlite:${file}`, backup, at);
    // A look must not change what is left.
    for (const ending of ['', '-wal']) if (existsSync(file + ending)) copyFileSync(file + ending, looked + ending);
    const left = found(looked);
    expect(['then,now', 'then']).toContain(left);
    outcomes.add(left);
    await restore(parseDatabaseAddress(`sqlite:${file}`), backup, systemClock, at);
    expect([found(file), found(kept)]).toEqual(['then', 'then,now']);
  }
  expect(steps).toBeGreaterThan(8);
  expect(outcomes.size).toBe(2);
  await database.close();
  await place.remove();
}, 120_000);

it.skipIf(!(await hasPostgres()))(
  'a restore of PostgreSQL that is killed at any step is finished by the same call, and loses nothing of the old tables',
  async () => {
    const place = temporaryPostgres();
    const address = parseDatabaseAddress(place.url);
    const backup = join(folder, 'backup.dump');
    const first = await open(place.url);
    await write(first, 1, 'then');
    await backUp(address, backup);
    await first.close();
    let steps: number | null = null;
    for (let cutAt = 1; steps === null; cutAt++) {
      const before = await open(place.url);
      await write(before, 2, 'now');
      await before.close();
      const at = Date.UTC(2026, 0, 31) + cutAt;
      steps = await restoreUntil(cutAt, place.url, backup, at);
      const { kept } = await restore(address, backup, systemClock, at);
      const after = await open(place.url);
      const texts = (schema: string) => after.read.all(`SELECT paused_by FROM ${schema}.pauses ORDER BY task_id`);
      expect(await texts(place.schema)).toEqual([{ paused_by: 'then' }]);
      expect(await texts(kept!)).toEqual([{ paused_by: 'then' }, { paused_by: 'now' }]);
      await after.write(({ run }) => run(`DROP SCHEMA ${kept} CASCADE`));
      await after.close();
    }
    expect(steps).toBeGreaterThan(6);
    await place.remove();
  },
  120_000,
);
