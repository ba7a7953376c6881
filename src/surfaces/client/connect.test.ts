import { describe, expect, expectTypeOf, it } from 'vitest';
import { connect, isError, RatchetError, type ErrorCodeOf, type Job } from './index.ts';

/** Answers every list with nothing and keeps what was asked. */
function listening() {
  const asked: string[] = [];
  const client = connect({
    url: 'http://127.0.0.1:8080',
    fetch: async (url, init) => {
      asked.push(decodeURIComponent(new URL(new Request(url, init).url).search));
      return Response.json({ data: [], meta: { pagination: { total: 0, isTotalExact: true, next: null } } });
    },
  });
  return { asked, client };
}

describe('the client of a Ratchet server', () => {
  it('has what a server offers, typed by the operations', async () => {
    const { client } = listening();
    expect(Object.keys(client)).toEqual(expect.arrayContaining(['events', 'executions', 'jobs', 'schedules', 'tasks', 'workers']));
    expect(await client.executions.list()).toEqual({ items: [], total: 0, isTotalExact: true, next: null });
    expectTypeOf(client.executions.show).parameter(0).toEqualTypeOf<{ id: string }>();
    expectTypeOf<Awaited<ReturnType<typeof client.tasks.show>>['availableVersions']>().toEqualTypeOf<string[]>();
    expectTypeOf<Awaited<ReturnType<typeof client.workers.stats>>['totalWorkers']>().toBeNumber();
    expectTypeOf(client.jobs.each()).toEqualTypeOf<AsyncGenerator<Job, void, undefined>>();
    const lines = client.executions.followLogs({ id: '1' });
    expectTypeOf<Awaited<ReturnType<typeof lines.next>>['value']>().not.toBeAny();
    // @ts-expect-error there is no such verb
    expect(client.executions.explode).toBeUndefined();
  });

  it('takes filters by what their fields hold: a value, several, or comparisons', async () => {
    const { asked, client } = listening();
    const since = new Date('2026-01-31T12:00:00Z');
    await client.jobs.list({
      filter: { status: 'FAILED', taskId: ['1', '2'], priority: { gte: 'HIGH' }, queuedAt: { gte: since } },
      limit: 5,
    });
    await client.jobs.list({
      filter: { queuedAt: since, hasError: true, taskName: { contains: 'ad', notIn: ['b'] } },
      sort: { field: 'queuedAt' },
    });
    expect(asked).toEqual([
      '?_start=0&_end=5&status=FAILED&taskId_in=1,2&priority_gte=HIGH&queuedAt_gte=2026-01-31T12:00:00.000Z',
      '?_sort=queuedAt&_order=ASC&queuedAt=2026-01-31T12:00:00.000Z&hasError=true&taskName_contains=ad&taskName_not_in=b',
    ]);
    const wrong = () =>
      Promise.all([
        // @ts-expect-error there is no such field
        client.jobs.list({ filter: { colour: 'red' } }),
        // @ts-expect-error there is no such status
        client.jobs.list({ filter: { status: 'PENDING' } }),
        // @ts-expect-error a flag has no order
        client.jobs.list({ filter: { hasError: { gt: true } } }),
        // @ts-expect-error lists of jobs cannot be sorted by it
        client.jobs.list({ sort: { field: 'status' } }),
      ]);
    expectTypeOf(wrong).toBeFunction();
  });

  it('goes through a list page by page, and asks for no page that nobody wants', async () => {
    const asked: string[] = [];
    const pages: Readonly<Record<string, { data: unknown[]; next: string | null }>> = {
      '': { data: [{ id: '1' }, { id: '2' }], next: 'two' },
      two: { data: [{ id: '3' }], next: 'three' },
      three: { data: [], next: null },
    };
    const client = connect({
      url: 'http://127.0.0.1:8080',
      fetch: async (url) => {
        const { searchParams } = new URL(new Request(url).url);
        asked.push(searchParams.toString());
        const { data, next } = pages[searchParams.get('after') ?? '']!;
        return Response.json({ data, meta: { pagination: { total: 3, next } } });
      },
    });
    const ids: string[] = [];
    for await (const job of client.jobs.each({ filter: { status: 'FAILED' }, offset: 1 })) ids.push(job.id);
    expect(ids).toEqual(['1', '2', '3']);
    expect(asked).toEqual(['_start=1&_end=101&status=FAILED', 'after=two&limit=100&status=FAILED', 'after=three&limit=100&status=FAILED']);
    asked.length = 0;
    for await (const job of client.jobs.each({ limit: 2 })) if (job.id === '1') break;
    expect(asked).toEqual(['_start=0&_end=2']);
  });

  it('does not go in a circle with a list that leads to itself', async () => {
    const client = connect({
      url: 'http://127.0.0.1:8080',
      fetch: async () => Response.json({ data: [], meta: { pagination: { total: 1, next: 'again' } } }),
    });
    const going = client.workers.each();
    await expect(going.next()).rejects.toMatchObject({ code: 'NOT_A_RATCHET_SERVER' });
  });
});

