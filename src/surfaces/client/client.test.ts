import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startHttpStub, type HttpStub, type StubRoute } from '../../testing/http-stub.ts';
import { createClient } from './client.ts';
import { brewTea, listTeas, removeTea, showTea, spillTeas, teaStats } from './tea-harness.ts';

const assam = { id: 1, name: 'Assam', status: 'HOT', brewedAt: '2026-01-31T12:00:00.000Z' };

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const json = (response: ServerResponse, value: unknown, status = 200) =>
  void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));

async function server(routes: Record<string, StubRoute>): Promise<HttpStub> {
  const stub = await startHttpStub(Object.fromEntries(Object.entries(routes).map(([path, route]) => [`/api/v1${path}`, route])));
  opened.push(stub);
  return stub;
}

describe('a call', () => {
  it('goes to method and path of the operation, and gives back its data', async () => {
    const stub = await server({
      '/teas/a%2Fb%20c': (_request, response) => json(response, { data: assam }),
      '/teas': (_request, response) => json(response, { data: assam }, 201),
    });
    const client = createClient({ url: `${stub.url}/`, token: 'secret' });
    expect(await client.call(showTea, { id: 'a/b c', withLeaves: true })).toEqual(assam);
    expect(await client.call(brewTea, { name: 'Assam', recipe: { minutes: 3 } })).toEqual(assam);
    expect(stub.requests.map(({ method, url, headers, body }) => [method, url, headers.authorization, body.toString()])).toEqual([
      ['GET', '/api/v1/teas/a%2Fb%20c?withLeaves=true', 'Bearer secret', ''],
      ['POST', '/api/v1/teas', 'Bearer secret', '{"name":"Assam","recipe":{"minutes":3}}'],
    ]);
  });

  it('asks for a list in the canonical query, and gives back a page', async () => {
    const pagination = { page: 1, limit: 10, total: 12, isTotalExact: false, next: 'abc' };
    const stub = await server({ '/teas': (_request, response) => json(response, { data: [assam], meta: { pagination } }) });
    const client = createClient({ url: stub.url });
    const page = await client.call(listTeas, {
      filter: {
        status: { in: ['hot', 'cold'] },
        cups: { gte: 2 },
        name: { contains: 'a&b' },
        isSweet: { eq: false },
        id: { notIn: ['7'] },
      },
      sort: { field: 'name', order: 'desc' },
      limit: 10,
      offset: 20,
    });
    expect(page).toEqual({ items: [assam], total: 12, isTotalExact: false, next: 'abc' });
    await client.call(listTeas, { after: 'abc', limit: 5, offset: 3 });
    await client.call(listTeas, { filter: { name: { in: ['a,b', 'c'] } } });
    await client.call(listTeas, {});
    expect(
      stub.requests.map(({ query }) => Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join('|')]))),
    ).toEqual([
      {
        _start: '20',
        _end: '30',
        _sort: 'name',
        _order: 'DESC',
        status_in: 'hot,cold',
        cups_gte: '2',
        name_contains: 'a&b',
        isSweet: 'false',
        id_not_in: '7',
      },
      { after: 'abc', limit: '5' },
      { name: 'a,b|c' },
      {},
    ]);
  });

  it('reads statistics, answers about something done, and answers without a body', async () => {
    const stub = await server({
      '/teas/stats': (_request, response) => json(response, { stats: { total: 3 }, timestamp: 'now' }),
      '/teas/spill': (_request, response) => json(response, { success: true, message: 'Spilled', data: { spilled: 3 } }),
      '/teas/1': (_request, response) => void response.writeHead(204).end(),
    });
    const client = createClient({ url: stub.url });
    expect(await client.call(teaStats, {})).toEqual({ total: 3 });
    expect(await client.call(spillTeas, {})).toEqual({ spilled: 3 });
    expect(await client.call(removeTea, { id: '1' })).toBeUndefined();
  });

  it('ends with the error of the server, word for word; of a code that nobody knows here, too', async () => {
    const error = { code: 'TEST_TEA_NOT_FOUND', message: 'There is no tea 9.', hint: 'Look.', status: 404, details: { id: '9' } };
    const stub = await server({
      '/teas/9': (_request, response) => json(response, { error }, 404),
      '/teas/8': (_request, response) => json(response, { error: { code: 'OF_THE_FUTURE', message: 'What?', details: [1] } }, 418),
      '/teas/7': (_request, response) => json(response, { error: { code: 'BUSY_NOW', message: 'Later.' } }, 429),
    });
    const client = createClient({ url: stub.url });
    await expect(client.call(showTea, { id: 9 })).rejects.toMatchObject({
      name: 'RatchetError',
      code: 'TEST_TEA_NOT_FOUND',
      message: 'There is no tea 9.',
      hint: 'Look.',
      http: 404,
      exit: 'invalidInput',
      data: { id: '9' },
    });
    await expect(client.call(showTea, { id: 8 })).rejects.toMatchObject({
      code: 'OF_THE_FUTURE',
      http: 418,
      exit: 'usage',
      data: { details: [1] },
    });
    await expect(client.call(showTea, { id: 7 }, { retries: 0 })).rejects.toMatchObject({
      code: 'BUSY_NOW',
      exit: 'busy',
      retryable: true,
    });
  });

  it.each(['', '.', '..'])('is not made with %j in its path, which would lead elsewhere', async (id) => {
    const stub = await server({});
    await expect(createClient({ url: stub.url }).call(removeTea, { id })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      data: { problems: [{ path: 'id' }] },
    });
    expect(stub.requests).toEqual([]);
  });

  it('ends when it is not wanted any more, with the reason', async () => {
    const stub = await server({ '/teas/1': () => leaving.abort(new Error('enough')) });
    const leaving = new AbortController();
    await expect(createClient({ url: stub.url }).call(showTea, { id: 1 }, { signal: leaving.signal })).rejects.toThrow('enough');
    await expect(createClient({ url: stub.url }).call(showTea, { id: 1 }, { signal: leaving.signal })).rejects.toThrow('enough');
    expect(stub.requests).toHaveLength(1);
  });
});

