import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { ListFilter, ListOperator, ListRequest } from '#kernel/index.ts';
import { describeOnBoth } from '../testing/temporary-database.ts';
import type { Database } from './database.ts';
import { listRows, type ListColumn } from './listing-query.ts';

const columns: Record<string, ListColumn> = {
  id: { column: 'tasks.id', isRequired: true },
  name: { column: 'tasks.name', isRequired: true, isText: true },
  path: { column: 'tasks.path', isText: true },
  storage: { column: 'tasks.storage_type', isRequired: true, read: (value) => String(value).toLowerCase() },
  enabled: { column: 'tasks.enabled', isRequired: true },
  limit: { column: 'tasks.max_concurrent' },
  createdAt: { column: 'tasks.created_at', isRequired: true },
  isOld: {
    column: 'tasks.created_at',
    predicate: (operator: ListOperator, value) => ((operator === 'eq') === value ? sql`tasks.created_at < 3` : sql`tasks.created_at >= 3`),
  },
};

/** Names with every character that means something to LIKE, and one whose place depends on the collation. */
const rows = [
  { name: 'alpha', path: '/A', limit: 3, enabled: 1 },
  { name: 'Beta', path: null, limit: null, enabled: 1 },
  { name: '100%', path: '/c_d', limit: 1, enabled: 0 },
  { name: 'a_c', path: null, limit: 3, enabled: 1 },
  { name: 'back\\slash', path: '/A', limit: null, enabled: 0 },
];

async function filled(database: Database): Promise<Database> {
  await database.write(({ kysely }) =>
    kysely
      .insertInto('tasks')
      .values(
        rows.map(({ name, path, limit, enabled }, index) => ({
          uuid: name,
          name,
          label: name,
          version: '1',
          storage_type: index % 2 === 0 ? 'file' : 'database',
          path,
          max_concurrent: limit,
          enabled,
          created_at: index,
          updated_at: 0,
        })),
      )
      .execute(),
  );
  return database;
}

const list = ({ read }: Database, request: Partial<ListRequest> & { filter?: ListFilter }, exactTotal?: () => Promise<number | null>) =>
  listRows({
    queries: read,
    from: read.kysely.selectFrom('tasks').select(['tasks.name as name']),
    columns,
    request: { filter: {}, sort: { field: 'id', order: 'asc' }, limit: 25, offset: 0, after: null, ...request },
    key: 'tasks.id',
    ...(exactTotal && { exactTotal }),
  });

