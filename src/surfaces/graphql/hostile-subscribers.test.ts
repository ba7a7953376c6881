import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startGraphql, type GraphqlServer } from './graphql-harness.ts';

const database = temporarySqlite();
let server: GraphqlServer;
beforeAll(async () => {
  server = await startGraphql({ databaseUrl: database.url, env: { RATCHET_SERVER_BODY_LIMIT_BYTES: '100000' } });
});
afterAll(async () => {
  await server.stop();
  await database.remove();
});

const path = '/graphql';
const open = (protocol = 'graphql-transport-ws') => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, protocol, { perMessageDeflate: false });
  socket.on('error', () => {});
  return socket;
};
const happens = (socket: WebSocket, event: 'open' | 'message' | 'close') =>
  new Promise<unknown>((resolve) => socket.once(event, (first: unknown) => resolve(first)));
const init = '{"type":"connection_init"}';
async function acknowledged(): Promise<WebSocket> {
  const socket = open();
  await happens(socket, 'open');
  socket.send(init);
  await happens(socket, 'message');
  return socket;
}
const subscribe = (id: string, query: string) => JSON.stringify({ id, type: 'subscribe', payload: { query } });
const jobs = 'subscription { jobUpdates { id } }';
/** Files and connections that the server has open. */
const held = () => readdirSync(`/proc/${server.pid}/fd`).length;
const isWell = async () => expect((await server.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });

describe('A client that opens subscriptions without end', () => {
  it('has as many as one connection may carry, is told so for each of the others, and slows nobody', async () => {
    const socket = await acknowledged();
    const wanted = 5_000;
    const refused = new Set<string>();
    const all = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as {
        id: string;
        type: string;
        payload: { extensions?: { code?: string } }[];
      };
      if (message.type === 'error' && message.payload[0]?.extensions?.code === 'TOO_MANY_SUBSCRIPTIONS') refused.add(message.id);
      if (refused.size === wanted - 100) all.resolve();
    });
    for (let n = 0; n < wanted; n++) socket.send(subscribe(String(n), jobs));
    await isWell();
    await all.promise;
    // Those that were refused leave room for none: the first hundred are still there.
    socket.send(subscribe('one more', jobs));
    await vi.waitFor(() => expect(refused.has('one more')).toBe(true), { timeout: 5_000 });
    socket.send('{"id":"0","type":"complete"}');
    socket.send(subscribe('in its place', 'subscription { jobStatus(jobId: "404040") { id } }'));
    const told = (await happens(socket, 'message')) as Buffer;
    expect(told.toString()).toContain('JOB_NOT_FOUND');
    socket.terminate();
  });
});

describe('A connection', () => {
  it.each([
    ['the same subscription twice', [init, subscribe('1', jobs), subscribe('1', jobs)], 4_409],
    ['that it is there, twice', [init, init], 4_429],
    ['a subscription without an id', [init, '{"type":"subscribe","payload":{"query":"{ __typename }"}}'], 4_400],
    ['no document', [init, '{"id":"1","type":"subscribe","payload":{}}'], 4_400],
    ['a list', [init, '[]'], 4_400],
    ['null', [init, 'null'], 4_400],
    ['a name every object has', [init, '{"type":"__proto__"}'], 4_400],
    ['more than a message may hold', [init, JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(200_000) } })], 1_009],
  ])('that says %s is closed, and the server goes on', async (_what, messages, code) => {
    const socket = open();
    await happens(socket, 'open');
    const closed = happens(socket, 'close');
    for (const message of messages) socket.send(message);
    expect(await closed).toBe(code);
    await isWell();
  });

  it('that speaks in bytes, pings without end and completes what it never began is borne', async () => {
    const socket = await acknowledged();
    let pongs = 0;
    socket.on('message', (data) => (pongs += (data as Buffer).includes('pong') ? 1 : 0));
    for (let n = 0; n < 5_000; n++) socket.send('{"type":"ping"}');
    for (let n = 0; n < 1_000; n++) socket.send(`{"id":"never ${n}","type":"complete"}`);
    await vi.waitFor(() => expect(pongs).toBe(5_000), { timeout: 10_000 });
    socket.send(Buffer.from(subscribe('bytes', '{ __typename }')));
    expect(((await happens(socket, 'message')) as Buffer).toString()).toContain('Query');
    socket.terminate();
  });

  it('with a protocol that nobody speaks gets none', async () => {
    const socket = open('graphql-ws');
    expect(await happens(socket, 'close')).toBeGreaterThan(1_000);
    await isWell();
  });
});

describe('Clients that go away', () => {
  it('leave nothing behind, in whatever phase they go', async () => {
    (await acknowledged()).terminate();
    await isWell();
    const before = held();
    const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
    const { hostname, port } = new URL(server.url);
    const half = (text: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.end(text, () => socket.destroy()));
        socket.on('error', () => {});
        socket.once('close', () => resolve());
      });
    const rounds = Array.from({ length: 50 }, (_, n) => n);
    await Promise.all(
      rounds.flatMap((n) => [
        // In the middle of the handshake, and right behind it.
        half(head),
        half(`${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`),
        (async () => {
          const socket = open();
          await happens(socket, 'open');
          socket.terminate();
        })(),
        // Before it is acknowledged.
        (async () => {
          const socket = open();
          await happens(socket, 'open');
          socket.send(init, () => socket.terminate());
        })(),
        // In the middle of an answer, of a subscription, and of one that begins.
        (async () => {
          const socket = await acknowledged();
          socket.send(subscribe('1', '{ tasks(limit: 100) { items { name sourceCode executions(limit: 5) { id } } } }'), () =>
            socket.terminate(),
          );
        })(),
        (async () => {
          const socket = await acknowledged();
          socket.send(subscribe('1', jobs), () => (n % 2 === 0 ? socket.terminate() : socket.close()));
        })(),
        // In the middle of a plain request and of a stream.
        (async () => {
          const leave = new AbortController();
          const asked = fetch(server.url + path, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...(n % 2 === 0 ? { accept: 'text/event-stream' } : {}) },
            body: JSON.stringify({ query: n % 2 === 0 ? jobs : '{ tasks(limit: 100) { items { sourceCode } } }' }),
            signal: leave.signal,
          }).catch(() => null);
          const response = n % 4 === 0 ? await asked : null;
          leave.abort();
          await asked;
          await response?.body?.cancel().catch(() => {});
        })(),
      ]),
    );
    await isWell();
    // What is kept alive by this test's own requests may stay.
    await vi.waitFor(() => expect(held()).toBeLessThanOrEqual(before + 4), { timeout: 10_000 });
    expect(server.stderr()).not.toMatch(/unhandled|INTERNAL_ERROR|    at /i);
  });

  it('and those that never say who they are, are hung up on', async () => {
    const socket = open();
    expect(await happens(socket, 'close')).toBe(4_408);
  });
});
