import pg from 'pg';
import type { Channel } from '../database.ts';
import { clientConfig, type PostgresAddress } from './postgres-connection.ts';

/** Pauses between attempts to connect again, in milliseconds; the last one repeats. */
const pausesMs = [100, 250, 500, 1_000, 2_000, 5_000];

export interface Listening {
  /** Hears a channel from now on. Resolves when the server knows. */
  hear(channel: Channel): Promise<void>;
  close(): Promise<void>;
}

/** The name of a channel on the server, where schemas share one namespace of channels. */
export function channelName(channel: Channel, schema: string | null): string {
  return schema === null ? `ratchet_${channel}` : `ratchet_${channel}_${schema}`.slice(0, 63);
}

/** One connection that hears what other processes announce, and connects again for as long as it is not closed. */
export function createListening(
  address: PostgresAddress,
  onMessage: (channel: Channel, payload: string) => void,
  log: (line: string) => void,
): Listening {
  const heard = new Map<string, Channel>();
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let isClosed = false;

  const lose = (lost: pg.Client, why: string) => {
    if (client !== lost) return;
    client = null;
    void lost.end().catch(() => {});
    again(why);
  };
  const again = (why: string) => {
    if (isClosed || timer !== null) return;
    if (failures === 0) log(`lost the connection that listens to ${address.where}: ${why}; connecting again`);
    timer = setTimeout(
      () => {
        timer = null;
        void connect();
      },
      pausesMs[Math.min(failures, pausesMs.length - 1)],
    );
    failures++;
  };
  const connect = (): Promise<void> => {
    connecting ??= connectOnce().finally(() => {
      connecting = null;
    });
    return connecting;
  };
  const connectOnce = async () => {
    const fresh = new pg.Client(clientConfig(address));
    fresh.on('error', (error) => lose(fresh, error.message));
    fresh.on('end', () => lose(fresh, 'it ended'));
    fresh.on('notification', ({ channel, payload }) => {
      const known = heard.get(channel);
      if (known !== undefined) onMessage(known, payload ?? '');
    });
    try {
      await fresh.connect();
      for (const name of heard.keys()) await fresh.query(`LISTEN ${name}`);
      if (isClosed) {
        await fresh.end();
        return;
      }
      if (failures > 0) log(`listening to ${address.where} again`);
      failures = 0;
      client = fresh;
    } catch (caught) {
      await fresh.end().catch(() => {});
      again(caught instanceof Error ? caught.message : String(caught));
    }
  };

  return {
    async hear(channel) {
      const name = channelName(channel, address.schema);
      if (heard.has(name) || isClosed) return;
      heard.set(name, channel);
      await connecting;
      if (client === null) {
        await connect();
        return;
      }
      const asked = client;
      await asked.query(`LISTEN ${name}`).catch((error: unknown) => lose(asked, String(error)));
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await connecting;
      const last = client;
      client = null;
      await last?.end().catch(() => {});
    },
  };
}
