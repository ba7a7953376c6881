import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Queries } from '../database.ts';
import { storageUnavailable } from '../errors.ts';
import { postgresQueries } from './postgres-connection.ts';
import { isCollision, postgresFailure } from './postgres-failure.ts';

/** How often a transaction is done again that met another; each time after a longer pause. */
const mostAttempts = 6;

/**
 * Does work in a transaction on a connection of the pool, again from the start when it collided with another one.
 * @param onFailure told about each failure before it is thrown on
 */
export async function inTransaction<T>(pool: Pool, where: string, work: (queries: Queries) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(pool, where, work);
    } catch (caught) {
      if (!isCollision(caught) || attempt === mostAttempts) throw postgresFailure(caught, where);
      await pause(2 ** attempt);
    }
  }
}

async function attemptOnce<T>(pool: Pool, where: string, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await connect(pool, where);
  let isOver = false;
  let broken: Error | undefined;
  // A connection that ends between two queries says so here and nowhere else.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const answer = await work(postgresQueries(client, where, () => isOver));
    isOver = true;
    const { command } = await client.query('COMMIT');
    // The server answers ROLLBACK where a statement had failed and the work passed over it.
    if (command !== 'COMMIT') throw new TypeError('a statement of this work failed and the work went on: nothing of it was kept');
    return answer;
  } catch (caught) {
    isOver = true;
    await client.query('ROLLBACK').catch((error: unknown) => {
      broken ??= error instanceof Error ? error : new Error(String(error));
    });
    throw caught;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function connect(pool: Pool, where: string): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (caught) {
    const failure = postgresFailure(caught, where);
    throw failure instanceof Error && failure !== caught
      ? failure
      : storageUnavailable({ where, detail: String(caught instanceof Error ? caught.message : caught) }, caught);
  }
}
