import { statSync } from 'node:fs';
import type { DatabaseAddress } from '../database-address.ts';
import type { SchemaConnection } from '../migrations/apply.ts';
import { look } from './look.ts';

export interface DatabaseStats {
  readonly dialect: DatabaseAddress['dialect'];
  readonly where: string;
  /** Largest first. `indexBytes` is not part of `bytes`. */
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number; readonly indexBytes: number }[];
  /** The file, or all tables on the server. */
  readonly bytes: number;
  /** SQLite: the write-ahead log beside the file. */
  readonly walBytes: number | null;
  /** SQLite: pages that hold nothing. */
  readonly freeBytes: number | null;
  /** SQLite: the share of the used pages that is empty, 0 to 1. */
  readonly fragmentation: number | null;
}

/** How much there is of what. Reads every page of a SQLite file, and counts every row. @throws DATABASE_MISSING, DATABASE_UNREADABLE, STORAGE_UNAVAILABLE */
export async function databaseStats(address: DatabaseAddress): Promise<DatabaseStats> {
  const { dialect, where } = address;
  return look(address, async (connection) => {
    const measured = address.dialect === 'sqlite' ? await sqliteStats(connection, address.file!) : await postgresStats(connection);
    return { dialect, where, ...measured, tables: measured.tables.toSorted((a, b) => b.bytes + b.indexBytes - a.bytes - a.indexBytes) };
  });
}

type Measured = Omit<DatabaseStats, 'dialect' | 'where'>;

async function sqliteStats({ all }: SchemaConnection, file: string): Promise<Measured> {
  const sizes = await all<{ name: string; type: string; bytes: number; unused: number }>(
    `SELECT s.tbl_name AS name, s.type, sum(d.pgsize) AS bytes, sum(d.unused) AS unused FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
     WHERE d.aggregate = TRUE AND s.tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\' GROUP BY s.tbl_name, s.type`,
  );
  const [page] = await all<{ size: number; free: number }>(
    'SELECT page_size AS size, freelist_count AS free FROM pragma_page_size, pragma_freelist_count',
  );
  const names = [...new Set(sizes.map(({ name }) => name))];
  const used = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const unused = sizes.reduce((sum, one) => sum + one.unused, 0);
  const bytesOf = (name: string, type: string) => sizes.find((one) => one.name === name && one.type === type)?.bytes ?? 0;
  return {
    tables: await withRows(all, names, (name) => ({ bytes: bytesOf(name, 'table'), indexBytes: bytesOf(name, 'index') })),
    bytes: sizeOf(file),
    walBytes: sizeOf(`${file}-wal`),
    freeBytes: page!.size * page!.free,
    fragmentation: used === 0 ? 0 : unused / used,
  };
}

async function postgresStats({ all }: SchemaConnection): Promise<Measured> {
  const sizes = await all<{ name: string; bytes: number; indexes: number }>(
    `SELECT t.relname AS name, pg_table_size(t.oid) AS bytes, pg_indexes_size(t.oid) AS indexes FROM pg_class t
     JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema() WHERE t.relkind = 'r'`,
  );
  const of = new Map(sizes.map(({ name, bytes, indexes }) => [name, { bytes, indexBytes: indexes }]));
  return {
    tables: await withRows(all, [...of.keys()], (name) => of.get(name)!),
    bytes: sizes.reduce((sum, { bytes, indexes }) => sum + bytes + indexes, 0),
    walBytes: null,
    freeBytes: null,
    fragmentation: null,
  };
}

async function withRows(
  all: SchemaConnection['all'],
  names: readonly string[],
  sizes: (name: string) => { bytes: number; indexBytes: number },
) {
  const tables: DatabaseStats['tables'][number][] = [];
  for (const name of names) {
    const [row] = await all<{ rows: number }>(`SELECT count(*) AS rows FROM "${name}"`);
    tables.push({ name, rows: row!.rows, ...sizes(name) });
  }
  return tables;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
