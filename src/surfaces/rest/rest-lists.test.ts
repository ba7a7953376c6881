import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startNotes, type NotesServer } from './notes-harness.ts';

let server: NotesServer;
beforeAll(async () => {
  server = await startNotes();
  for (let at = 1; at <= 60; at++) {
    server.notes.all.set(String(at), {
      id: String(at),
      title: `Note ${at}`,
      priority: 'LOW',
      tags: [],
      createdAt: '2026-01-01T00:00:00.000Z',
    });
  }
});
afterAll(() => server.close());
beforeEach(() => {
  server.notes.asked.length = 0;
});

/** What the operation was asked for a query. */
const asked = async (query: string) => {
  const { status, text } = await server.ask('GET', `/api/v1/notes?${query}`);
  expect([status, text]).toEqual([200, expect.any(String)]);
  return server.notes.asked.at(-1)!;
};
const refusal = async (query: string) => {
  const { status, json } = await server.ask('GET', `/api/v1/notes?${query}`);
  expect([status, server.notes.asked]).toEqual([400, []]);
  return json.error!;
};

describe('a page of a list', () => {
  it('has data, pagination and a time, and the headers older clients read', async () => {
    const { json, headers } = await server.ask('GET', '/api/v1/notes?page=2&limit=25');
    expect(json).toEqual({
      data: expect.any(Array),
      meta: {
        pagination: {
          page: 2,
          limit: 25,
          total: 60,
          totalPages: 3,
          hasNext: true,
          hasPrevious: true,
          offset: 25,
          next: '50',
          isTotalExact: true,
        },
        timestamp: expect.stringMatching(/Z$/),
      },
    });
    expect(headers.get('x-total-count')).toBe('60');
    expect(headers.get('content-range')).toBe('notes 25-49/60');
    expect(headers.get('link')).toBe(
      '</api/v1/notes?limit=25&page=1>; rel="first", </api/v1/notes?limit=25&page=1>; rel="prev", ' +
        '</api/v1/notes?limit=25&page=3>; rel="next", </api/v1/notes?limit=25&page=3>; rel="last"',
    );
  });

  it('is 25 items from the start unless asked otherwise', async () => {
    expect(await asked('')).toMatchObject({ limit: 25, offset: 0, after: null, sort: { field: 'createdAt', order: 'desc' } });
  });

  it('is read by range, which wins over page and limit', async () => {
    expect(await asked('_start=10&_end=20&page=4&limit=7')).toMatchObject({ limit: 10, offset: 10 });
    const { headers } = await server.ask('GET', '/api/v1/notes?_start=10&_end=20&title_like=x');
    expect(headers.get('link')).toContain('</api/v1/notes?title_like=x&_start=20&_end=30>; rel="next"');
    expect(await asked('_start=5')).toMatchObject({ limit: 25, offset: 5 });
    expect(await asked('offset=7&limit=3')).toMatchObject({ limit: 3, offset: 7 });
  });

  it('is read by cursor, whose links go on by cursor', async () => {
    const { json, headers } = await server.ask('GET', '/api/v1/notes?after=10&limit=10');
    expect(server.notes.asked.at(-1)).toMatchObject({ after: '10', limit: 10 });
    expect(json).toMatchObject({ meta: { pagination: { page: null, offset: null, hasNext: true, next: '20' } } });
    expect(headers.get('link')).toContain('</api/v1/notes?limit=10&after=20>; rel="next"');
    expect(headers.get('content-range')).toBe('notes */60');
  });

  it('that is empty says so', async () => {
    const { json, headers } = await server.ask('GET', '/api/v1/notes?page=9');
    expect([json.data, headers.get('content-range'), headers.get('x-total-count')]).toEqual([[], 'notes */60', '60']);
  });

  it('is refused with the words clients know', async () => {
    expect((await refusal('_start=5&_end=5')).message).toBe('Invalid pagination: _start must be less than _end');
    expect((await refusal('_start=0&_end=101')).message).toBe('Invalid pagination: maximum limit is 100');
    expect((await refusal('limit=101')).message).toBe('Invalid pagination: maximum limit is 100');
    for (const query of [
      '_start=a',
      '_end=-1',
      'page=0',
      'limit=0',
      'page=1.5',
      'page=1e3',
      'limit=1&limit=2',
      'page=9007199254740991',
      'after=',
    ]) {
      expect([query, await refusal(query)]).toMatchObject([
        query,
        { code: 'PAGINATION_INVALID', message: expect.stringMatching(/^Invalid pagination: /) },
      ]);
    }
  });
});

