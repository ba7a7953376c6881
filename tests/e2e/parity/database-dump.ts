import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

type Cell = string | number | bigint | boolean | null | Uint8Array;
type Row = Readonly<Record<string, Cell>>;
type Tables = Readonly<Record<string, readonly Row[]>>;

/** Every row of every table, as it is stored. */
async function readTables(databaseUrl: string): Promise<Tables> {
  if (databaseUrl.startsWith('sqlite:')) {
    const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { readOnly: true });
    try {
      const names = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .all();
      return Object.fromEntries(
        names.map(({ name }) => [String(name), database.prepare(`SELECT * FROM "${String(name)}"`).all() as unknown as Row[]]),
      );
    } finally {
      database.close();
    }
  }
  const url = new URL(databaseUrl);
  const schema = url.searchParams.get('schema')!;
  url.searchParams.delete('schema');
  // Numbers of eight bytes come as text unless somebody says that these are small.
  const asNumber = { getTypeParser: (oid: number, format?: 'text') => (oid === 20 ? Number : pg.types.getTypeParser(oid, format)) };
  const client = new pg.Client({ connectionString: url.href, types: asNumber as never });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1',
      [schema],
    );
    const tables: Record<string, Row[]> = {};
    for (const { name } of rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
      tables[name] = (await client.query<Row>(`SELECT * FROM ${schema}."${name}"`)).rows;
    return tables;
  } finally {
    await client.end();
  }
}

/** Which table a number leads to, by the name of its column; `id` leads to its own. */
const leadsTo: Readonly<Record<string, string>> = {
  task_id: 'tasks',
  job_id: 'jobs',
  needs_job_id: 'jobs',
  execution_id: 'executions',
  schedule_id: 'schedules',
  repository_id: 'task_repositories',
};
const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const isoTime = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** Numbers inside of JSON that are measured: how long, how much. */
const measured = /"(wallMs|waitedMs|queueMs|cpuMs|heapBytes)":\s*-?\d+(?:\.\d+)?/g;
const isTime = (column: string) => /(?:_at|_until|_since)$/.test(column) || ['due_at', 'deadline', 'turn'].includes(column);

export interface NormalTables {
  readonly [table: string]: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The database as it would be whoever had asked, whenever: an id becomes the place at which it first appears among its kind, a time that is there
 * becomes `time`, a measured number `measured`. What is null stays null, and no row and no column is left out but answers kept under keys, so that nothing else can differ unseen.
 * @param databaseUrl as the server has it
 */
export async function dumpDatabase(databaseUrl: string): Promise<NormalTables> {
  const tables = await readTables(databaseUrl);
  const places = new Map<string, Map<string, number>>();
  const placeOf = (kind: string, value: unknown): string => {
    const known = places.get(kind) ?? new Map<string, number>();
    places.set(kind, known);
    const key = String(value);
    if (!known.has(key)) known.set(key, known.size + 1);
    return `${kind} ${known.get(key)}`;
  };
  // Parents first, in the order in which they were made: what leads to them finds them numbered, and what leads nowhere shows as a place of its own.
  for (const parent of new Set(Object.values(leadsTo)))
    for (const { id } of (tables[parent] ?? []).toSorted((a, b) => Number(a['id']) - Number(b['id']))) placeOf(parent, id);

  const text = (said: string): string =>
    said
      .replaceAll(uuid, (found) => placeOf('uuid', found))
      .replaceAll(isoTime, 'time')
      .replaceAll(measured, '"$1":"measured"');
  const normal = (table: string, column: string, value: Cell): unknown => {
    if (value === null) return null;
    if (column === 'id' && typeof value === 'number') return placeOf(table, value);
    const parent = leadsTo[column];
    // A pause of everything names task 0, which is no task.
    if (parent !== undefined && Number(value) !== 0) return placeOf(parent, value);
    if (isTime(column)) return 'time';
    if (column === 'duration_ms') return 'measured';
    if (value instanceof Uint8Array || column === 'size_bytes') return 'bytes';
    if (column === 'owner' || (table === 'nodes' && column !== 'version')) return placeOf(`${table}.${column}`, value);
    if (typeof value === 'string') return text(value);
    return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : value;
  };
  const dump: Record<string, Readonly<Record<string, unknown>>[]> = {};
  for (const [table, rows] of Object.entries(tables)) {
    // Which call came under a key says how somebody asked, and not what came of it: the client gives each write one, REST by itself none.
    if (table === 'idempotency_keys') continue;
    // A count is spread over rows so that writers do not wait for each other: what counts is their sum.
    const whole = table === 'row_counts' ? sums(rows) : rows;
    const inOrder = whole.toSorted((a, b) => compare(orderOf(a), orderOf(b)));
    dump[table] = inOrder.map((row) =>
      Object.fromEntries(
        Object.keys(row)
          .toSorted()
          .map((column) => [column, normal(table, column, row[column]!)]),
      ),
    );
  }
  return dump;
}

function sums(rows: readonly Row[]): Row[] {
  const by = new Map<Cell, number>();
  for (const { name, value } of rows) by.set(name!, (by.get(name!) ?? 0) + Number(value));
  return [...by].map(([name, value]) => ({ name, value }));
}

/** Rows in the order in which they were made, as far as their keys say; numbers as numbers. */
function orderOf(row: Row): readonly (string | number)[] {
  const keys = ['id', 'execution_id', 'job_id', 'task_id', 'number', 'needs_job_id', 'scope', 'key', 'name'];
  return keys.map((key) => row[key] ?? '').map((value) => (typeof value === 'string' ? value : Number(value)));
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index]!;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
