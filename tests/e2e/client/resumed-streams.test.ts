import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type RatchetClient, type StreamEvent } from '#surfaces/client/index.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startProxiedServer, type ProxiedServer } from './proxied-server.ts';

let served: ProxiedServer;
let client: RatchetClient;
beforeAll(async () => {
  served = await startProxiedServer();
  client = connect({ url: served.proxy.url, retries: 20 });
});
afterAll(() => served.close());

const soon = { backoffMs: 20 };

it('every line of a log comes once and in order, although the connection breaks again and again', async () => {
  verifies('client.resumed-streams');
  // It is followed while it runs, and long enough for several pieces: one that is there already may arrive whole before the first cut.
  const job = await client.jobs.enqueue({ taskId: 'talkative', input: { lines: 300, everyMs: 12 } });
  const executionOf = async () => (await client.jobs.show({ id: job.id })).executionId;
  await expect.poll(executionOf).not.toBeNull();
  const numbers: number[] = [];
  let ended: unknown = null;
  const before = served.proxy.connections;
  for await (const { kind, data } of client.executions.followLogs({ id: (await executionOf())! }, soon)) {
    if (kind === 'ended') ended = data;
    if (!('number' in data)) continue;
    numbers.push(data.number);
    if (data.number % 50 === 0) served.proxy.cut();
  }
  expect(numbers).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(ended).toMatchObject({ status: 'COMPLETED' });
  // What had arrived before a cut may hold lines of after it: not every cut needs a connection of its own.
  expect(served.proxy.connections).toBeGreaterThan(before + 1);
});

it('every event comes once and in order while the server lives, although the connection breaks', async () => {
  const leaving = new AbortController();
  const made: string[] = [];
  const queued: string[] = [];
  const started = Promise.withResolvers<void>();
  const following = (async () => {
    for await (const { kind, data } of client.events.follow({ kind: ['job.queued'] }, { ...soon, signal: leaving.signal })) {
      if (kind === 'missed') throw new Error('nothing may be missed while the server lives');
      queued.push(data.jobId!);
      started.resolve();
      if (queued.at(-1) === made.at(-1) && made.length === 30) leaving.abort();
    }
  })();
  // Only from the first event on is there a place to go on from.
  while (queued.length === 0) {
    made.push((await client.jobs.enqueue({ taskId: 'quick' })).id);
    await Promise.race([started.promise, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  const first = made.indexOf(queued[0]!);
  while (made.length < 30) {
    made.push((await client.jobs.enqueue({ taskId: 'quick' })).id);
    if (made.length % 6 === 0) served.proxy.cut();
  }
  await following;
  expect(queued).toEqual(made.slice(first));
});

it('a server that was killed and started again is followed further, and says that something may have been missed', async () => {
  const leaving = new AbortController();
  const seen: StreamEvent<unknown>[] = [];
  const settled = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  const following = (async () => {
    for await (const event of client.events.follow({ kind: 'job' }, { ...soon, mostFailures: 1_000, signal: leaving.signal })) {
      seen.push(event);
      if (event.kind === 'job.completed') settled.resolve();
      if (event.kind === 'missed') again.resolve();
      if (event.kind === 'job.completed' && seen.some(({ kind }) => kind === 'missed')) leaving.abort();
    }
  })();
  const nudge = setInterval(() => void client.jobs.enqueue({ taskId: 'quick' }).catch(() => {}), 300);
  await settled.promise;
  clearInterval(nudge);
  await served.killAndRestart();
  await again.promise;
  await client.jobs.enqueue({ taskId: 'quick' });
  await following;
  const ids = seen.flatMap(({ id }) => (id === null ? [] : [id]));
  expect(new Set(ids).size).toBe(ids.length);
  expect(seen.filter(({ kind }) => kind === 'missed')).toHaveLength(1);
});

it('the log of an execution is not told twice after the server was killed, and ends when that has ended', async () => {
  const job = await client.jobs.enqueue({ taskId: 'talkative', input: { lines: 10_000, everyMs: 5 }, maxRetries: 0 });
  const executionOf = async () => (await client.jobs.show({ id: job.id })).executionId;
  await expect.poll(executionOf).not.toBeNull();
  const numbers: number[] = [];
  let wasKilled = false;
  for await (const { data } of client.executions.followLogs({ id: (await executionOf())! }, { ...soon, mostFailures: 1_000 })) {
    if (!('number' in data)) continue;
    numbers.push(data.number);
    if (numbers.length === 300 && !wasKilled) {
      wasKilled = true;
      await served.killAndRestart();
      await client.jobs.cancel({ id: job.id });
    }
  }
  expect(numbers.slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(new Set(numbers).size).toBe(numbers.length);
});
