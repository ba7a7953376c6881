import type { Pool } from 'pg';
import type { Clock } from '#kernel/index.ts';
import { createAnnouncements } from '../announcements.ts';
import type { Channel, Database } from '../database.ts';
import { databaseReadOnly, storageFull, storageUnavailable } from '../errors.ts';
import { createRefusalGate } from '../refusal-gate.ts';
import { channelName, createListening } from './listening.ts';
import { postgresQueries, type PostgresAddress } from './postgres-connection.ts';
import { inTransaction } from './transactions.ts';

export interface PostgresParts {
  readonly address: PostgresAddress;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** New for every opened database: tells its own announcements from those of others. */
  readonly instance: string;
  readonly isReadOnly: boolean;
}

/** A PostgreSQL database over a pool, migrated. */
export function postgresDatabase({ address, pool, clock, log, instance, isReadOnly }: PostgresParts): Database {
  const { where, schema } = address;
  let isClosed = false;
  pool.on('error', (error) => log(`lost a connection to ${where}: ${error.message}`));
  const gate = createRefusalGate(clock, async () => {
    if (isClosed) return false;
    try {
      // Needs a connection, and a megabyte of room.
      await inTransaction(pool, where, (queries) =>
        queries.run(
          "CREATE TEMPORARY TABLE ratchet_probe ON COMMIT DROP AS SELECT repeat('x', 1000) AS filling FROM generate_series(1, 1000)",
        ),
      );
      return true;
    } catch {
      return false;
    }
  });
  const forward = async (messages: ReadonlyMap<Channel, ReadonlySet<string>>) => {
    const names: string[] = [];
    const payloads: string[] = [];
    for (const [channel, texts] of messages) {
      for (const text of texts) {
        names.push(channelName(channel, schema));
        payloads.push(`${instance}:${text}`);
      }
    }
    try {
      await pool.query({
        name: 'ratchet_notify',
        text: 'SELECT pg_notify(name, payload) FROM unnest($1::text[], $2::text[]) AS said (name, payload)',
        values: [names, payloads],
      });
    } catch (caught) {
      log(`could not tell others through ${where}: ${caught instanceof Error ? caught.message : String(caught)}`);
    }
  };
  let forwarded = Promise.resolve();
  const announcements = createAnnouncements((messages) => {
    forwarded = forward(messages);
  });
  const listening = createListening(
    address,
    (channel, payload) => {
      // Our own were delivered at once, without the way over the server.
      if (!payload.startsWith(`${instance}:`)) announcements.deliver(channel, payload.slice(instance.length + 1));
    },
    log,
  );
  return {
    dialect: 'postgres',
    where,
    isForgetful: false,
    read: postgresQueries(pool, where, () => isClosed),
    async write(work) {
      if (isClosed) throw storageUnavailable({ where, detail: 'it was closed' });
      if (isReadOnly) throw databaseReadOnly({ where });
      const refusal = gate.current();
      if (refusal?.reason === 'full') throw storageFull({ where, detail: refusal.detail });
      try {
        const answer = await inTransaction(pool, where, work);
        gate.accept();
        return answer;
      } catch (caught) {
        if (storageFull.is(caught)) gate.refuse('full', caught.data.detail);
        else if (storageUnavailable.is(caught)) gate.refuse('unavailable', caught.data.detail);
        throw caught;
      }
    },
    announce(channel, message = '') {
      if (!isClosed) announcements.announce(channel, message);
    },
    listen(channel, onMessage) {
      void listening.hear(channel);
      return announcements.listen(channel, onMessage);
    },
    refusal: () => gate.current(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      announcements.close();
      await forwarded;
      await listening.close();
      await pool.end();
    },
  };
}