await describeOnBoth('a list', (open) => {
  it('is narrowed by every comparison', async () => {
    const database = await filled(await open());
    const names = async (filter: ListFilter) => (await list(database, { filter })).items.map(({ name }) => name);
    expect(await names({ name: { eq: 'alpha' } })).toEqual(['alpha']);
    expect(await names({ path: { ne: '/A' } })).toEqual(['Beta', '100%', 'a_c']);
    expect(await names({ path: { notIn: ['/A'] } })).toEqual(['Beta', '100%', 'a_c']);
    expect(await names({ limit: { in: [1, 3] } })).toEqual(['alpha', '100%', 'a_c']);
    expect(await names({ limit: { gt: 0.5, lte: 2.5 } })).toEqual(['100%']);
    expect(await names({ limit: { lt: 3_000_000_000 } })).toEqual(['alpha', '100%', 'a_c']);
    expect(await names({ createdAt: { gte: 3, lt: 1e300 } })).toEqual(['a_c', 'back\\slash']);
    expect(await names({ enabled: { eq: false } })).toEqual(['100%', 'back\\slash']);
    expect(await names({ storage: { eq: 'DATABASE' } })).toEqual(['Beta', 'a_c']);
    expect(await names({ isOld: { eq: true } })).toEqual(['alpha', 'Beta', '100%']);
    expect(await names({ isOld: { eq: false } })).toEqual(['a_c', 'back\\slash']);
    expect(await names({ name: { eq: 'zero\0' } })).toEqual([]);
  });

  it('finds texts in either case, and takes signs of patterns for what they are', async () => {
    const database = await filled(await open());
    const names = async (filter: ListFilter) => (await list(database, { filter })).items.map(({ name }) => name);
    expect(await names({ name: { contains: 'ET' } })).toEqual(['Beta']);
    expect(await names({ name: { startsWith: 'b' } })).toEqual(['Beta', 'back\\slash']);
    expect(await names({ name: { endsWith: 'A' } })).toEqual(['alpha', 'Beta']);
    expect(await names({ name: { contains: '%' } })).toEqual(['100%']);
    expect(await names({ name: { contains: '_' } })).toEqual(['a_c']);
    expect(await names({ name: { contains: '\\s' } })).toEqual(['back\\slash']);
  });

  it('is walked through page by page in every order, each row once', async () => {
    const database = await filled(await open());
    for (const field of ['id', 'name', 'path', 'limit', 'enabled', 'createdAt']) {
      for (const order of ['asc', 'desc'] as const) {
        const sort = { field, order };
        const whole = (await list(database, { sort })).items.map(({ name }) => name);
        const walked: string[] = [];
        let after: string | null = null;
        do {
          const page: Awaited<ReturnType<typeof list>> = await list(database, { sort, limit: 2, after });
          walked.push(...page.items.map(({ name }) => name));
          after = page.next;
        } while (after !== null);
        expect(walked, `${field} ${order}`).toEqual(whole);
        expect(new Set(walked).size).toBe(rows.length);
      }
    }
  });

  it('has nulls first, texts by code points, and equals by their id in the same direction', async () => {
    const database = await filled(await open());
    if (database.dialect === 'postgres') {
      // A server whose texts are sorted as in a dictionary, whatever this one does.
      const known = await database.read.all("SELECT collname FROM pg_collation WHERE collname = 'en-x-icu'");
      if (known.length > 0) await database.write(({ run }) => run('ALTER TABLE tasks ALTER COLUMN name TYPE TEXT COLLATE "en-x-icu"'));
    }
    const names = async (field: string, order: 'asc' | 'desc') =>
      (await list(database, { sort: { field, order } })).items.map(({ name }) => name);
    expect(await names('path', 'asc')).toEqual(['Beta', 'a_c', 'alpha', 'back\\slash', '100%']);
    expect(await names('path', 'desc')).toEqual(['100%', 'back\\slash', 'alpha', 'a_c', 'Beta']);
    expect(await names('name', 'asc')).toEqual(['100%', 'Beta', 'a_c', 'alpha', 'back\\slash']);
  });

  it('passes over an offset, unless a cursor says where to go on', async () => {
    const database = await filled(await open());
    const first = await list(database, { limit: 2, offset: 1 });
    expect(first.items).toEqual([{ name: 'Beta' }, { name: '100%' }]);
    expect((await list(database, { limit: 2, offset: 1, after: first.next })).items).toEqual([{ name: 'a_c' }, { name: 'back\\slash' }]);
  });

  it('counts all that fits, exactly where somebody knows and up to ten thousand where not', async () => {
    const database = await filled(await open());
    expect(await list(database, { limit: 1, filter: { limit: { eq: 3 } } })).toMatchObject({ total: 2, isTotalExact: true });
    expect(await list(database, {}, async () => 77)).toMatchObject({ total: 77, isTotalExact: true });
    expect(await list(database, {}, async () => null)).toMatchObject({ total: 5, isTotalExact: true });
    await database.write(({ run }) =>
      run(`INSERT INTO row_counts (name, stripe, value)
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) SELECT 'n', i, i FROM n`),
    );
    const many = await listRows({
      queries: database.read,
      from: database.read.kysely.selectFrom('row_counts').select('value'),
      columns: { stripe: { column: 'stripe' } },
      request: { filter: {}, sort: { field: 'stripe', order: 'desc' }, limit: 1, offset: 0, after: null },
      key: 'stripe',
    });
    expect(many).toMatchObject({ items: [{ value: 10_001 }], total: 10_000, isTotalExact: false });
  });

  it('refuses a cursor of another order, or one that nobody gave', async () => {
    const database = await filled(await open());
    const { next } = await list(database, { limit: 1, sort: { field: 'name', order: 'asc' } });
    expect(next).not.toBeNull();
    const forged = Buffer.from('["id","asc","x","y"]').toString('base64url');
    const answer = await list(database, { after: forged }).catch((error: unknown) => error);
    // SQLite compares a text with a number without complaint.
    if (database.dialect === 'postgres') expect(answer).toMatchObject({ code: 'LIST_CURSOR_INVALID' });
    const bad = [
      next!,
      'nonsense',
      '',
      Buffer.from('["id","asc",{},1]').toString('base64url'),
      Buffer.from('["id","asc",1]').toString('base64url'),
    ];
    for (const after of bad) await expect(list(database, { after })).rejects.toMatchObject({ code: 'LIST_CURSOR_INVALID', http: 400 });
  });
});
