import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/index.ts';
import { hasPostgres, postgresUrl, temporaryPostgres } from '../../testing/temporary-database.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A way to the server that can be cut. */
async function cable(): Promise<{ port: number; cut(): void; mend(): Promise<void> }> {
  const { hostname, port } = new URL(postgresUrl);
  const sockets = new Set<Socket>();
  const relay = (socket: Socket) => {
    const server = connect(Number(port || 5432), hostname);
    for (const side of [socket, server]) {
      sockets.add(side);
      side.on('error', () => {});
      side.on('close', () => sockets.delete(side));
    }
    socket.pipe(server).pipe(socket);
  };
  let listener: Server = createServer(relay).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = () => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  cleanups.push(async () => cut());
  return {
    port: own,
    cut,
    async mend() {
      listener = createServer(relay).listen(own, '127.0.0.1');
      await once(listener, 'listening');
    },
  };
}

async function open(change: (url: URL) => void = () => {}, clock = systemClock): Promise<Database & { url: string; lines: string[] }> {
  const place = temporaryPostgres();
  cleanups.push(() => place.remove());
  const url = new URL(place.url);
  change(url);
  return opened(url.href, clock);
}

async function opened(url: string, clock = systemClock) {
  const lines: string[] = [];
  const database = await openDatabase({
    url,
    synchronous: 'full',
    clock,
    migrate: true,
    maxConnections: 4,
    log: (line) => lines.push(line),
  });
  cleanups.push(() => database.close());
  return Object.assign(database, { url, lines });
}

const count = async (database: Database) => (await database.read.all<{ n: number }>('SELECT count(*) AS n FROM row_counts'))[0]!.n;
const add = (database: Database, name: string) => database.write(({ run }) => run('INSERT INTO row_counts VALUES ($1, 0, 1)', [name]));

