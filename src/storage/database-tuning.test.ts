import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsFrom, systemClock } from '#kernel/index.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { hasPostgres, temporaryPostgres } from '../testing/temporary-database.ts';
import { openDatabase } from './open-database.ts';
import { databaseTuning } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-tuning-'));
afterAll(() => rmSync(folder, { recursive: true }));

function open(url: string, values: Readonly<Record<string, unknown>>) {
  return openDatabase({
    url,
    synchronous: 'normal',
    clock: systemClock,
    migrate: true,
    maxConnections: 2,
    tuning: databaseTuning(settingsFrom(values)),
  });
}

it('a SQLite file is opened with the cache and the patience that are configured', async () => {
  const database = await open(`sqlite:${join(folder, 'a.db')}`, {
    'server.database.cache_size_mb': 3.5,
    'server.database.busy_timeout_ms': 1_234,
  });
  expect(await database.read.all('PRAGMA cache_size')).toEqual([{ cache_size: -3_584 }]);
  expect(await database.read.all('PRAGMA busy_timeout')).toEqual([{ timeout: 1_234 }]);
  await database.close();
});

describe.skipIf(!(await hasPostgres()))('PostgreSQL', () => {
  it('is given up on after the time that is configured when all connections are taken', async () => {
    const place = temporaryPostgres();
    const database = await open(place.url, { 'server.database.connection_timeout': 0.2, 'server.database.min_connections': 0 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const busy = [1, 2].map(() =>
      database.write(async ({ all }) => {
        await all('SELECT 1');
        await held;
      }),
    );
    const startedMs = performance.now();
    await expect(
      Promise.all([database.read.all('SELECT 1'), database.read.all('SELECT 1'), database.read.all('SELECT 1')]),
    ).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    release();
    await Promise.all(busy);
    await database.close();
    await place.remove();
  });
});
