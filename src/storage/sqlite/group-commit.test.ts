import { describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { temporarySqlite } from '../../testing/temporary-database.ts';
import type { Queries } from '../database.ts';
import { createGroupCommit } from './group-commit.ts';
import { connectSqlite } from './sqlite-connection.ts';
import { openDatabase } from '../open-database.ts';

/** A table, and the statements that reached it. */
async function counted<T>(
  work: (parts: { write: ReturnType<typeof createGroupCommit>['write']; statements: string[]; outcomes: unknown[] }) => Promise<T>,
  flush: (() => Promise<void>) | null = null,
): Promise<T> {
  const place = temporarySqlite();
  const connection = connectSqlite({ file: place.file, isReadOnly: false, synchronous: 'full' });
  connection.script('CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
  const statements: string[] = [];
  const outcomes: unknown[] = [];
  const watched = {
    ...connection,
    run(sql: string, values: readonly number[] = []) {
      statements.push(sql);
      return connection.run(sql, values);
    },
  };
  const queries = { run: async (sql: string, values: readonly number[]) => connection.run(sql, values) } as unknown as Queries;
  const group = createGroupCommit(
    watched,
    () => ({ queries, end() {} }),
    (failure) => outcomes.push(failure),
    flush,
  );
  try {
    return await work({ write: group.write, statements, outcomes });
  } finally {
    connection.close();
    await place.remove();
  }
}

const add =
  (number: number) =>
  ({ run }: Queries) =>
    run('INSERT INTO numbers VALUES ($1)', [number]);

describe('group commit', () => {
  it('makes one transaction of everything that is asked for in one tick', async () => {
    await counted(async ({ write, statements, outcomes }) => {
      await Promise.all([1, 2, 3].map((number) => write(add(number))));
      expect(statements.filter((sql) => /^(BEGIN|COMMIT)/.test(sql))).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
      expect(outcomes).toEqual([null]);
    });
  });

  it('answers after the commit', async () => {
    await counted(async ({ write, statements }) => {
      await write(add(1));
      expect(statements.at(-1)).toBe('COMMIT');
      await Promise.all([2, 3].map((number) => write(add(number)).then(() => expect(statements.at(-1)).toBe('COMMIT'))));
    });
  });

  it('answers after what was committed has been brought to the disk, and begins nothing else before', async () => {
    const flushes: (() => void)[] = [];
    await counted(
      async ({ write, statements }) => {
        const told: number[] = [];
        const first = write(add(1)).then(() => told.push(1));
        while (flushes.length === 0) await new Promise((resolve) => setImmediate(resolve));
        const second = write(add(2)).then(() => told.push(2));
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
        expect(told).toEqual([]);
        flushes[0]!();
        await first;
        while (flushes.length === 1) await new Promise((resolve) => setImmediate(resolve));
        flushes[1]!();
        await second;
        expect(told).toEqual([1, 2]);
      },
      () => new Promise((resolve) => flushes.push(resolve)),
    );
  });

  it('brings nothing to the disk where nothing was written', async () => {
    let flushes = 0;
    await counted(
      async ({ write }) => {
        await write(async () => {});
        expect(flushes).toBe(0);
        await write(add(1));
        expect(flushes).toBe(1);
      },
      async () => void flushes++,
    );
  });

  it('says of nobody that it is safe when it could not be brought to the disk', async () => {
    const failure = new Error('the disk is gone');
    await counted(
      async ({ write, outcomes }) => {
        const settled = await Promise.allSettled([write(add(1)), write(add(2))]);
        expect(settled).toEqual([
          { status: 'rejected', reason: failure },
          { status: 'rejected', reason: failure },
        ]);
        expect(outcomes).toEqual([failure]);
      },
      () => Promise.reject(failure),
    );
  });

  it('puts what arrives during a group into the next one, without waiting', async () => {
    await counted(async ({ write, statements }) => {
      const later: Promise<unknown>[] = [];
      await write(async (queries) => {
        later.push(write(add(2)));
        return add(1)(queries);
      });
      await Promise.all(later);
      expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']);
    });
  });

  it('holds two thousand works at most', async () => {
    await counted(async ({ write, statements }) => {
      await Promise.all(Array.from({ length: 4_001 }, (_, number) => write(add(number))));
      expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(3);
    });
  });

  it('rejects the works of a group whose transaction was lost, and does those that had not begun', async () => {
    await counted(async ({ write, outcomes }) => {
      const lost = new Error('disk full');
      const settled = await Promise.allSettled([
        write(add(1)),
        write(async ({ run }) => {
          await run('ROLLBACK', []);
          throw lost;
        }),
        write(add(3)),
      ]);
      expect(settled).toEqual([
        { status: 'rejected', reason: lost },
        { status: 'rejected', reason: lost },
        { status: 'fulfilled', value: 1 },
      ]);
      expect(outcomes).toEqual([lost, null]);
    });
  });

  it('is fast enough for a thousand writers at once', async () => {
    const place = temporarySqlite();
    const database = await openDatabase({ url: place.url, synchronous: 'full', clock: systemClock, migrate: true });
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => database.write(({ run }) => run('INSERT INTO row_counts VALUES ($1, $2, 0)', ['n', n]))),
    );
    // One flush each would take a third of a second on a fast disk; measured here: 12 ms together.
    expect(performance.now() - startedAt).toBeLessThan(250);
    await database.close();
    await place.remove();
  });
});
