import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Dialect, Row, SqlValue } from './database.ts';
import type { Tables } from './tables.generated.ts';

/** Runs one statement with the values in the dialect's own order. */
export type Execute = (sql: string, values: readonly SqlValue[]) => Promise<{ readonly rows: Row[]; readonly changes: number }>;

/** Kysely over a way to run statements. It compiles queries and nothing more: transactions belong to `Database.write`. */
export function kyselyOver(dialect: Dialect, execute: Execute): Kysely<Tables> {
  const driver = new StatementDriver(execute);
  return new Kysely<Tables>({
    dialect:
      dialect === 'sqlite'
        ? {
            createAdapter: () => new SqliteAdapter(),
            createDriver: () => driver,
            createIntrospector: (db) => new SqliteIntrospector(db),
            createQueryCompiler: () => new SqliteQueryCompiler(),
          }
        : {
            createAdapter: () => new PostgresAdapter(),
            createDriver: () => driver,
            createIntrospector: (db) => new PostgresIntrospector(db),
            createQueryCompiler: () => new PostgresQueryCompiler(),
          },
  });
}

class StatementDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(execute: Execute) {
    this.#connection = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const { rows, changes } = await execute(sql, parameters.map(sqlValue));
        return { rows: rows as R[], numAffectedRows: BigInt(changes) };
      },
      // eslint-disable-next-line require-yield
      async *streamQuery(): AsyncIterableIterator<never> {
        throw new TypeError('rows are not streamed here: ask for them in pages');
      },
    };
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    throw new TypeError('a transaction is begun by Database.write');
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
}

/** What Kysely lets through beside the values of columns. */
function sqlValue(value: unknown): SqlValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  return value as SqlValue;
}
