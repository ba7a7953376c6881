import type { ClientBase, ClientConfig, QueryResult } from 'pg';
import type { Queries, Row, SqlValue } from '../database.ts';
import { kyselyOver } from '../kysely-over.ts';
import { storageUnavailable } from '../errors.ts';
import { postgresFailure } from './postgres-failure.ts';
import { postgresTypes } from './postgres-values.ts';

export interface PostgresAddress {
  readonly url: string;
  readonly schema: string | null;
  readonly where: string;
}

/** How long to wait for a connection, in milliseconds. */
const connectMs = 5_000;

export function clientConfig({ url, schema }: PostgresAddress): ClientConfig {
  return {
    connectionString: url,
    application_name: 'ratchet',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    types: postgresTypes,
    ...(schema === null ? {} : { options: `-c search_path=${schema}` }),
  };
}

/** Names for prepared statements. Beyond these a text is sent as it is: it is made anew each time, and the server would keep every one. */
const mostPrepared = 500;
const names = new Map<string, string>();

function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined || names.size >= mostPrepared) return known;
  const name = `ratchet_${names.size}`;
  names.set(sql, name);
  return name;
}

/** PostgreSQL's texts hold everything but the character zero; a log line or a message of a task may have it. */
function withoutZeros(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

/** Whoever can run a query: the pool, or one client of it. */
export type Asks = Pick<ClientBase, 'query'>;

/** Queries over a client or the pool. @param isOver whether the work they belong to has ended */
export function postgresQueries(asks: Asks, where: string, isOver: () => boolean): Queries {
  const ask = async (sql: string, values: readonly SqlValue[], name: string | undefined): Promise<QueryResult<Row>> => {
    if (isOver()) throw storageUnavailable({ where, detail: 'the work that asks has ended, or the database was closed' });
    try {
      return await asks.query<Row>({ text: sql, values: values.map(withoutZeros), ...(name === undefined ? {} : { name }) });
    } catch (caught) {
      throw postgresFailure(caught, where);
    }
  };
  let kysely: Queries['kysely'] | null = null;
  return {
    dialect: 'postgres',
    get kysely() {
      return (kysely ??= kyselyOver('postgres', async (sql, values) => {
        const { rows, rowCount } = await ask(sql, values, undefined);
        return { rows, changes: rowCount ?? 0 };
      }));
    },
    all: async <R>(sql: string, values: readonly SqlValue[] = []) => (await ask(sql, values, nameOf(sql))).rows as R[],
    run: async (sql, values = []) => (await ask(sql, values, nameOf(sql))).rowCount ?? 0,
  };
}