describe('what is no server of ours', () => {
  const wrong: [string, StubRoute, Record<string, unknown>][] = [
    [
      'a page',
      (_request, response) => void response.setHeader('content-type', 'text/html').end('<html>'),
      { code: 'NOT_A_RATCHET_SERVER' },
    ],
    ['no type', (_request, response) => void response.end('{"data":{}}'), { code: 'NOT_A_RATCHET_SERVER' }],
    [
      'a page about a failure',
      (_request, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
      { code: 'NOT_A_RATCHET_SERVER', message: expect.stringContaining('answered 502 with text/html') },
    ],
    [
      'half of its JSON',
      (_request, response) => void response.setHeader('content-type', 'application/json').end('{"data": {"id": 1, "na'),
      { code: 'NOT_A_RATCHET_SERVER', message: expect.stringContaining('broken JSON') },
    ],
    ['other JSON', (_request, response) => json(response, [1]), { code: 'NOT_A_RATCHET_SERVER' }],
    ['an error of another kind', (_request, response) => json(response, { statusCode: 404 }, 404), { code: 'NOT_A_RATCHET_SERVER' }],
    [
      'an older answer',
      (_request, response) => json(response, { data: { id: 'one', name: 'Assam' } }),
      { code: 'ANSWER_UNKNOWN', message: expect.stringMatching(/teas\.show .*id: .*status: /) },
    ],
    [
      'a redirect',
      (_request, response) => void response.writeHead(302, { location: '/json' }).end(),
      { code: 'NOT_A_RATCHET_SERVER', message: expect.stringContaining('redirects') },
    ],
    [
      'a broken connection',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"data":', () => response.destroy());
      },
      { code: 'ANSWER_LOST', exit: 'environment' },
    ],
    ['a connection reset before the answer', (_request, response) => void response.destroy(), { code: 'ANSWER_LOST' }],
  ];
  it.each(wrong)('is recognised by %s', async (_name, route, expected) => {
    const stub = await server({ '/teas/1': route });
    const failed = createClient({ url: stub.url, token: 'secret', retries: 0 }).call(showTea, { id: 1 });
    await expect(failed).rejects.toMatchObject(expected);
    // A redirect was not followed: the token stays here.
    expect(stub.requests).toHaveLength(1);
  });

  it('may answer with ten megabytes: of ours they are read, of a page not', async () => {
    let sent = 0;
    const stub = await server({
      '/teas/1': (_request, response) => json(response, { data: { ...assam, name: 'x'.repeat(10_000_000) } }),
      '/teas/2': async (_request, response) => {
        response.setHeader('content-type', 'text/html');
        while (!response.destroyed && sent < 300_000_000) {
          sent += 1_000_000;
          if (!response.write('x'.repeat(1_000_000)))
            await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
        }
      },
    });
    const client = createClient({ url: stub.url });
    expect((await client.call(showTea, { id: 1 })).name).toHaveLength(10_000_000);
    await expect(client.call(showTea, { id: 2 })).rejects.toMatchObject({ code: 'NOT_A_RATCHET_SERVER' });
    expect(sent).toBeLessThan(300_000_000);
  });

  it('may never answer', async () => {
    const stub = await server({
      '/teas/1': () => {},
      '/teas/2': (_request, response) => void response.setHeader('content-type', 'application/json').write('{'),
    });
    const client = createClient({ url: stub.url, timeoutMs: 50 });
    await expect(client.call(showTea, { id: 1 })).rejects.toMatchObject({
      code: 'SERVER_SILENT',
      message: expect.stringContaining('0.05 s'),
    });
    await expect(client.call(showTea, { id: 2 })).rejects.toMatchObject({ code: 'SERVER_SILENT' });
  });

  it('may take as long as it was asked to wait itself, and no longer', async () => {
    const input = z.object({ waitMs: z.number().default(100) });
    const wait = { ...teaStats, name: 'teas.wait', input, on: { rest: 'POST /teas/wait' } };
    const stub = await server({ '/teas/wait': (_request, response) => void setTimeout(() => json(response, { data: { total: 1 } }), 150) });
    const client = createClient({ url: stub.url, timeoutMs: 20 });
    expect(await client.call(wait, { waitMs: 5_000 })).toEqual({ total: 1 });
    const inWords = { ...wait, input: z.object({ wait: z.string().transform((text) => Number.parseInt(text, 10) * 1_000) }) };
    expect(await client.call(inWords, { wait: '5s' })).toEqual({ total: 1 });
    await expect(client.call(wait, {})).rejects.toMatchObject({ code: 'SERVER_SILENT', data: { seconds: 0.12 } });
  });

  it('may not be there, not be known, or speak another language', async () => {
    const closed = await server({});
    await closed.close();
    await expect(createClient({ url: closed.url }).call(teaStats, {})).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
      exit: 'environment',
      message: `No server answers at ${closed.url}: nothing listens there (ECONNREFUSED).`,
      hint: expect.stringContaining('ratchet serve'),
    });
    const mute = createServer((socket: Socket) => void socket.once('data', () => socket.end('220 mail.example.com ESMTP\r\n')));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    opened.push(mute);
    const { port } = mute.address() as AddressInfo;
    await expect(createClient({ url: `http://127.0.0.1:${port}` }).call(teaStats, {})).rejects.toMatchObject({
      code: 'NOT_A_RATCHET_SERVER',
    });
  });

  it.each(['localhost:8080', 'ftp://x', 'http://user:pass@x', '', 'not a url'])('has another address than %j', (url) => {
    expect(() => createClient({ url })).toThrow(
      expect.objectContaining({ code: 'SERVER_URL_INVALID', message: expect.not.stringContaining('pass@') }),
    );
  });
});
