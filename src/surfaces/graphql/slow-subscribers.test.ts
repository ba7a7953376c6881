import {
  createEventFeed,
  listInput,
  listOutput,
  localCaller,
  operation,
  settingsFrom,
  stream,
  systemClock,
  uuidSource,
  type EventFeed,
} from '#kernel/index.ts';
import { createServer, httpSettings, type HttpServer } from '#surfaces/http/index.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { graphqlRoutes } from './index.ts';
import { graphqlSettings } from './settings.ts';

const large = 'x'.repeat(64 * 1024);
const slowReaderMs = 500;
let yielded = 0;
let ended = Promise.withResolvers<void>();

/** Never runs dry. */
const flood = stream({
  name: 'floods.follow',
  summary: 'Follow a flood',
  details: 'As fast as it is read.',
  input: z.object({}),
  data: z.object({ text: z.string().describe('Much') }).meta({ id: 'Flood' }),
  errors: [],
  permission: 'flood:read',
  on: { graphql: 'flood' },
  async *open() {
    try {
      for (;;) {
        yielded++;
        yield { id: null, kind: 'flood', data: { text: large } };
      }
    } finally {
      ended.resolve();
    }
  },
});
const listDrops = operation({
  name: 'drops.list',
  summary: 'List drops',
  details: 'There are none.',
  input: listInput({
    noun: 'drops',
    fields: { id: { kind: 'id', isSortable: true, describe: 'Number' } },
    sort: { field: 'id', order: 'asc' },
  }),
  output: listOutput(z.object({ id: z.string() }).meta({ id: 'Drop' })),
  errors: [],
  effect: 'read',
  permission: 'drop:read',
  on: { rest: 'GET /drops', graphql: 'drops' },
  run: async () => ({ items: [], total: 0, isTotalExact: true, next: null }),
});

let server: HttpServer;
const feed: EventFeed = createEventFeed('test');

beforeAll(async () => {
  const settings = settingsFrom({ 'server.port': 0 });
  server = await createServer({
    settings: httpSettings(settings),
    isAuthenticated: false,
    insecure: false,
    ids: uuidSource(),
    clock: systemClock,
    logger: { log: () => {}, isOn: () => false },
    routes: (app, parts) =>
      graphqlRoutes(app, {
        ...parts,
        operations: [listDrops],
        streams: [flood],
        services: {},
        settings: graphqlSettings(settings),
        feed,
        health: async () => ({ status: 'healthy', checks: {} }),
        ids: uuidSource(),
        callerOf: () => localCaller,
        bodyLimitBytes: 100_000,
        slowReaderMs,
      }),
  });
});
afterAll(() => server.close({ graceMs: 0 }));

const ask = async () => {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ drops { meta { total } } }"}',
  });
  return response.json();
};

it('A subscriber that does not read is let go, has cost little, and others are answered meanwhile', async () => {
  verifies('graphql.slow-subscribers');
  yielded = 0;
  ended = Promise.withResolvers();
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
  const acknowledged = Promise.withResolvers<void>();
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.once('message', () => acknowledged.resolve());
  await acknowledged.promise;
  socket.pause();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { flood { data { text } } }' } }));
  expect(await ask()).toEqual({ data: { drops: { meta: { total: 0 } } } });
  await ended.promise;
  // What the buffers of the connection took, and nothing that waits in memory beyond.
  expect(yielded * large.length).toBeLessThan(32 * 1024 ** 2);
  expect(await ask()).toEqual({ data: { drops: { meta: { total: 0 } } } });
  socket.terminate();
});

it('A reader of Server-Sent Events that does not read is let go too', async () => {
  yielded = 0;
  ended = Promise.withResolvers();
  const leave = new AbortController();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: '{"query":"subscription { flood { data { text } } }"}',
    signal: leave.signal,
  });
  expect(response.status).toBe(200);
  await ended.promise;
  expect(yielded * large.length).toBeLessThan(32 * 1024 ** 2);
  leave.abort();
});