/** Asks until it answers, as whoever retries would. */
async function until<T>(ask: () => Promise<T> | T, isIt: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.skipIf(!(await hasPostgres()))('PostgreSQL', () => {
  it('takes work again by itself after its connections were ended in the midst of it', async () => {
    const database = await open();
    const killed = database.write(async ({ all, run }) => {
      await run("INSERT INTO row_counts VALUES ('lost', 0, 1)");
      const [{ pid } = { pid: 0 }] = await all<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const other = new pg.Client({ connectionString: postgresUrl });
      await other.connect();
      await other.query('SELECT pg_terminate_backend($1)', [pid]);
      await other.end();
      await run("INSERT INTO row_counts VALUES ('lost', 1, 1)");
    });
    await expect(killed).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true });
    await until(
      () =>
        add(database, 'again').then(
          () => true,
          () => false,
        ),
      (isDone) => isDone,
    );
    expect(await count(database)).toBe(1);
    expect(database.refusal()).toBeNull();
  });

  it('that cannot be reached is said so, and found again', async () => {
    const way = await cable();
    const database = await open((url) => {
      url.host = `127.0.0.1:${way.port}`;
    });
    await add(database, 'before');
    way.cut();
    await expect(add(database, 'cut')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE', http: 503 });
    expect(database.refusal()).toMatchObject({ reason: 'unavailable' });
    await expect(database.read.all('SELECT 1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await way.mend();
    await until(
      () => database.refusal(),
      (refusal) => refusal === null,
    );
    await add(database, 'after');
    expect(await count(database)).toBe(2);
  });

  it('is heard again after the connection that listens was cut', async () => {
    const way = await cable();
    const listener = await open((url) => {
      url.host = `127.0.0.1:${way.port}`;
    });
    const teller = await opened(listener.url.replace(`:${way.port}`, `:${new URL(postgresUrl).port || 5432}`));
    const heard: string[] = [];
    listener.listen('control', (message) => heard.push(message));
    const hear = (message: string) =>
      until(
        () => {
          teller.announce('control', message);
          return heard.includes(message);
        },
        (isHeard) => isHeard,
      );
    await hear('one');
    way.cut();
    await way.mend();
    await hear('two');
    expect(listener.lines.join('\n')).toMatch(/lost the connection that listens[^]*listening to .* again/);
  });

  it('tells each process once, and those of other schemas nothing', async () => {
    const [one, stranger] = [await open(), await open()];
    const two = await opened(one.url);
    const heard: string[] = [];
    for (const [who, database] of Object.entries({ one, two, stranger })) {
      database.listen('jobs', (message) => heard.push(`${who} ${message}`));
      // Announced until it comes back over the server: from here on the other databases are heard.
      const probe = await opened(database.url);
      await until(
        () => {
          probe.announce('jobs', 'probe');
          return heard.includes(`${who} probe`);
        },
        (isHeard) => isHeard,
      );
    }
    const isLast = new Promise((resolve) => two.listen('jobs', (message) => message === 'last' && resolve(null)));
    heard.length = 0;
    one.announce('jobs', 'news');
    await until(
      () => heard.includes('two news'),
      (isHeard) => isHeard,
    );
    one.announce('jobs', 'last');
    await isLast;
    expect(heard.filter((line) => !line.endsWith('probe')).toSorted()).toEqual(['one last', 'one news', 'two last', 'two news']);
  });

  it('does a transaction again that met another one', async () => {
    const database = await open();
    await add(database, 'a');
    await add(database, 'b');
    let attempts = 0;
    let begun = 0;
    let release: (() => void) | null = null;
    const bothBegan = new Promise<void>((resolve) => {
      release = resolve;
    });
    const crosswise = (first: string, second: string) =>
      database.write(async ({ run }) => {
        attempts++;
        await run('UPDATE row_counts SET value = value + 1 WHERE name = $1', [first]);
        if (++begun === 2) release!();
        await bothBegan;
        await run('UPDATE row_counts SET value = value + 1 WHERE name = $1', [second]);
      });
    await Promise.all([crosswise('a', 'b'), crosswise('b', 'a')]);
    expect(await database.read.all('SELECT name, value FROM row_counts ORDER BY name')).toEqual([
      { name: 'a', value: 3 },
      { name: 'b', value: 3 },
    ]);
    expect(attempts).toBe(3);
  });

  it('is migrated once when several processes start together', async () => {
    const place = temporaryPostgres();
    cleanups.push(() => place.remove());
    const together = await Promise.all([1, 2, 3].map(() => opened(place.url)));
    expect(together.flatMap(({ lines }) => lines).filter((line) => line.startsWith('applied migration 1 '))).toHaveLength(1);
  });

  it('tells others what was announced right before it was closed', async () => {
    const listener = await open();
    const same = await opened(listener.url);
    const heard: string[] = [];
    listener.listen('jobs', (message) => heard.push(message));
    await until(
      () => {
        same.announce('jobs', 'probe');
        return heard.includes('probe');
      },
      (isHeard) => isHeard,
    );
    same.announce('jobs', 'goodbye');
    await same.close();
    await until(
      () => heard.includes('goodbye'),
      (isHeard) => isHeard,
    );
  });

  it('keeps nothing of a work that passes over a failed statement', async () => {
    const database = await open();
    const careless = database.write(async ({ run }) => {
      await run("INSERT INTO row_counts VALUES ('a', 0, 1)");
      await run("INSERT INTO row_counts VALUES ('a', 0, 1)").catch(() => {});
    });
    await expect(careless).rejects.toThrow(/nothing of it was kept/);
    expect(await count(database)).toBe(0);
  });

  it('that refuses the first connection is named without its password', async () => {
    const opening = openDatabase({ url: 'postgres://me:secret@127.0.0.1:1/test', synchronous: 'full', clock: systemClock, migrate: true });
    await expect(opening).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await expect(opening).rejects.not.toThrow(/secret/);
  });
});
