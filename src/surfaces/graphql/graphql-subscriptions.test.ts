import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { temporarySqlite } from '#testing/temporary-database.ts';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startGraphql, type GraphqlServer } from './graphql-harness.ts';

const database = temporarySqlite();
let server: GraphqlServer;
const clients: Client[] = [];

beforeAll(async () => {
  server = await startGraphql({
    databaseUrl: database.url,
    env: { RATCHET_GRAPHQL_MAX_SUBSCRIPTIONS_PER_CONNECTION: '3', RATCHET_GRAPHQL_MAX_SUBSCRIPTIONS: '1005' },
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});
afterAll(async () => {
  await server.stop();
  await database.remove();
});

const address = () => `${server.url.replace('http', 'ws')}/graphql`;

function connected(): Client {
  const client = createClient({ url: address(), webSocketImpl: WebSocket, retryAttempts: 0 });
  clients.push(client);
  return client;
}

interface Told {
  readonly data?: Record<string, Record<string, unknown>> | null;
  readonly errors?: readonly { extensions: { code: string } }[];
}

/** Follows, and waits for what is looked for. */
function following(client: Client, query: string) {
  const told: Told[] = [];
  let wake = () => {};
  const ended = Promise.withResolvers<unknown>();
  const stop = client.subscribe(
    { query },
    {
      next(result) {
        told.push(result as Told);
        wake();
      },
      error: (error) => ended.resolve(error),
      complete: () => ended.resolve('complete'),
    },
  );
  const until = async (isFound: (one: Told) => boolean): Promise<Told> => {
    for (;;) {
      const found = told.find(isFound);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { told, until, stop, ended: ended.promise };
}

const enqueue = async () => {
  const { data } = await server.ask('mutation { createJob(input: { taskId: "addition", input: { num1: 1, num2: 2 } }) { id } }');
  return (data as unknown as { createJob: { id: string } }).createJob.id;
};

describe('Subscriptions over a WebSocket', () => {
  it('tell of jobs, executions and events as they come, with what stands behind them', async () => {
    const client = connected();
    const jobs = following(client, 'subscription { jobUpdates(taskId: "addition") { id status execution { output } } }');
    const executions = following(client, 'subscription { taskExecutions(taskId: "addition") { status jobId } }');
    const events = following(client, 'subscription { events(kind: "job.completed") { id kind data { jobId task { name } } } }');
    // The answer to a fourth one says that the three are there.
    expect(await following(client, 'subscription { jobUpdates { id } }').ended).toMatchObject([
      { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } },
    ]);
    const id = await enqueue();
    const job = await jobs.until(({ data }) => data?.['jobUpdates']?.['status'] === 'COMPLETED');
    expect(job.data).toEqual({ jobUpdates: { id, status: 'COMPLETED', execution: { output: { sum: 3 } } } });
    await executions.until(({ data }) => data?.['taskExecutions']?.['status'] === 'COMPLETED');
    const event = await events.until(({ data }) => (data?.['events']?.['data'] as { jobId: string } | undefined)?.jobId === id);
    expect(event.data).toMatchObject({ events: { kind: 'job.completed', data: { task: { name: 'addition' } } } });
  });

  it('begin with how the named thing is, and run queries too', async () => {
    const id = await enqueue();
    const client = connected();
    const one = following(client, `subscription { jobStatus(jobId: "${id}") { id status } }`);
    await one.until(({ data }) => data?.['jobStatus']?.['id'] === id);
    const query = following(client, '{ tasks(limit: 1) { meta { limit } } }');
    expect(await query.ended).toBe('complete');
    expect(query.told).toEqual([{ data: { tasks: { meta: { limit: 1 } } } }]);
  });

  it('follow workers, logs and progress', async () => {
    const client = connected();
    const workers = following(client, 'subscription { workerStatus { id status } }');
    await workers.until(({ data }) => typeof data?.['workerStatus']?.['id'] === 'string');
    workers.stop();
    const { data } = await server.ask('mutation { executeTaskDirect(taskUuid: "addition", input: { num1: 1, num2: 2 }) { executionId } }');
    const { executionId } = (data as unknown as { executeTaskDirect: { executionId: string } }).executeTaskDirect;
    const log = following(client, `subscription { executionLogFollowed(id: "${executionId}") { kind data { status message } } }`);
    expect(await log.ended).toBe('complete');
    expect(log.told.at(-1)).toMatchObject({ data: { executionLogFollowed: { kind: 'ended', data: { status: 'COMPLETED' } } } });
  });

  it('say why they cannot begin', async () => {
    const client = connected();
    expect(await following(client, 'subscription { nope }').ended).toMatchObject([{ extensions: { code: 'GRAPHQL_INVALID' } }]);
    const unknown = following(client, 'subscription { jobStatus(jobId: "404040") { id } }');
    expect(await unknown.ended).toBe('complete');
    expect(unknown.told).toMatchObject([{ errors: [{ extensions: { code: 'JOB_NOT_FOUND' } }] }]);
  });

  it.each([
    ['a page of another origin', { origin: 'http://evil.example' }, 403],
    ['a name that is not ours', { host: 'evil.example' }, 403],
  ])('are refused to %s', async (_who, headers, status) => {
    const socket = new WebSocket(address(), 'graphql-transport-ws', { headers });
    const { promise, resolve } = Promise.withResolvers<number>();
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
    expect(await promise).toBe(status);
    socket.terminate();
  });

  it.each([
    ['speaks no JSON', '{', 4_400],
    [
      'subscribes before it has said who it is',
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } }),
      4_401,
    ],
    ['says nothing that the protocol has', JSON.stringify({ type: 'toString' }), 4_400],
  ])('hang up on a client that %s', async (_what, message, code) => {
    const socket = new WebSocket(address(), 'graphql-transport-ws');
    const { promise, resolve } = Promise.withResolvers<number>();
    socket.on('open', () => socket.send(message));
    socket.on('close', resolve);
    expect(await promise).toBe(code);
  });

  /** A subscription is not acknowledged: a job may be over before it has begun, so there is another until somebody was told. */
  const untilTold = async <Word>(told: Promise<Word>): Promise<Word> => {
    for (const again = Symbol('again'); ;) {
      await enqueue();
      const first = await Promise.race([told, sleep(1_000, again)]);
      if (first !== again) return first as Word;
    }
  };

  it('cost little while nothing happens, and nothing once their clients are gone', async () => {
    const residentMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1_024;
    const before = residentMb();
    const sockets = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const socket = new WebSocket(address(), 'graphql-transport-ws', { perMessageDeflate: false });
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        socket.on('open', () => socket.send('{"type":"connection_init"}'));
        socket.on('error', reject);
        socket.on('message', (data) => {
          const { type } = JSON.parse((data as Buffer).toString()) as { type: string };
          if (type !== 'connection_ack') return;
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { jobUpdates { id status } }' } }));
          resolve();
        });
        await promise;
        return {
          socket,
          told: new Promise<void>((tell) => socket.on('message', (data) => (data as Buffer).includes('"COMPLETED"') && tell())),
        };
      }),
    );
    const grown = residentMb() - before;
    expect(grown).toBeLessThan(200);
    await untilTold(Promise.all(sockets.map(({ told }) => told)));
    for (const { socket } of sockets) socket.terminate();
    // Once all of them are counted out there is room for as many again.
    for (;;) {
      const client = connected();
      const one = following(client, 'subscription { jobUpdates { id } }');
      const first = await untilTold(Promise.race([one.until(({ data }) => data?.['jobUpdates'] !== undefined), one.ended]));
      if (typeof first === 'object') break;
    }
  }, 30_000);
});

