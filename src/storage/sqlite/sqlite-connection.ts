import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Row, SqlValue } from '../database.ts';
import { sqliteFailure } from './sqlite-failure.ts';

/** One connection to a SQLite file, with its prepared statements. Every call is synchronous. */
export interface SqliteConnection {
  readonly file: string;
  all<R = Row>(sql: string, values?: readonly SqlValue[]): R[];
  run(sql: string, values?: readonly SqlValue[]): number;
  /** Rows and changes of a statement of either kind. */
  execute(sql: string, values: readonly SqlValue[]): { rows: Row[]; changes: number };
  /** Several statements, without values. */
  script(sql: string): void;
  isInTransaction(): boolean;
  /** What Node's own functions take, for backups. */
  readonly raw: DatabaseSync;
  close(): void;
}

export interface SqliteConnectionOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  readonly isReadOnly: boolean;
  readonly synchronous: 'full' | 'normal';
  readonly cacheKb?: number;
  /** How long to wait for others who lock the file. */
  readonly busyMs?: number;
}

/** Statements kept prepared. Hot ones are some dozens; lists with changing filters make the rest. */
const mostPrepared = 500;

/** @throws DATABASE_UNREADABLE, STORAGE_FULL, STORAGE_UNAVAILABLE */
export function connectSqlite({
  file,
  isReadOnly,
  synchronous,
  cacheKb = 65_536,
  busyMs = 5_000,
}: SqliteConnectionOptions): SqliteConnection {
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (caught) {
      throw sqliteFailure(caught, file);
    }
  };
  const raw = guarded(() => new DatabaseSync(file, { readOnly: isReadOnly, timeout: busyMs }));
  try {
    guarded(() => prepareFile(raw, isReadOnly, synchronous, cacheKb));
  } catch (caught) {
    raw.close();
    throw caught;
  }
  const prepared = new Map<string, Prepared>();
  const prepare = (sql: string): Prepared => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = raw.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'));
    const columns = statement.columns().map(({ name }) => name);
    statement.setReturnArrays(true);
    const fresh = { statement, columns };
    if (prepared.size >= mostPrepared) prepared.delete(prepared.keys().next().value!);
    prepared.set(sql, fresh);
    return fresh;
  };
  // As lists: the objects Node makes have no prototype and are slow to make and to copy, 148 microseconds for 30 rows of 20 columns where this takes 44.
  const rowsOf = ({ statement, columns }: Prepared, values: readonly SqlValue[]): Row[] =>
    (statement.all(...values.map(bound)) as unknown as SqlValue[][]).map((cells) => rowOf(columns, cells));
  return {
    file,
    raw,
    all: <R>(sql: string, values: readonly SqlValue[] = []) => guarded(() => rowsOf(prepare(sql), values) as R[]),
    run: (sql, values = []) => guarded(() => Number(prepare(sql).statement.run(...values.map(bound)).changes)),
    execute: (sql, values) =>
      guarded(() => {
        const wanted = prepare(sql);
        if (wanted.columns.length === 0) return { rows: [], changes: Number(wanted.statement.run(...values.map(bound)).changes) };
        const rows = rowsOf(wanted, values);
        return { rows, changes: rows.length };
      }),
    script: (sql) => guarded(() => raw.exec(sql)),
    isInTransaction: () => raw.isTransaction,
    close: () => raw.close(),
  };
}

interface Prepared {
  readonly statement: StatementSync;
  /** None: a statement that has no rows to give. */
  readonly columns: readonly string[];
}

function rowOf(columns: readonly string[], cells: readonly SqlValue[]): Row {
  const row: Record<string, SqlValue> = {};
  for (let index = 0; index < columns.length; index++) row[columns[index]!] = cells[index]!;
  return row;
}

/** Node binds every number as a float, which shows where a value meets no column: 7 / 2 would be 3.5 here and 3 in PostgreSQL. */
function bound(value: SqlValue): string | number | bigint | null | Uint8Array {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** Settings of the connection, and of the file where it is new. Why each: docs/decisions/storage.md. */
function prepareFile(raw: DatabaseSync, isReadOnly: boolean, synchronous: 'full' | 'normal', cacheKb: number): void {
  raw.exec(`PRAGMA temp_store = memory; PRAGMA cache_size = -${cacheKb}; PRAGMA foreign_keys = on;`);
  if (isReadOnly) return;
  // Works only before the first table, and before the journal is a WAL.
  if (raw.prepare('PRAGMA page_count').get()?.['page_count'] === 0) raw.exec('PRAGMA auto_vacuum = incremental');
  raw.exec(
    `PRAGMA journal_mode = wal; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;`,
  );
}
