import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startHttpStub, type HttpStub, type StubRoute } from '../../testing/http-stub.ts';
import { createClient } from './client.ts';
import type { FollowOptions } from './options.ts';
import { readEvents, type SentEvent } from './server-sent-events.ts';
import { followTea } from './tea-harness.ts';

const opened: HttpStub[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const begin = (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'text/event-stream' });
const degrees = (id: number) => `id: t-${id}\nevent: warm\ndata: {"degrees":${id}}\n\n`;

/** Follows until the end. @returns what came, what went wrong, and the ids it asked to go on after */
async function follow(routes: readonly StubRoute[], options: FollowOptions = {}) {
  let count = 0;
  const stub = await startHttpStub({
    '/api/v1/teas/1/follow': (request, response) => (routes[count++] ?? ((_, res) => void res.destroy()))(request, response),
  });
  opened.push(stub);
  const seen: unknown[] = [];
  let error: unknown = null;
  try {
    for await (const event of createClient({ url: stub.url }).follow(followTea, { id: '1' }, { backoffMs: 1, ...options }))
      seen.push(event);
  } catch (caught) {
    error = caught;
  }
  return { seen, error, asked: stub.requests.map(({ headers }) => headers['last-event-id'] ?? null) };
}

const event = (id: number) => ({ id: `t-${id}`, kind: 'warm', data: { degrees: id } });

describe('following a stream', () => {
  it('gives its events until the server says it has ended', async () => {
    const { seen, error, asked } = await follow([
      (_request, response) => {
        begin(response);
        response.end(`: hello\n\n${degrees(1)}${degrees(2)}event: end\ndata: {}\n\n${degrees(3)}`);
      },
    ]);
    expect([seen, error, asked]).toEqual([[event(1), event(2)], null, [null]]);
  });

  it('connects again where it broke, and goes on after what was seen', async () => {
    const { seen, error, asked } = await follow(
      [
        (_request, response) => {
          begin(response);
          response.write(`${degrees(1)}${degrees(2).slice(0, 20)}`, () => response.destroy());
        },
        (_request, response) => void response.destroy(),
        (_request, response) =>
          void response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"code":"BUSY","message":"Later."}}'),
        (_request, response) => {
          begin(response);
          response.end(`${degrees(2)}event: closing\ndata: {}\n\n`);
        },
        (_request, response) => {
          begin(response);
          response.end(`${degrees(3)}event: end\ndata: {}\n\n`);
        },
      ],
      { after: 't-0' },
    );
    expect([seen, error, asked]).toEqual([[event(1), event(2), event(3)], null, ['t-0', 't-1', 't-1', 't-1', 't-2']]);
  });

  it('gives up after a number of failures in a row', async () => {
    const { seen, error, asked } = await follow(
      [
        (_request, response) => {
          begin(response);
          response.end(degrees(1));
        },
      ],
      { mostFailures: 3 },
    );
    expect([seen, asked.length]).toEqual([[event(1)], 4]);
    expect(error).toMatchObject({ code: 'ANSWER_LOST' });
  });

  it('fails at once where there is no stream, or it ends in an error', async () => {
    const gone = JSON.stringify({
      error: { code: 'TEST_TEA_NOT_FOUND', message: 'There is no tea 1.', hint: 'Look.', details: { id: '1' } },
    });
    const asJson: StubRoute = (_request, response) => void response.writeHead(404, { 'content-type': 'application/json' }).end(gone);
    expect(await follow([asJson])).toMatchObject({ error: { code: 'TEST_TEA_NOT_FOUND', exit: 'invalidInput' }, asked: [null] });
    const asEvent: StubRoute = (_request, response) => {
      begin(response);
      response.end(`event: error\ndata: ${gone}\n\n`);
    };
    expect(await follow([asEvent])).toMatchObject({ error: { code: 'TEST_TEA_NOT_FOUND' }, asked: [null] });
    const page: StubRoute = (_request, response) => void response.setHeader('content-type', 'text/html').end('<html>');
    expect(await follow([page])).toMatchObject({ error: { code: 'NOT_A_RATCHET_SERVER' } });
    const broken: StubRoute = (_request, response) => {
      begin(response);
      response.end('data: {"degrees":\n\n');
    };
    expect(await follow([broken])).toMatchObject({ error: { code: 'NOT_A_RATCHET_SERVER' }, asked: [null] });
  });

  it('ends quietly when it is not wanted any more', async () => {
    const leaving = new AbortController();
    const { seen, error } = await follow(
      [
        (_request, response) => {
          begin(response);
          response.write(degrees(1));
          response.on('close', () => {});
          setImmediate(() => leaving.abort());
        },
      ],
      { signal: leaving.signal },
    );
    expect([error, seen.length <= 1]).toEqual([null, true]);
  });
});

