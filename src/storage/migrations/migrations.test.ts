import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { clientConfig } from '../postgres/postgres-connection.ts';
import { schemaConnection as postgresSchema } from '../postgres/open-postgres.ts';
import { parseDatabaseAddress } from '../database-address.ts';
import { connectSqlite } from '../sqlite/sqlite-connection.ts';
import { schemaConnection as sqliteSchema } from '../sqlite/open-sqlite.ts';
import { applyMigrations, schemaState, type SchemaConnection } from './apply.ts';
import { dialectText } from './dialect-text.ts';
import { readMigrations } from './migration.ts';
import { describeSchema, schemaDrift } from './schema-description.ts';
import { readSnapshot, snapshotFile, snapshotText } from './schema-snapshot.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';

function migrationsIn(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-migrations-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return readMigrations(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const migrationsOf = (...texts: string[]) =>
  migrationsIn(Object.fromEntries(texts.map((text, index) => [`000${index + 1}_step.sql`, `-- For the operator: a step.\n${text}`])));

/** The same place as a database, as migrations see it. */
async function onceMore<T>({ url }: { url: string }, work: (connection: SchemaConnection) => Promise<T>): Promise<T> {
  const address = parseDatabaseAddress(url);
  if (address.dialect === 'sqlite') {
    const connection = connectSqlite({ file: address.file!, isReadOnly: false, synchronous: 'normal' });
    try {
      return await work(sqliteSchema(connection));
    } finally {
      connection.close();
    }
  }
  const client = new pg.Client(clientConfig(address));
  await client.connect();
  try {
    return await work(postgresSchema(client));
  } finally {
    await client.end();
  }
}

const ledger = ({ read }: Database) => read.all<{ number: number; name: string }>('SELECT number, name FROM __migrations ORDER BY number');
const openOnly = (url: string, migrate: boolean) => openDatabase({ url, synchronous: 'normal', clock: systemClock, migrate });

await describeOnBoth('migrations', (open) => {
  it('make the schema that the committed snapshot says', async () => {
    const database = await open();
    await onceMore(database, async (connection) => {
      const found = await describeSchema(connection);
      expect(schemaDrift(readSnapshot(database.dialect), found)).toEqual([]);
      expect(readFileSync(snapshotFile(database.dialect), 'utf8')).toBe(snapshotText(found));
    });
  });

  it('are applied once, and remembered', async () => {
    const database = await open();
    const known = readMigrations();
    expect(await ledger(database)).toEqual(known.map(({ number, name }) => ({ number, name })));
    await database.close();
    expect(await ledger(await open({ url: database.url }))).toHaveLength(known.length);
  });

  it('are refused where one that was applied has another text by now', async () => {
    const database = await open();
    await database.write(({ run }) => run("UPDATE __migrations SET checksum = 'another' WHERE number = 1"));
    await database.close();
    await expect(openOnly(database.url, true)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', data: { number: 1, name: 'initial' } });
  });

  it('of a newer program are refused', async () => {
    verifies('upgrade.refuses-newer');
    const database = await open();
    const known = readMigrations().length;
    await database.write(({ run }) => run('INSERT INTO __migrations VALUES ($1, $2, $3, 0)', [known + 1, 'tomorrow', 'x']));
    await database.close();
    await expect(openOnly(database.url, true)).rejects.toMatchObject({ code: 'SCHEMA_NEWER', data: { database: known + 1, known } });
  });

  it('that are lacking are refused by whoever does not migrate', async () => {
    const database = await open();
    await database.write(({ run }) => run('DELETE FROM __migrations'));
    await database.close();
    await expect(openOnly(database.url, false)).rejects.toMatchObject({
      code: 'SCHEMA_OUTDATED',
      data: { pending: readMigrations().map(({ number }) => number) },
    });
  });

  it('keep nothing of one that fails, and all before it', async () => {
    const database = await open();
    await database.write(({ run }) => run('DROP TABLE __migrations'));
    await database.close();
    const migrations = migrationsOf(
      'CREATE TABLE one (id INTEGER);',
      'CREATE TABLE two (id INTEGER); CREATE TABLE two (id INTEGER);',
      'CREATE TABLE three (id INTEGER);',
    );
    await onceMore(database, async (connection) => {
      await expect(applyMigrations(connection, migrations, 5)).rejects.toThrow(/two/);
      const { applied, pending } = await schemaState(connection, migrations);
      expect(applied).toMatchObject([{ number: 1, name: 'step', applied_at: 5 }]);
      expect(pending.map(({ number }) => number)).toEqual([2, 3]);
      const tables = (await describeSchema(connection)).filter((line) => /^table (one|two|three)$/.test(line));
      expect(tables).toEqual(['table one']);
    });
  });

  it('drift is named: a table, a column, an index, a condition', async () => {
    const database = await open();
    await database.write(async ({ run }) => {
      await run('CREATE TABLE notes (id INTEGER)');
      await run('ALTER TABLE nodes ADD COLUMN mood TEXT');
      await run('DROP INDEX idx_jobs_task');
      await run('DROP INDEX idx_tasks_name');
      await run('CREATE INDEX idx_tasks_name ON tasks (label)');
      await run('DROP TABLE pauses');
    });
    const drift = await onceMore(database, async (connection) =>
      schemaDrift(readSnapshot(database.dialect), await describeSchema(connection)),
    );
    const said = drift.map(({ thing, problem }) => `${problem} ${thing}`);
    for (const line of [
      'unexpected table notes',
      'unexpected column notes.id',
      'unexpected column nodes.mood',
      'missing index idx_jobs_task',
      'different index idx_tasks_name',
      'missing table pauses',
    ]) {
      expect(said).toContain(line);
    }
  });
});

describe('a folder of migrations', () => {
  it('opens every file with a comment for the operator', () => {
    for (const { note } of readMigrations()) expect(note.length).toBeGreaterThan(20);
    expect(migrationsOf('SELECT 1;')[0]).toMatchObject({ number: 1, name: 'step', note: 'a step.' });
    expect(() => migrationsIn({ '0001_silent.sql': 'CREATE TABLE x (id INTEGER);' })).toThrow(/For the operator/);
  });

  it('has no gaps and no strange names', () => {
    const text = '-- For the operator: a step.\n';
    expect(() => migrationsIn({ '0001_a.sql': text, '0003_c.sql': text })).toThrow(/0002/);
    expect(() => migrationsIn({ '0001_A-b.sql': text })).toThrow(/0001/);
  });

  it('has words for both dialects, and no others', () => {
    expect(dialectText('id {{identity}}, x {{bytes}}', 'postgres')).toMatch(/BIGINT GENERATED.*BYTEA/);
    expect(() => dialectText('{{json}}', 'sqlite')).toThrow(/json/);
  });
});
