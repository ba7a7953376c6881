import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe } from 'vitest';
import { systemClock, type Clock } from '#kernel/index.ts';
import { openDatabase, type Database } from '#storage/index.ts';

/** Where tests find PostgreSQL; each makes a schema of its own there. */
export const postgresUrl = process.env['RATCHET_TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

const isRequired = process.env['RATCHET_TEST_SERVICES'] === 'required';

let answers: Promise<boolean> | null = null;

/** Whether PostgreSQL answers. Tests that need it are skipped by name where it does not, unless RATCHET_TEST_SERVICES is `required`. */
export function hasPostgres(): Promise<boolean> {
  answers ??= (async () => {
    if (isRequired) return true;
    const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  })();
  return answers;
}

/** An address to open, and how to remove all that was there. */
export interface TemporaryDatabase {
  readonly url: string;
  readonly remove: () => Promise<void>;
}

export function temporarySqlite(): TemporaryDatabase & { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-db-'));
  const file = join(folder, 'ratchet.db');
  return { file, url: `sqlite:${file}`, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}

let schemas = 0;

export function temporaryPostgres(): TemporaryDatabase & { readonly schema: string } {
  const schema = `t_${process.pid}_${Date.now().toString(36)}_${schemas++}`;
  const url = new URL(postgresUrl);
  url.searchParams.set('schema', schema);
  return {
    schema,
    url: url.href,
    async remove() {
      const client = new pg.Client({ connectionString: postgresUrl });
      client.on('error', () => {});
      await client.connect();
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await client.end();
    },
  };
}

/** Opens fresh migrated databases. Hand `again` the url of an earlier one to open it once more. */
export type OpenTemporary = (again?: { readonly url: string; readonly clock?: Clock }) => Promise<Database & { readonly url: string }>;

/**
 * Runs a suite once on SQLite in a file and once on PostgreSQL. Everything that `open` gave is closed and removed after each test.
 */
export async function describeOnBoth(name: string, suite: (open: OpenTemporary) => void): Promise<void> {
  describe(`${name}, on SQLite`, () => {
    suite(temporaryDatabases(temporarySqlite));
  });
  describe.skipIf(!(await hasPostgres()))(`${name}, on PostgreSQL`, () => {
    suite(temporaryDatabases(temporaryPostgres));
  });
}

/** Databases of one kind that are gone after each test. */
export function temporaryDatabases(make: () => TemporaryDatabase, clock: Clock = systemClock): OpenTemporary {
  let open: Database[] = [];
  let made: TemporaryDatabase[] = [];
  afterEach(async () => {
    for (const database of open) await database.close();
    for (const place of made) await place.remove();
    open = [];
    made = [];
  });
  return async (again) => {
    let url = again?.url;
    if (url === undefined) {
      const place = make();
      made.push(place);
      url = place.url;
    }
    // Full would flush each commit of each test to the disk.
    const database = await openDatabase({ url, synchronous: 'normal', clock: again?.clock ?? clock, migrate: true, maxConnections: 5 });
    open.push(database);
    return Object.assign(database, { url });
  };
}
