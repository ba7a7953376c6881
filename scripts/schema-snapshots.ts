// Writes migrations/schema.sqlite.txt and, with the address of a PostgreSQL server as its argument, migrations/schema.postgres.txt:
// what a database looks like that all migrations were applied to. To be run by hand after a migration was added.
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { systemClock } from '../src/kernel/index.ts';
import { applyMigrations, type SchemaConnection } from '../src/storage/migrations/apply.ts';
import { readMigrations } from '../src/storage/migrations/migration.ts';
import { describeSchema } from '../src/storage/migrations/schema-description.ts';
import { snapshotFile, snapshotText } from '../src/storage/migrations/schema-snapshot.ts';
import { schemaConnection as postgresSchema } from '../src/storage/postgres/open-postgres.ts';
import { schemaConnection as sqliteSchema } from '../src/storage/sqlite/open-sqlite.ts';
import { connectSqlite } from '../src/storage/sqlite/sqlite-connection.ts';

async function write(connection: SchemaConnection): Promise<void> {
  await applyMigrations(connection, readMigrations(), systemClock.now());
  const file = snapshotFile(connection.dialect);
  writeFileSync(file, snapshotText(await describeSchema(connection)));
  process.stdout.write(`wrote ${file}\n`);
}

const memory = connectSqlite({ file: ':memory:', isReadOnly: false, synchronous: 'normal' });
await write(sqliteSchema(memory));
memory.close();

const url = process.argv[2];
if (url === undefined) process.stdout.write('give postgres://user@host:port/database to write the snapshot of PostgreSQL as well\n');
else {
  const schema = `snapshot_${process.pid}`;
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  await client.query(`CREATE SCHEMA ${schema}`);
  try {
    await write(postgresSchema(client));
  } finally {
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
  }
}
