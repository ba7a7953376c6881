import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fastify } from 'fastify';
import { localCaller, operation } from '#kernel/index.ts';
import { z } from 'zod';
import { startNotes, type NotesServer } from './notes-harness.ts';
import { restRoutes, type RestOptions } from './routes.ts';

let server: NotesServer;
beforeAll(async () => {
  server = await startNotes();
});
afterAll(() => server.close());
beforeEach(() => {
  server.notes.all.clear();
  server.notes.calls = 0;
  server.log.length = 0;
});

const note = { title: 'One', tags: ['a'] };

describe('an operation over REST', () => {
  it('answers what was made with 201, data and where it is', async () => {
    const { status, headers, json } = await server.ask('POST', '/api/v1/notes', note);
    expect(status).toBe(201);
    expect(json.data).toMatchObject({ id: '1', title: 'One', priority: 'LOW', tags: ['a'] });
    expect(headers.get('location')).toBe('/api/v1/notes/1');
    expect((await server.ask('GET', headers.get('location')!)).json.data).toMatchObject({ title: 'One' });
  });

  it('takes fields in snake case, by older names and with words in any case', async () => {
    const { status, json } = await server.ask('POST', '/api/v1/notes', { heading: 'Old', priority: 'high', max_words: 3, style: 'Fancy' });
    expect([status, json.data]).toMatchObject([201, { title: 'Old (FANCY)', priority: 'HIGH' }]);
  });

  it('takes fields of a write from the query too, the body winning', async () => {
    const { json } = await server.ask('POST', '/api/v1/notes?title=Query&priority=high', { title: 'Body' });
    expect(json.data).toMatchObject({ title: 'Body', priority: 'HIGH' });
  });

  it('reads numbers, flags and lists of a query as the schema has them', async () => {
    const { json } = await server.ask('GET', '/api/v1/notes/stats?since=5&deep=true&kinds=a,b');
    expect(json).toMatchObject({
      stats: { total: 0, said: { since: 5, deep: true, kinds: ['a', 'b'] } },
      timestamp: expect.stringMatching(/Z$/),
    });
  });

  it('says that something is done with success, message and data', async () => {
    await server.ask('POST', '/api/v1/notes', note);
    const { status, json } = await server.ask('POST', '/api/v1/notes/1/archive', undefined);
    expect([status, json]).toEqual([200, { success: true, message: 'Archive a note: done', data: { reason: null } }]);
  });

  it('answers 204 without a body where that is declared', async () => {
    await server.ask('POST', '/api/v1/notes', note);
    const { status, text } = await server.ask('DELETE', '/api/v1/notes/1');
    expect([status, text, server.notes.all.size]).toEqual([204, '', 0]);
  });

  it('has no route with 204 for an operation that promises an answer', async () => {
    const promising = operation({
      name: 'notes.forget',
      summary: 'Forget a note',
      details: 'For good.',
      input: z.object({ id: z.string() }),
      output: z.object({ id: z.string() }),
      errors: [],
      effect: 'destroy',
      permission: 'note:write',
      on: { rest: { route: 'DELETE /forgotten/:id', status: 204 } },
      run: async (_: object, input) => input,
    });
    expect(() => restRoutes(fastify(), [promising], [], {}, {} as RestOptions)).toThrow(/notes\.forget promises an answer/);
  });

  it('names the wrong fields, and does not run', async () => {
    const { status, json } = await server.ask('POST', '/api/v1/notes', { title: '', tags: 'x', max_words: 'many' });
    expect(status).toBe(400);
    expect(json.error).toMatchObject({
      code: 'REQUEST_INVALID',
      details: {
        problems: expect.arrayContaining([expect.objectContaining({ path: 'title' }), expect.objectContaining({ path: 'maxWords' })]),
      },
    });
    expect(server.notes.calls).toBe(0);
  });

  it('refuses a single field that is given twice, and a body that is no object', async () => {
    expect((await server.ask('GET', '/api/v1/notes/stats?since=1&since=2')).json.error).toMatchObject({
      message: expect.stringContaining('given 2 times'),
    });
    expect((await server.ask('POST', '/api/v1/notes', [1])).json.error).toMatchObject({
      message: expect.stringContaining('has to be a JSON object'),
    });
  });

  it('refuses who lacks the permission', async () => {
    const other = await startNotes({}, {}, { ...localCaller, name: 'guest', permissions: ['note:read'] });
    try {
      const refused = await other.ask('POST', '/api/v1/notes', note);
      expect([refused.status, refused.json.error?.code]).toEqual([403, 'NOT_PERMITTED']);
      expect((await other.ask('GET', '/api/v1/notes/events')).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

describe('a single read', () => {
  it('has a tag, answers 304 to it, and another one after a change', async () => {
    await server.ask('POST', '/api/v1/notes', note);
    const first = await server.ask('GET', '/api/v1/notes/1');
    const tag = first.headers.get('etag')!;
    expect(tag).toMatch(/^W\/"/);
    const same = await server.ask('GET', '/api/v1/notes/1', undefined, { 'if-none-match': `"other", ${tag}` });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', tag]);
    server.notes.all.set('1', { ...server.notes.all.get('1')!, title: 'Two' });
    expect((await server.ask('GET', '/api/v1/notes/1', undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  it('answers HEAD like GET without the body', async () => {
    await server.ask('POST', '/api/v1/notes', note);
    const get = await server.ask('GET', '/api/v1/notes/1');
    const head = await server.ask('HEAD', '/api/v1/notes/1');
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')]);
  });

  it('takes ids that look like paths as ids', async () => {
    const { status, json } = await server.ask('GET', '/api/v1/notes/..%2f..%2fetc%2fpasswd');
    expect([status, json.error?.code, json.error?.message]).toEqual([404, 'NOTE_NOT_FOUND', 'There is no note "../../etc/passwd".']);
    expect((await server.ask('GET', `/api/v1/notes/${'9'.repeat(6_000)}`)).status).toBe(404);
    const { status: refused, headers, json: why } = await server.ask('GET', '/api/v1/notes/%zz');
    expect([refused, why.error?.code, headers.get('x-content-type-options')]).toEqual([400, 'HTTP_REQUEST_MALFORMED', 'nosniff']);
  });
});

describe('an error', () => {
  it('has one body with a hint, a request id and the page of its code', async () => {
    const { status, headers, json } = await server.ask('GET', '/api/v1/notes/9?x=1', undefined, { 'x-request-id': 'mine-1' });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/json');
    expect(json).toEqual({
      error: {
        code: 'NOTE_NOT_FOUND',
        message: 'There is no note "9".',
        hint: 'List them.',
        status: 404,
        details: { id: '9' },
        requestId: 'mine-1',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        path: '/api/v1/notes/9',
        link: '/docs/errors/NOTE_NOT_FOUND',
      },
    });
    const page = await server.ask('GET', '/docs/errors/NOTE_NOT_FOUND');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('There is no such note.')]);
  });

  it('of ours says nothing internal, and stands in the log under the request id', async () => {
    const { status, json, text } = await server.ask('POST', '/api/v1/notes', { title: 'broken' }, { 'x-request-id': 'r-7' });
    expect([status, json.error?.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(text).not.toMatch(/SELECT|hunter2|srv|notes\.ts/);
    const line = server.log.find(({ level }) => level === 'error')!;
    expect(line.fields).toMatchObject({ requestId: 'r-7', cause: expect.stringContaining('SELECT secret') });
  });

  it('carries no paths, addresses of databases or passwords, and says when to come back', async () => {
    const { status, headers, json } = await server.ask('POST', '/api/v1/notes', { title: 'full' });
    expect([status, headers.get('retry-after')]).toEqual([507, '7']);
    expect(json.error?.message).toBe('No more notes fit into [path] at [database]');
  });
});

describe('an unknown route', () => {
  it('is 404 with the nearest one', async () => {
    const { status, json } = await server.ask('GET', '/api/v1/note/5');
    expect([status, json.error?.code]).toEqual([404, 'ROUTE_NOT_FOUND']);
    expect(json.error?.hint).toContain('Did you mean GET /api/v1/notes/:id?');
    expect((await server.ask('GET', '/notes')).json.error?.hint).toContain('GET /api/v1/notes?');
    expect((await server.ask('GET', '/completely/else/where/indeed')).json.error?.hint).not.toContain('Did you mean');
  });

  it('is 405 with Allow where only the method is wrong', async () => {
    const { status, headers, json } = await server.ask('PUT', '/api/v1/notes', {});
    expect([status, json.error?.code, headers.get('allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, OPTIONS, POST']);
  });

  it('answers OPTIONS with the methods of a path', async () => {
    const { status, headers } = await server.ask('OPTIONS', '/api/v1/notes/1');
    expect([status, headers.get('allow')]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS']);
    expect((await server.ask('OPTIONS', '/nowhere')).status).toBe(404);
  });
});

describe('a request that takes long', () => {
  it('is given up with 503, and what it began is told to stop', async () => {
    const slow = await startNotes({ 'server.answer_timeout': 0.1 });
    try {
      const stopped = new Promise<void>((resolve) => (slow.notes.onAbort = resolve));
      const { status, headers, json } = await slow.ask('POST', '/api/v1/notes/wait');
      expect([status, json.error?.code, headers.get('retry-after')]).toEqual([503, 'ANSWER_TIMED_OUT', '5']);
      await stopped;
    } finally {
      await slow.close();
    }
  });

  it('is told to stop when its client goes away', async () => {
    server.notes.release = Promise.withResolvers();
    const begun = new Promise<void>((resolve) => (server.notes.onWait = resolve));
    const stopped = new Promise<void>((resolve) => (server.notes.onAbort = resolve));
    const gone = new AbortController();
    const asked = fetch(`${server.url}/api/v1/notes/wait`, { method: 'POST', signal: gone.signal });
    await begun;
    gone.abort();
    await expect(asked).rejects.toThrow('aborted');
    await stopped;
    await expect.poll(() => server.log.filter(({ message }) => message === 'request')).toMatchObject([{ fields: { isCutShort: true } }]);
    // It is nobody's failure.
    expect(server.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  const key = (name: string) => ({ 'idempotency-key': name });

  it('makes a repeated request happen once', async () => {
    const first = await server.ask('POST', '/api/v1/notes', note, key('k1'));
    const second = await server.ask('POST', '/api/v1/notes', note, key('k1'));
    expect([second.status, second.text, second.headers.get('location')]).toEqual([201, first.text, '/api/v1/notes/1']);
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    expect(server.notes.calls).toBe(1);
  });

  it('is refused for another request, and where it is none', async () => {
    await server.ask('POST', '/api/v1/notes', note, key('k2'));
    const other = await server.ask('POST', '/api/v1/notes', { title: 'Other' }, key('k2'));
    expect([other.status, other.json.error?.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await server.ask('POST', '/api/v1/notes', note, key('a b'))).json.error?.code).toBe('IDEMPOTENCY_KEY_INVALID');
  });

  it('does not keep a failure', async () => {
    expect((await server.ask('POST', '/api/v1/notes/1/archive', {}, key('k3'))).status).toBe(404);
    await server.ask('POST', '/api/v1/notes', note);
    expect((await server.ask('POST', '/api/v1/notes/1/archive', {}, key('k3'))).status).toBe(200);
  });

  it('is 409 while the first request runs', async () => {
    const lasting = Promise.withResolvers<null>();
    const store = { find: () => lasting.promise, keep: async () => {} };
    const other = await startNotes({}, { idempotency: store });
    try {
      const first = other.ask('POST', '/api/v1/notes', note, key('k4'));
      // Whichever of the two arrives first waits for the store; the other one meets it there.
      const second = other.ask('POST', '/api/v1/notes', note, key('k4'));
      const refused = await Promise.race([first, second]);
      expect([refused.status, refused.json.error?.code, refused.headers.get('retry-after')]).toEqual([409, 'IDEMPOTENCY_KEY_BUSY', '1']);
      lasting.resolve(null);
      expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual(expect.arrayContaining([201, 409]));
    } finally {
      await other.close();
    }
  });

  it('becomes the field of an operation that has one', async () => {
    server.notes.release = Promise.withResolvers();
    server.notes.release.resolve();
    expect((await server.ask('POST', '/api/v1/notes/wait', {}, key('k5'))).json.data).toEqual({ key: 'k5' });
  });
});
