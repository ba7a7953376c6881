import { readSnapshot, type Database, type SqlValue } from '#storage/index.ts';

/** A table as a dump reads it: in the order of its key, so that a dump can go on where it ended. */
export interface DumpedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

/** Columns that hold what tasks were given, have said and are made of. */
export const payloadColumns: Readonly<Record<string, readonly string[]>> = {
  cached_results: ['output'],
  execution_logs: ['message'],
  execution_recordings: ['effects'],
  execution_results: ['output', 'error', 'effects', 'progress'],
  idempotency_keys: ['answer'],
  job_payloads: ['input', 'options'],
  schedules: ['input', 'options'],
  task_versions: ['files', 'metadata', 'input_schema', 'output_schema'],
};

/** Every table of ours, by name: both databases have the same. */
export function dumpedTables(): readonly DumpedTable[] {
  const tables = new Map<string, { columns: string[]; key: string[] }>();
  for (const line of readSnapshot('sqlite')) {
    const [, table, column, rest] = /^column (\w+)\.(\w+) (.*)$/.exec(line) ?? [];
    if (table === undefined) continue;
    const one = tables.get(table) ?? { columns: [], key: [] };
    tables.set(table, one);
    one.columns.push(column!);
    const place = / primary key (\d+)/.exec(` ${rest!}`)?.[1];
    if (place !== undefined) one.key[Number(place) - 1] = column!;
  }
  return [...tables].map(([name, { columns, key }]) => ({ name, columns, key })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export type DumpedRow = Readonly<Record<string, SqlValue | { readonly omittedBytes: number }>>;
export interface DumpedPage {
  readonly table: string;
  readonly rows: readonly DumpedRow[];
  /** The key of the last row. */
  readonly last: readonly SqlValue[];
}

/** Rows are looked at in so many at a time, and read as far as they fit into so many bytes; one is read however large it is. */
const rowsPerLook = 200;
const bytesPerPage = 256 * 1024;
/** Larger values are told by their size: a dump is for looking. */
export const largestValue = 1024 ** 2;

/**
 * The rows of a table after a key, page by page. Each page is read when it is asked for, so that a slow reader costs no memory; rows that
 * change meanwhile may be as they were before or after.
 */
export async function* pagesOf(
  { read, dialect }: Pick<Database, 'read' | 'dialect'>,
  { name, columns, key }: DumpedTable,
  after: readonly SqlValue[] | null,
): AsyncGenerator<DumpedPage> {
  const quoted = (column: string) => `"${column}"`;
  const size = (column: string) => (dialect === 'sqlite' ? `octet_length(${quoted(column)})` : `octet_length((${quoted(column)})::text)`);
  const bytesOf = (column: string) => (dialect === 'sqlite' || !isBinary(name, column) ? size(column) : `octet_length(${quoted(column)})`);
  const keys = key.map(quoted).join(', ');
  const places = (from: number) => key.map((_column, index) => `$${from + index}`).join(', ');
  const sum = columns.map((column) => `coalesce(${bytesOf(column)}, 0)`).join(' + ');
  const values = columns.flatMap((column) => {
    const isSmall = `coalesce(${bytesOf(column)}, 0) <= ${largestValue}`;
    return [
      `CASE WHEN ${isSmall} THEN ${quoted(column)} END AS ${quoted(column)}`,
      `CASE WHEN ${isSmall} THEN NULL ELSE ${bytesOf(column)} END AS ${quoted(`bytes of ${column}`)}`,
    ];
  });
  for (let place = after; ;) {
    const behind = place === null ? '' : `WHERE (${keys}) > (${places(1)})`;
    const looked = await read.all<Record<string, SqlValue>>(
      `SELECT ${keys}, ${sum} AS "bytes of all" FROM ${quoted(name)} ${behind} ORDER BY ${keys} LIMIT ${rowsPerLook}`,
      place ?? [],
    );
    let bytes = 0;
    const fitting = looked.filter((row, index) => (bytes += Number(row['bytes of all'])) <= bytesPerPage || index === 0);
    const end = fitting.at(-1);
    if (end === undefined) return;
    const last = key.map((column) => end[column]!);
    const found = await read.all<Record<string, SqlValue>>(
      `SELECT ${values.join(', ')} FROM ${quoted(name)} ${behind === '' ? 'WHERE' : `${behind} AND`} (${keys}) <= (${places(1 + (place?.length ?? 0))}) ORDER BY ${keys}`,
      [...(place ?? []), ...last],
    );
    yield { table: name, rows: found.map((row) => rowOf(columns, row)), last };
    place = last;
  }
}

const isBinary = (table: string, column: string) => table === 'execution_recordings' && column === 'effects';

function rowOf(columns: readonly string[], row: Readonly<Record<string, SqlValue>>): DumpedRow {
  return Object.fromEntries(
    columns.map((column) => {
      const omittedBytes = row[`bytes of ${column}`];
      return [column, typeof omittedBytes === 'number' ? { omittedBytes } : (row[column] ?? null)];
    }),
  );
}