describe('the order of a list', () => {
  it('is said with _sort and _order, or sort and a minus, in either spelling', async () => {
    expect((await asked('_sort=created_at&_order=ASC')).sort).toEqual({ field: 'createdAt', order: 'asc' });
    expect((await asked('_sort=createdAt')).sort).toEqual({ field: 'createdAt', order: 'asc' });
    expect((await asked('sort=-title')).sort).toEqual({ field: 'title', order: 'desc' });
    expect((await asked('sort=title&order=desc')).sort).toEqual({ field: 'title', order: 'desc' });
  });
  it('by something else is refused with what there is', async () => {
    expect(await refusal('_sort=priority')).toMatchObject({ code: 'SORT_UNKNOWN', hint: expect.stringContaining('title, createdAt') });
    expect((await refusal('_sort=title&_order=up')).code).toBe('PAGINATION_INVALID');
  });
});

describe('filters', () => {
  const june = Date.UTC(2026, 5, 1);
  it.each([
    ['title=One', { title: { eq: 'One' } }],
    ['title_exact=One', { title: { eq: 'One' } }],
    ['title_like=a,b', { title: { contains: 'a,b' } }],
    ['title_contains=a', { title: { contains: 'a' } }],
    ['title_starts_with=a&title_ends_with=z', { title: { startsWith: 'a', endsWith: 'z' } }],
    ['titleStartsWith=a', { title: { startsWith: 'a' } }],
    ['title=a&title=b', { title: { in: ['a', 'b'] } }],
    ['title_ne=a', { title: { ne: 'a' } }],
    ['priority=low', { priority: { eq: 'LOW' } }],
    ['priority=low,High', { priority: { in: ['LOW', 'HIGH'] } }],
    ['priority_in=low&priority_in=high', { priority: { in: ['LOW', 'HIGH'] } }],
    ['priority_not_in=LOW', { priority: { notIn: ['LOW'] } }],
    ['priority_gte=low&priority_lt=HIGH', { priority: { in: ['LOW'] } }],
    ['id_in=1,2', { id: { in: ['1', '2'] } }],
    ['uuid_in=1,2', { id: { in: ['1', '2'] } }],
    ['label_like=x', {}],
    ['created_after=2026-06-01T00:00:00Z', { createdAt: { gt: june } }],
    ['created_after=2026-06-01T02:00:00+02:00', { createdAt: { gt: june } }],
    ['createdBefore=2026-06-01T00:00:00Z', { createdAt: { lt: june } }],
    ['created_at_gte=2026-06-01&createdAt_lte=1780272000000', { createdAt: { gte: june, lte: june } }],
    ['duration_ms_gte=5&duration_lte=30s', { durationMs: { gte: 5, lte: 30_000 } }],
    ['min_duration_ms=5&max_duration=9', { durationMs: { gte: 5, lte: 9 } }],
    ['max_retries=3', { maxRetries: { eq: 3 } }],
    ['max_max_retries=3&maxRetriesGte=1', { maxRetries: { lte: 3, gte: 1 } }],
    ['has_tags=true', { hasTags: { eq: true } }],
    ['hasTags=0', { hasTags: { eq: false } }],
  ] as const)('understand %s', async (query, filter) => {
    if (query.startsWith('label')) expect((await refusal(query)).code).toBe('FILTER_UNKNOWN');
    else expect((await asked(query)).filter).toEqual(filter);
  });

  it('that are unknown are refused with the nearest known', async () => {
    expect(await refusal('titel_like=x')).toMatchObject({
      code: 'FILTER_UNKNOWN',
      hint: expect.stringContaining('Did you mean title_like?'),
    });
    expect((await refusal('created_afetr=x')).hint).toContain('Did you mean created_after?');
    for (const query of ['__proto__=1', 'constructor=1', 'priority_contains=LOW', 'title_=x', 'x=1'])
      expect([query, (await refusal(query)).code]).toEqual([query, 'FILTER_UNKNOWN']);
  });

  it('with wrong values are refused under the name they were given', async () => {
    expect((await refusal('created_after=yesterday&priority=medium')).details).toMatchObject({
      problems: [{ path: 'priority' }, { path: 'created_after', message: expect.stringContaining('no point in time') }],
    });
    expect((await refusal('duration_gte=long')).details).toMatchObject({
      problems: [{ path: 'duration_gte', message: 'is no number: "long"' }],
    });
    expect((await refusal('has_tags=perhaps')).message).toContain('is no flag (true or false)');
    expect((await refusal('priority_gt=HIGH')).message).toContain('leaves nothing: HIGH is the last');
    expect((await refusal('priority_gte=medium')).message).toContain('is none of LOW, HIGH');
    expect((await refusal('priority=')).message).toContain('priority: is empty');
    expect((await refusal('created_after=1&created_after=2')).message).toContain('is given 2 times');
    expect((await refusal(`id_in=${Array.from({ length: 101 }, (_, at) => at).join(',')}`)).message).toContain('id_in');
  });
});
