import { existsSync } from 'node:fs';
import type { DatabaseAddress } from '../database-address.ts';
import { databaseMissing } from '../errors.ts';
import type { SchemaConnection } from '../migrations/apply.ts';

/**
 * Lets work look at a database through a connection of its own, beside whoever uses it, whatever its schema is.
 * @throws DATABASE_MISSING, DATABASE_UNREADABLE, STORAGE_UNAVAILABLE
 */
export async function look<T>(address: DatabaseAddress, work: (connection: SchemaConnection) => Promise<T>): Promise<T> {
  if (address.dialect === 'sqlite') {
    const { file } = address;
    if (file === null || !existsSync(file)) throw databaseMissing({ file: file ?? 'memory' });
    const [{ connectSqlite }, { schemaConnection }] = await Promise.all([
      import('../sqlite/sqlite-connection.ts'),
      import('../sqlite/open-sqlite.ts'),
    ]);
    const connection = connectSqlite({ file, isReadOnly: true, synchronous: 'full' });
    try {
      return await work(schemaConnection(connection));
    } finally {
      connection.close();
    }
  }
  const [{ default: pg }, { clientConfig }, { schemaConnection }, { postgresFailure }] = await Promise.all([
    import('pg'),
    import('../postgres/postgres-connection.ts'),
    import('../postgres/open-postgres.ts'),
    import('../postgres/postgres-failure.ts'),
  ]);
  const client = new pg.Client(clientConfig(address));
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(schemaConnection(client));
  } catch (caught) {
    throw postgresFailure(caught, address.where);
  } finally {
    await client.end().catch(() => {});
  }
}
