import type { Queries } from './database.ts';

/** Tables of which it is counted how many rows have which status. A count is called `jobs.queued`. */
export const countedTables = ['jobs', 'executions'] as const;

const stripes = 16;

/**
 * Adds to counts in the transaction that changes the rows. To be called once, last: another process may wait for these rows until its end.
 * @param random 0 up to 1: spreads writers over the sixteen rows of a name
 */
export async function addToRowCounts(queries: Queries, changes: Readonly<Record<string, number>>, random: () => number): Promise<void> {
  const stripe = queries.dialect === 'sqlite' ? 0 : Math.floor(random() * stripes);
  // Always in one order, so that two transactions never wait for each other.
  for (const name of Object.keys(changes).toSorted()) {
    const change = changes[name]!;
    if (change === 0) continue;
    await queries.run(
      `INSERT INTO row_counts (name, stripe, value) VALUES ($1, $2, $3)
       ON CONFLICT (name, stripe) DO UPDATE SET value = row_counts.value + excluded.value`,
      [name, stripe, change],
    );
  }
}

/** Every count by its name. */
export async function rowCounts(queries: Pick<Queries, 'all'>): Promise<ReadonlyMap<string, number>> {
  const rows = await queries.all<{ name: string; value: number }>('SELECT name, sum(value) AS value FROM row_counts GROUP BY name');
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** What the counts should be, counted row by row: 36 ms for a million. */
export async function trueRowCounts(queries: Pick<Queries, 'all'>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const table of countedTables) {
    const rows = await queries.all<{ status: string; value: number }>(`SELECT status, count(*) AS value FROM ${table} GROUP BY status`);
    for (const { status, value } of rows) counts.set(`${table}.${status}`, value);
  }
  return counts;
}

/** Counts that are not what they should be. */
export async function wrongRowCounts(
  queries: Pick<Queries, 'all'>,
): Promise<readonly { readonly name: string; readonly kept: number; readonly true: number }[]> {
  const kept = await rowCounts(queries);
  const truth = await trueRowCounts(queries);
  return [...new Set([...kept.keys(), ...truth.keys()])]
    .filter((name) => countedTables.some((table) => name.startsWith(`${table}.`)))
    .toSorted()
    .map((name) => ({ name, kept: kept.get(name) ?? 0, true: truth.get(name) ?? 0 }))
    .filter((count) => count.kept !== count.true);
}

/** Replaces the counts by the truth. Nobody else may change rows meanwhile: on PostgreSQL the tables are locked against it. */
export async function recountRows(queries: Queries): Promise<void> {
  if (queries.dialect === 'postgres') await queries.run(`LOCK TABLE ${countedTables.join(', ')}, row_counts IN SHARE ROW EXCLUSIVE MODE`);
  const truth = await trueRowCounts(queries);
  for (const table of countedTables) await queries.run('DELETE FROM row_counts WHERE name LIKE $1', [`${table}.%`]);
  await addToRowCounts(queries, Object.fromEntries(truth), () => 0);
}
