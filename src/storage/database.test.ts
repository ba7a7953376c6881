import { describe, expect, it } from 'vitest';
import { describeOnBoth } from '../testing/temporary-database.ts';
import type { Queries } from './database.ts';

const task = (name: string) => ({
  uuid: name,
  name,
  label: name,
  version: '1.0.0',
  storage_type: 'database',
  created_at: 1_700_000_000_000,
  updated_at: 0,
});
const addTask =
  (name: string) =>
  async ({ kysely }: Queries) => {
    await kysely.insertInto('tasks').values(task(name)).execute();
  };
const taskNames = async ({ kysely }: Queries) =>
  (await kysely.selectFrom('tasks').select('name').orderBy('name').execute()).map(({ name }) => name);

await describeOnBoth('a database', (open) => {
  it('keeps what was written and gives it back with the same types', async () => {
    const database = await open();
    const made = await database.write(async ({ all }) =>
      all<{ id: number }>(
        "INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at) VALUES ($1, $1, 'l', '1', 'file', $2, $2) RETURNING id",
        ['u', 1_700_000_000_123],
      ),
    );
    expect(made).toEqual([{ id: 1 }]);
    const [row] = await database.read.all(
      'SELECT id, created_at, enabled, path, (SELECT count(*) FROM tasks) AS n, (SELECT sum(id) FROM tasks) AS s, EXISTS (SELECT 1 FROM tasks) AS e FROM tasks WHERE uuid = $1',
      ['u'],
    );
    expect(row).toStrictEqual({ id: 1, created_at: 1_700_000_000_123, enabled: 1, path: null, n: 1, s: 1, e: 1 });
  });

  it('keeps bytes as they are', async () => {
    const database = await open();
    await database.write(async (queries) => {
      await addTask('a')(queries);
      const [job] = await queries.kysely
        .insertInto('jobs')
        .values({ uuid: 'j', task_id: 1, status: 'queued', priority: 1, turn: 1, run_at: 1, queued_at: 1 })
        .returning('id')
        .execute();
      const [execution] = await queries.kysely
        .insertInto('executions')
        .values({
          uuid: 'e',
          task_id: 1,
          task_version: '1',
          task_checksum: 'c',
          job_id: job!.id,
          attempt: 1,
          token: 1,
          status: 'pending',
          queued_at: 1,
        })
        .returning('id')
        .execute();
      await queries.run('INSERT INTO execution_recordings (execution_id, effects, size_bytes, created_at) VALUES ($1, $2, 4, 0)', [
        execution!.id,
        new Uint8Array([0, 255, 128, 7]),
      ]);
    });
    const [row] = await database.read.kysely.selectFrom('execution_recordings').select('effects').execute();
    expect(row!.effects.constructor).toBe(Uint8Array);
    expect([...row!.effects]).toEqual([0, 255, 128, 7]);
  });

  it('takes a value that is named several times, and says how many rows changed', async () => {
    const database = await open();
    await database.write(addTask('a'));
    await database.write(addTask('b'));
    expect(
      await database.write(({ run }) => run('UPDATE tasks SET label = $2 WHERE name = $1 OR uuid = $1 OR label = $2', ['a', 'x'])),
    ).toBe(1);
    expect(
      await database.write(async ({ kysely }) => (await kysely.updateTable('tasks').set({ label: 'y' }).executeTakeFirst()).numUpdatedRows),
    ).toBe(2n);
  });

  it('counts whole numbers as whole numbers', async () => {
    const database = await open();
    expect(await database.read.all('SELECT CAST($1 AS BIGINT) / 2 AS half', [7])).toEqual([{ half: 3 }]);
  });

  it('takes back everything of a work that rejects, and nothing of its neighbours', async () => {
    const database = await open();
    await database.write(addTask('a'));
    const outcomes = await Promise.allSettled([
      database.write(addTask('first')),
      database.write(async (queries) => {
        await addTask('b')(queries);
        await addTask('c')(queries);
        throw new Error('no');
      }),
      database.write(addTask('d')),
      database.write(addTask('a')),
      database.write(addTask('e')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await taskNames(database.read)).toEqual(['a', 'd', 'e', 'first']);
  });

  it('refuses queries of a work that has ended', async () => {
    const database = await open();
    let kept: Queries | null = null;
    await database.write(async (queries) => {
      kept = queries;
    });
    await expect(kept!.all('SELECT 1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await expect(addTask('late')(kept!)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await taskNames(database.read)).toEqual([]);
  });

  it('finishes what was asked before it was closed, and refuses what comes later', async () => {
    const database = await open();
    const last = database.write(addTask('last'));
    const closed = database.close();
    await expect(database.write(addTask('late'))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
    await Promise.all([last, closed]);
    await expect(database.read.all('SELECT 1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    const again = await open({ url: database.url });
    expect(await taskNames(again.read)).toEqual(['last']);
  });

  it('tells those who listen, once for equal announcements of one tick', async () => {
    const database = await open();
    const heard: string[] = [];
    const end = database.listen('jobs', (message) => heard.push(message));
    database.announce('jobs', 'a');
    database.announce('jobs', 'a');
    database.announce('control', 'c');
    const arrived = new Promise((resolve) => database.listen('jobs', (message) => message === 'b' && resolve(null)));
    database.announce('jobs', 'b');
    await arrived;
    expect(heard).toEqual(['a', 'b']);
    end();
    const again = new Promise((resolve) => database.listen('jobs', resolve));
    database.announce('jobs');
    expect(await again).toBe('');
    expect(heard).toEqual(['a', 'b']);
    expect(() => database.announce('events', 'x'.repeat(8_000))).toThrow(RangeError);
  });
});

describe('an address', () => {
  it('that means nothing is refused, without its password', async () => {
    const { openDatabase } = await import('./index.ts');
    const { systemClock } = await import('#kernel/index.ts');
    for (const url of ['mysql://me:secret@host/x', 'sqlite:', 'postgres://me:secret@host/x?schema=A-b', 'postgres://me:secret@[host/x']) {
      const opened = openDatabase({ url, synchronous: 'full', clock: systemClock, migrate: true });
      await expect(opened).rejects.toMatchObject({ code: 'DATABASE_URL_INVALID' });
      await expect(opened).rejects.not.toThrow(/secret/);
    }
  });
});
