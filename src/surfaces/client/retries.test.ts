import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startHttpStub, type HttpStub, type StubRoute } from '../../testing/http-stub.ts';
import { createClient } from './client.ts';
import type { ConnectOptions } from './options.ts';
import { brewTea, showTea, spillTeas } from './tea-harness.ts';
import type { TransportParts } from './transport.ts';

const assam = { id: 1, name: 'Assam', status: 'HOT', brewedAt: null };
const opened: HttpStub[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}) =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const good: StubRoute = (_request, response) => json(response, { data: assam });
const reset: StubRoute = (_request, response) => void response.destroy();
const refusing =
  (status: number, code: string, headers: Record<string, string> = {}): StubRoute =>
  (_request, response) =>
    json(response, { error: { code, message: 'Later.', hint: 'Wait.' } }, status, headers);
const page =
  (status: number): StubRoute =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');

/** A server whose answers come in this order, the last one again and again, and a client that loses no time. */
async function start(answers: readonly StubRoute[], options: Partial<ConnectOptions> = {}, parts: Partial<TransportParts> = {}) {
  let count = 0;
  const route: StubRoute = (request, response) => answers[Math.min(count++, answers.length - 1)]!(request, response);
  const stub = await startHttpStub({ '/api/v1/teas/1': route, '/api/v1/teas': route, '/api/v1/teas/spill': route });
  opened.push(stub);
  const keys = () => stub.requests.map(({ headers }) => headers['idempotency-key'] ?? null);
  return { client: createClient({ url: stub.url, ...options }, { random: () => 0, ...parts }), stub, keys };
}

describe('a call that failed', () => {
  it.each([
    ['a connection that broke', reset],
    ['a server that is busy', refusing(429, 'BUSY_NOW', { 'retry-after': '0' })],
    ['a server that stops', refusing(503, 'SERVER_SHUTTING_DOWN', { 'retry-after': '0' })],
    ['a proxy without its server', page(502)],
    ['another proxy without its server', page(504)],
  ])('because of %s is made again', async (_name, answer) => {
    const { client, stub } = await start([answer, good]);
    expect(await client.call(showTea, { id: 1 })).toEqual(assam);
    expect(stub.requests).toHaveLength(2);
  });

  it.each([
    ['what was asked', refusing(404, 'TEST_TEA_NOT_FOUND')],
    ['a conflict', refusing(409, 'JOB_ALREADY_FINISHED')],
    ['a full disk', refusing(507, 'STORAGE_FULL', { 'retry-after': '0' })],
    ['a defect', refusing(500, 'INTERNAL_ERROR')],
    ['what is no server of ours', page(200)],
    ['a redirect', page(302)],
  ])('because of %s is not', async (_name, answer) => {
    const { client, stub } = await start([answer, good]);
    await expect(client.call(showTea, { id: 1 })).rejects.toMatchObject({ name: 'RatchetError' });
    expect(stub.requests).toHaveLength(1);
  });

  it('is given up after as many attempts as it may have, with what the last one ended with', async () => {
    const { client, stub } = await start([refusing(503, 'FIRST'), refusing(503, 'SECOND', { 'retry-after': '0' }), reset, good], {
      retries: 2,
    });
    await expect(client.call(showTea, { id: 1 })).rejects.toMatchObject({ code: 'ANSWER_LOST' });
    expect(stub.requests).toHaveLength(3);
    await expect((await start([reset])).client.call(showTea, { id: 1 }, { retries: 0 })).rejects.toMatchObject({ code: 'ANSWER_LOST' });
  });

  it('is left alone as long as the server says, in seconds or until a time', async () => {
    const until = new Date(Math.ceil(Date.now() / 1_000 + 1) * 1_000);
    const { client } = await start([
      refusing(429, 'BUSY_NOW', { 'retry-after': '1' }),
      refusing(429, 'BUSY_NOW', { 'retry-after': until.toUTCString() }),
      good,
    ]);
    const began = Date.now();
    expect(await client.call(showTea, { id: 1 })).toEqual(assam);
    expect([Date.now() - began >= 1_000, Date.now() >= until.getTime()]).toEqual([true, true]);
  });

  it('waits as the body says where the header is not to be seen', async () => {
    const late: StubRoute = (_request, response) =>
      json(response, { error: { code: 'BUSY_NOW', message: 'Later.', details: { retryAfterSeconds: 60 } } }, 429);
    const { client, stub } = await start([late, good], { timeoutMs: 5_000 });
    await expect(client.call(showTea, { id: 1 })).rejects.toMatchObject({ code: 'BUSY_NOW' });
    expect(stub.requests).toHaveLength(1);
  });

  it('fails at once when it would have to wait longer than its time', async () => {
    const { client, stub } = await start([refusing(503, 'SERVER_SHUTTING_DOWN', { 'retry-after': '60' }), good], { timeoutMs: 10_000 });
    const began = Date.now();
    await expect(client.call(showTea, { id: 1 })).rejects.toMatchObject({ code: 'SERVER_SHUTTING_DOWN' });
    expect([stub.requests.length, Date.now() - began < 5_000]).toEqual([1, true]);
  });

  it('ends with its reason when it is not wanted any more while it waits', async () => {
    const leaving = new AbortController();
    const { client, stub } = await start([refusing(503, 'SERVER_SHUTTING_DOWN', { 'retry-after': '20' }), good]);
    const answered = client.call(showTea, { id: 1 }, { signal: leaving.signal, timeoutMs: 60_000 });
    await expect.poll(() => stub.requests.length).toBe(1);
    leaving.abort(new Error('enough'));
    await expect(answered).rejects.toThrow('enough');
    expect(stub.requests).toHaveLength(1);
  });
});

describe('a write', () => {
  it('goes under one key however often it is made, and each under its own', async () => {
    const { client, keys } = await start([reset, refusing(503, 'BUSY_NOW', { 'retry-after': '0' }), good]);
    await client.call(brewTea, { name: 'Assam' });
    await client.call(brewTea, { name: 'Assam' });
    const [first, second, third, other] = keys();
    expect([second, third]).toEqual([first, first]);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    expect(other).toMatch(/^[0-9a-f-]{36}$/);
    expect(other).not.toBe(first);
  });

  it('goes under the key that is given; a read under none', async () => {
    const { client, keys } = await start([good]);
    await client.call(brewTea, { name: 'Assam' }, { idempotencyKey: 'breakfast' });
    await client.call(showTea, { id: 1 });
    expect(keys()).toEqual(['breakfast', null]);
  });

  it('waits for its earlier attempt while the server is still busy with that, whatever the number of attempts', async () => {
    const busy = refusing(409, 'IDEMPOTENCY_KEY_BUSY', { 'retry-after': '0' });
    const done: StubRoute = (_request, response) => json(response, { success: true, message: 'Spilled', data: { spilled: 3 } });
    const { client, keys } = await start([reset, busy, busy, busy, busy, done], { retries: 1 });
    expect(await client.call(spillTeas, {})).toEqual({ spilled: 3 });
    expect(new Set(keys()).size).toBe(1);
  });
});