describe('an error of the client', () => {
  const notFound = { code: 'JOB_NOT_FOUND', message: 'There is no job 9.', hint: 'Look.', details: { job: '9' } };
  const failing = (error: unknown, status: number) =>
    connect({ url: 'http://127.0.0.1:8080', fetch: async () => Response.json({ error }, { status }) });
  const caughtOf = (work: Promise<unknown>) => work.then(() => null).catch((caught: unknown) => caught);

  it('is told by its code, and carries the data of that code', async () => {
    const caught = await caughtOf(failing(notFound, 404).jobs.show({ id: '9' }));
    expect(isError(caught, 'JOB_ALREADY_FINISHED')).toBe(false);
    expect(isError(caught, 'JOB_ALREADY_FINISHED', 'JOB_NOT_FOUND')).toBe(true);
    if (!isError(caught, 'JOB_NOT_FOUND')) throw new Error('it was another');
    expectTypeOf(caught.code).toEqualTypeOf<'JOB_NOT_FOUND'>();
    expectTypeOf(caught.data).toEqualTypeOf<{ job: string }>();
    expect([caught.data.job, caught.http, caught.message]).toEqual(['9', 404, 'There is no job 9.']);
    const either = caught as unknown;
    if (isError(either, 'JOB_NOT_FOUND', 'SERVER_SILENT') && either.code === 'SERVER_SILENT')
      expectTypeOf(either.data.seconds).toBeNumber();
    // @ts-expect-error there is no such code
    expect(isError(caught, 'JOB_NOT_FOUNT')).toBe(false);
  });

  it('of a code that nobody knows here is one all the same', async () => {
    const caught = await caughtOf(failing({ code: 'OF_THE_FUTURE', message: 'What?' }, 418).jobs.stats());
    expect(isError(caught)).toBe(true);
    expect(caught).toMatchObject({ code: 'OF_THE_FUTURE', http: 418 });
  });

  it('is one of the codes its operation says', () => {
    expectTypeOf<'JOB_ALREADY_FINISHED'>().toExtend<ErrorCodeOf<'jobs.cancel'>>();
    expectTypeOf<'SERVER_UNREACHABLE'>().toExtend<ErrorCodeOf<'jobs.cancel'>>();
    expectTypeOf<'JOB_ALREADY_FINISHED'>().not.toExtend<ErrorCodeOf<'jobs.list'>>();
  });

  it('is told apart from everything else, and of another copy of the package', () => {
    const ofAnotherCopy = Object.assign(new Error('x'), { name: 'RatchetError', code: 'JOB_NOT_FOUND', data: { id: '1' } });
    expect(ofAnotherCopy).not.toBeInstanceOf(RatchetError);
    expect(isError(ofAnotherCopy, 'JOB_NOT_FOUND')).toBe(true);
    const others = [
      null,
      undefined,
      'JOB_NOT_FOUND',
      new Error('x'),
      Object.assign(new Error('x'), { code: 'ENOENT' }),
      { code: 'JOB_NOT_FOUND' },
    ];
    expect(others.filter((other) => isError(other) || isError(other, 'JOB_NOT_FOUND'))).toEqual([]);
  });
});
