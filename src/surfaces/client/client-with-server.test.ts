import { afterEach, describe, expect, it } from 'vitest';
import type { StreamEvent } from '#kernel/index.ts';
import { followNotes, noteOperations, startNotes, type NotesServer } from '../rest/notes-harness.ts';
import { knownRouteOf } from '../../../scripts/generate/client-routes.ts';
import { servedOperations } from '../../../scripts/generate/served-operation.ts';
import { methodsOf } from './methods-of.ts';
import type { FollowOptions } from './options.ts';
import { createTransport } from './transport.ts';

type Method<Output> = (input?: Readonly<Record<string, unknown>>, settings?: FollowOptions) => Output;
/** As the generator would say it. */
interface NotesClient {
  readonly notes: Record<'create' | 'show' | 'stats' | 'archive' | 'remove', Method<Promise<unknown>>> & {
    readonly list: Method<Promise<{ readonly items: readonly { readonly title: string }[]; readonly next: string | null }>>;
    readonly each: Method<AsyncGenerator<{ readonly title: string }>>;
    readonly follow: Method<AsyncGenerator<StreamEvent<unknown>>>;
  };
}

const opened: NotesServer[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function start() {
  const server = await startNotes();
  opened.push(server);
  const known = servedOperations([...noteOperations, followNotes]).map((each) => [each.one.name, knownRouteOf(each)] as const);
  const client = methodsOf(createTransport({ url: server.url }), Object.fromEntries(known)) as unknown as NotesClient;
  return { server, client };
}

describe('client and server', () => {
  it('mean the same by every kind of operation', async () => {
    const { client } = await start();
    const note = await client.notes.create({ title: 'One, two', priority: 'high', tags: ['a,b', 'c'], data: { deep: [null] } });
    expect(note).toMatchObject({ id: '1', title: 'One, two', priority: 'HIGH', tags: ['a,b', 'c'] });
    expect(await client.notes.show({ id: '1' })).toEqual(note);
    expect(await client.notes.stats({ since: 5, deep: true, kinds: ['a,b', 'c'] })).toEqual({
      total: 1,
      said: { since: 5, deep: true, kinds: ['a,b', 'c'] },
    });
    expect(await client.notes.archive({ id: '1', reason: 'old' })).toEqual({ reason: 'old' });
    expect(await client.notes.remove({ id: '1' })).toBeUndefined();
    await expect(client.notes.show({ id: 'a/b?c=%2F' })).rejects.toMatchObject({
      code: 'NOTE_NOT_FOUND',
      message: 'There is no note "a/b?c=%2F".',
      hint: 'List them.',
      http: 404,
      exit: 'usage',
    });
    await expect(client.notes.create({ title: '' })).rejects.toMatchObject({ code: 'REQUEST_INVALID', http: 400, exit: 'usage' });
  });

  it('mean the same by a list: page, order, and every comparison', async () => {
    const { server, client } = await start();
    const at = Date.parse('2026-01-31T12:00:00Z');
    const filter = {
      id: { notIn: ['1', '2'] },
      title: { in: ['a,b', 'c'], contains: 'x&y=z', startsWith: '50%' },
      priority: { in: ['LOW', 'HIGH'] },
      durationMs: { gte: 5, lt: 10 },
      maxRetries: { eq: 3 },
      createdAt: { gte: at, lt: at + 1 },
      hasTags: { eq: false },
    };
    const sort = { field: 'title' as const, order: 'desc' as const };
    await client.notes.list({ filter, sort, limit: 7, offset: 14 });
    expect(server.notes.asked).toEqual([{ filter, sort, limit: 7, offset: 14, after: null }]);
    for (let number = 0; number < 5; number++) await client.notes.create({ title: `note ${number}` });
    const titles: string[] = [];
    for await (const { title } of client.notes.each({ limit: 2 })) titles.push(title);
    expect(titles).toEqual([0, 1, 2, 3, 4].map((number) => `note ${number}`));
  });

  it('agree on where a stream begins, goes on, ends and fails', async () => {
    const { server, client } = await start();
    const asked: (string | null)[] = [];
    server.notes.follow = async function* (after) {
      asked.push(after);
      const first = after === null ? 1 : Number(after) + 1;
      for (let n = first; n < first + 2; n++) yield { id: String(n), kind: 'note', data: { n, text: `grüße ${n}` } };
    };
    const seen: unknown[] = [];
    for await (const event of client.notes.follow({}, { after: '4' })) seen.push(event);
    expect([seen, asked]).toEqual([[5, 6].map((n) => ({ id: String(n), kind: 'note', data: { n, text: `grüße ${n}` } })), ['4']]);
    const refused = client.notes.follow({ tag: 'missing' });
    await expect(refused.next()).rejects.toMatchObject({ code: 'NOTE_NOT_FOUND' });
    server.notes.follow = async function* () {
      yield { id: '1', kind: 'note', data: { n: 1, text: 'x' } };
      throw new Error('secret');
    };
    const broken = client.notes.follow({});
    expect((await broken.next()).value).toMatchObject({ id: '1' });
    await expect(broken.next()).rejects.toMatchObject({ code: 'INTERNAL_ERROR', exit: 'internal' });
  });
});