describe('a follower', () => {
  /** A server that sends one event and then nothing. @returns what follows it, and when the server noticed that nobody does any more */
  async function quiet(options: FollowOptions = {}) {
    const gone = Promise.withResolvers<void>();
    let connections = 0;
    const stub = await startHttpStub({
      '/api/v1/teas/1/follow': (_request, response) => {
        connections++;
        begin(response);
        response.write(degrees(connections));
        response.once('close', gone.resolve);
      },
    });
    opened.push(stub);
    const events = createClient({ url: stub.url }).follow(followTea, { id: '1' }, { backoffMs: 1, ...options });
    return { events, gone: gone.promise, connections: () => connections };
  }

  it('lets go of the connection when it has seen enough', async () => {
    const { events, gone } = await quiet();
    for await (const one of events) {
      expect(one).toEqual(event(1));
      break;
    }
    await gone;
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('lets go at once although it waits for an event', async () => {
    const { events, gone } = await quiet();
    await events.next();
    const waiting = events.next();
    await events.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await gone;
  });

  it('lets go when its scope ends, and when it is not wanted any more', async () => {
    const leaving = new AbortController();
    const { events, gone } = await quiet({ signal: leaving.signal });
    await events.next();
    const waiting = events.next();
    leaving.abort(new Error('enough'));
    expect(await waiting).toEqual({ done: true, value: undefined });
    await gone;
    const other = await quiet();
    {
      await using scoped = other.events;
      await scoped.next();
    }
    await other.gone;
  });

  it('connects again when nothing has come for too long, not even a sign of life', async () => {
    const { events, connections } = await quiet({ silenceMs: 50 });
    expect([(await events.next()).value, (await events.next()).value]).toEqual([event(1), event(2)]);
    expect(connections()).toBe(2);
    await events.return();
  });

  it('connects to nobody before it is asked for an event', async () => {
    const { events, connections } = await quiet();
    await events.return();
    expect([await events.next(), connections()]).toEqual([{ done: true, value: undefined }, 0]);
  });

  it('leaves a server alone as long as that says', async () => {
    const began = Date.now();
    const { seen } = await follow([
      (_request, response) =>
        void response
          .writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' })
          .end('{"error":{"code":"SERVER_SHUTTING_DOWN","message":"Later."}}'),
      (_request, response) => {
        begin(response);
        response.end(`${degrees(1)}event: end\ndata: {}\n\n`);
      },
    ]);
    expect([seen, Date.now() - began >= 1_000]).toEqual([[event(1)], true]);
  });
});

describe('server-sent events', () => {
  async function collected(all: AsyncIterable<SentEvent>): Promise<SentEvent[]> {
    const list: SentEvent[] = [];
    for await (const one of all) list.push(one);
    return list;
  }

  async function events(...chunks: string[]): Promise<SentEvent[]> {
    async function* bytes() {
      for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
    }
    return collected(readEvents(bytes()));
  }

  it('are read whatever their line ends and however they are cut', async () => {
    const text = 'id: 1\revent: a\rdata: x\r\rdata:y\r\ndata:  z\r\n\r\nid\ndata\n\n: comment\n\nevent: lost\n\ndata: cut';
    const expected = [
      { kind: 'a', id: '1', data: 'x' },
      { kind: 'message', id: '1', data: 'y\n z' },
      { kind: 'message', id: null, data: '' },
    ];
    expect(await events(text)).toEqual(expected);
    expect(await events(...text.split(''))).toEqual(expected);
    for (let at = 1; at < text.length; at++) expect(await events(text.slice(0, at), text.slice(at))).toEqual(expected);
  });

  it('keep characters that two chunks share', async () => {
    const bytes = Buffer.from('data: grüße\n\n').toString('latin1');
    expect(await events(...bytes.split(''))).toEqual([{ kind: 'message', id: null, data: 'grüße' }]);
  });
});
