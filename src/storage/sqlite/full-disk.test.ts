import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testClock } from '../../testing/test-clock.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';

/** A disk of two megabytes, where this user may mount one. */
const disk = mkdtempSync(join(tmpdir(), 'ratchet-small-disk-'));
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0;

const open: Database[] = [];

afterAll(async () => {
  for (const database of open) await database.close();
  if (canMount) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

const clock = testClock();

async function opened(url: string): Promise<Database> {
  const database = await openDatabase({ url, synchronous: 'full', clock, migrate: true });
  open.push(database);
  return database;
}

const filling = join(disk, 'filling');
const fill = (bytesLeft: number) => {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filling, new Uint8Array(bavail * bsize - bytesLeft));
};

describe('a full disk', () => {
  it.skipIf(!canMount)('refuses new work in words, keeps reading, and takes work again when there is room', async () => {
    verifies('operate.full-disk');
    const database = await opened(`sqlite:${disk}/ratchet.db`);
    const write = (name: string, length = 1_000) =>
      database.write(({ run }) => run('INSERT INTO row_counts (name, stripe, value) VALUES ($1, 0, 1)', [`${name}${'x'.repeat(length)}`]));
    await write('before', 0);
    fill(16_384);
    const outcomes = await Promise.allSettled([write('small', 10), write('large', 200_000), write('after')]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'STORAGE_FULL', http: 507, retryable: true });
    expect(database.refusal()).toMatchObject({ reason: 'full', since: clock.now() });

    // Nothing of a refused work stands, what stood before does.
    const kept = (await database.read.all<{ name: string }>('SELECT name FROM row_counts')).map(({ name }) => name.slice(0, 6));
    expect(kept).toContain('before');
    expect(kept.length).toBe(1 + outcomes.filter(({ status }) => status === 'fulfilled').length);

    // Within a second nobody even tries; after it somebody looks, and the disk is still full.
    await expect(write('soon')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    clock.advance(1_001);
    await expect(write('later')).rejects.toMatchObject({ code: 'STORAGE_FULL' });

    rmSync(filling);
    await expect(write('too soon')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(database.refusal()).toMatchObject({ reason: 'full' });
    clock.advance(1_001);
    expect(database.refusal()).toBeNull();
    await write('again');
    expect(await database.read.all("SELECT count(*) AS n FROM row_counts WHERE name LIKE 'again%'")).toEqual([{ n: 1 }]);
    expect(await database.read.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await database.close();
  });

  it('is noticed as well where the database itself may not grow', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ratchet-db-'));
    const database = await opened(`sqlite:${folder}/ratchet.db`);
    await database.write(({ all }) => all('PRAGMA max_page_count = 1'));
    const large = () => database.write(({ run }) => run('INSERT INTO row_counts VALUES ($1, 0, 1)', ['x'.repeat(1_000_000)]));
    await expect(large()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    await expect(large()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(await database.read.all('SELECT count(*) AS n FROM row_counts')).toEqual([{ n: 0 }]);
    clock.advance(1_001);
    expect(database.refusal()).toBeNull();
    await database.write(({ all }) => all('PRAGMA max_page_count = 100000'));
    await large();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
