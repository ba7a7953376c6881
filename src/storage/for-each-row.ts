import type { Queries, SqlValue } from './database.ts';
import { nextRowNumbers } from './row-numbers.ts';

type ColumnType = 'bigint' | 'integer' | 'text';
type RowOf<Columns> = { readonly [column in keyof Columns]: Exclude<SqlValue, Uint8Array> };

/** One statement for many rows, said once: in a loop on SQLite, where a call costs a microsecond, and at once on PostgreSQL, where it is a round trip. */
export interface RowStatement<Columns> {
  /** @returns how many rows were changed */
  run(queries: Queries, rows: readonly RowOf<Columns>[]): Promise<number>;
}

/**
 * @param columns what each row brings, with its type; `id` is the row that is changed
 * @param set assignments, in which `:name` is a column of the row
 */
export function updateEach<const Columns extends Readonly<Record<string, ColumnType>> & { readonly id: 'bigint' }>(
  columns: Columns,
  set: string,
  table = 'jobs',
): RowStatement<Columns> {
  const names = Object.keys(columns);
  const sqlite = `UPDATE ${table} SET ${numbered(set, names)} WHERE id = ${numbered(':id', names)}`;
  const postgres = `UPDATE ${table} SET ${set.replaceAll(/:(\w+)/g, 'x.$1')} FROM ${recordset(columns)} WHERE ${table}.id = x.id`;
  return { run: (queries, rows) => runEach(queries, names, { sqlite, postgres }, rows) };
}

/** @returns a statement that adds rows */
export function insertEach<const Columns extends Readonly<Record<string, ColumnType>>>(
  table: string,
  columns: Columns,
): RowStatement<Columns> {
  const names = Object.keys(columns);
  const list = names.join(', ');
  const sqlite = `INSERT INTO ${table} (${list}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`;
  const postgres = `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${recordset(columns)}`;
  return { run: (queries, rows) => runEach(queries, names, { sqlite, postgres }, rows) };
}

/** The same, in the order given. @returns the ids the database gave, by the row's uuid */
export function insertReturningIds<const Columns extends Readonly<Record<string, ColumnType>> & { readonly uuid: 'text' }>(
  table: string,
  columns: Columns,
): (queries: Queries, rows: readonly RowOf<Columns>[]) => Promise<number[]> {
  const names = Object.keys(columns);
  const list = names.join(', ');
  const sqlite = `INSERT INTO ${table} (id, ${list}) VALUES ($1, ${names.map((_, index) => `$${index + 2}`).join(', ')})`;
  // Rows are numbered, so that ids are given in their order.
  const postgres = `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${recordset({ ...columns, row_number: 'bigint' })} ORDER BY row_number RETURNING id, uuid`;
  return async (queries, rows) => {
    if (queries.dialect === 'sqlite') {
      const ids = await nextRowNumbers(queries, table, rows.length);
      for (const [index, row] of rows.entries()) await queries.run(sqlite, [ids[index]!, ...names.map((name) => row[name]!)]);
      return ids;
    }
    const numberedRows = rows.map((row, index) => ({ ...row, row_number: index }));
    const made = await queries.all<{ id: number; uuid: string }>(postgres, [JSON.stringify(numberedRows)]);
    const ids = new Map(made.map(({ id, uuid }) => [uuid, id]));
    return rows.map((row) => ids.get(row.uuid as string)!);
  };
}

/** What `ids` has to be bound as for `isIn`. */
export function idList({ dialect }: Queries, ids: readonly number[]): string {
  return dialect === 'sqlite' ? `[${ids.join(',')}]` : `{${ids.join(',')}}`;
}

/** A condition on a list of ids that is prepared once, however many there are. */
export function isIn({ dialect }: Queries, parameter: string): string {
  return dialect === 'sqlite' ? `IN (SELECT value FROM json_each(${parameter}))` : `= ANY(${parameter}::bigint[])`;
}

/** SQLite has no statistics of a queue that changes all the time and may choose another index; PostgreSQL knows better. */
export function by({ dialect }: Queries, index: string): string {
  return dialect === 'sqlite' ? `INDEXED BY ${index}` : '';
}

/** Keeps rows that were read from changing until the transaction ends; SQLite has one writer and needs none. */
export function locked({ dialect }: Queries, what = ''): string {
  return dialect === 'sqlite' ? '' : ` FOR UPDATE${what}`;
}

async function runEach(
  queries: Queries,
  names: readonly string[],
  { sqlite, postgres }: { readonly sqlite: string; readonly postgres: string },
  rows: readonly RowOf<Record<string, ColumnType>>[],
): Promise<number> {
  if (rows.length === 0) return 0;
  if (queries.dialect === 'postgres') return queries.run(postgres, [JSON.stringify(rows)]);
  let changed = 0;
  for (const row of rows)
    changed += await queries.run(
      sqlite,
      names.map((name) => row[name]!),
    );
  return changed;
}

function numbered(text: string, names: readonly string[]): string {
  return text.replaceAll(/:(\w+)/g, (_, name: string) => `$${names.indexOf(name) + 1}`);
}

function recordset(columns: Readonly<Record<string, ColumnType>>): string {
  const list = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return `json_to_recordset($1::json) AS x(${list.join(', ')})`;
}