describe('Subscriptions over Server-Sent Events', () => {
  const follow = (query: string, signal: AbortSignal) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
      signal,
    });

  it('come as next, and complete at the end', async () => {
    const response = await follow('{ __typename }', AbortSignal.timeout(5_000));
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await response.text()).toMatch(/event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\n/);
  });

  it('are kept for subscriptions by clients that take JSON as well', async () => {
    const both = { accept: 'application/graphql-response+json, application/json, text/event-stream' };
    const query = await server.ask('{ __typename }', {}, both);
    expect(query.type).toMatch(/^application\/graphql-response\+json/);
    const subscription = await server.ask('subscription { jobStatus(jobId: "404040") { id } }', {}, both);
    expect(subscription.type).toMatch(/^text\/event-stream/);
  });

  it('tell of jobs as they change', async () => {
    const leave = new AbortController();
    const response = await follow('subscription { jobUpdates { id status } }', leave.signal);
    const id = await enqueue();
    let text = '';
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.includes(`{"data":{"jobUpdates":{"id":"${id}","status":"COMPLETED"}}}`)) break;
    }
    leave.abort();
    expect(text).toContain('event: next');
  });

  it('answer a document that cannot be run as every other request is answered', async () => {
    const response = await follow('subscription { nope }', AbortSignal.timeout(5_000));
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code).toBe('GRAPHQL_INVALID');
  });
});

describe('The end of a server', () => {
  it('ends what follows it, with the word that it goes away', async () => {
    const own = temporarySqlite();
    const other = await startGraphql({ databaseUrl: own.url });
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const acknowledged = Promise.withResolvers<void>();
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', () => acknowledged.resolve());
    await acknowledged.promise;
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { jobUpdates { id } }' } }));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    const stream = await fetch(`${other.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { jobUpdates { id } }' }),
    });
    const [code, events, exit] = await Promise.all([closed, stream.text(), other.stop()]);
    expect([code, exit]).toEqual([1001, 0]);
    expect(events).toMatch(/event: complete/);
    await own.remove();
  });
});
