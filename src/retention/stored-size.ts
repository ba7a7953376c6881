import type { Database, Queries } from '#storage/index.ts';

/**
 * How many bytes are in use. SQLite: pages that hold something, indexes and all. PostgreSQL: the tables as they are on the disk while that is within
 * `budget`, else the bytes of the rows alone, because its files do not get smaller when rows go.
 */
export async function storedBytes(queries: Queries, budget: number): Promise<number> {
  if (queries.dialect === 'sqlite') {
    const { pages, free, size } = await sqlitePages(queries);
    return (pages - free) * size;
  }
  const tables = await queries.all<{ name: string; bytes: number }>(
    `SELECT t.relname AS name, pg_total_relation_size(t.oid) AS bytes FROM pg_class t
     JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema() WHERE t.relkind = 'r'`,
  );
  const onDisk = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  if (onDisk <= budget) return onDisk;
  let live = 0;
  for (const { name } of tables) {
    const columns = await queries.all<{ name: string }>(
      'SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1',
      [name],
    );
    // The size as stored: what was compressed or put aside is not fetched for it.
    const widths = columns.map((column) => `coalesce(pg_column_size("${column.name}"), 0)`).join(' + ');
    const [row] = await queries.all<{ bytes: number }>(`SELECT coalesce(sum(28 + ${widths}), 0) AS bytes FROM "${name}"`);
    live += row!.bytes;
  }
  return live;
}

async function sqlitePages(queries: Queries): Promise<{ pages: number; free: number; size: number }> {
  const one = async (pragma: string) => Object.values((await queries.all(`PRAGMA ${pragma}`))[0] ?? {})[0] as number;
  return { pages: await one('page_count'), free: await one('freelist_count'), size: await one('page_size') };
}

/** Pages given back to the disk in one go: some milliseconds. */
const pagesAtOnce = 500;

/** Of a file, this share of empty pages is left for what comes next. */
const sparePages = 0.05;

/**
 * Gives a part of what was freed back to the disk. The file gets shorter with the next checkpoint, in a quiet moment. @returns whether there is more
 */
export async function shrinkSome(database: Database): Promise<boolean> {
  if (database.dialect !== 'sqlite' || database.isForgetful) return false;
  return database.write(async (queries) => {
    const { pages, free } = await sqlitePages(queries);
    const surplus = free - Math.ceil(pages * sparePages);
    if (surplus <= 0) return false;
    await queries.all(`PRAGMA incremental_vacuum(${Math.min(surplus, pagesAtOnce)})`);
    return surplus > pagesAtOnce;
  });
}
