import { describe, expect, expectTypeOf, it } from 'vitest';
import { createRatchetClient } from './index.ts';

const executions = { items: [], total: 0, isTotalExact: true, next: null };

describe('the client of a Ratchet server', () => {
  it('has what a server offers, typed by the operations', async () => {
    const asked: string[] = [];
    const client = createRatchetClient({
      url: 'http://127.0.0.1:8080',
      fetch: async (url, init) => {
        asked.push(new Request(url, init).url);
        const meta = { pagination: { total: 0, isTotalExact: true, next: null } };
        return Response.json({ data: [], meta });
      },
    });
    expect(Object.keys(client).toSorted()).toEqual(['events', 'executions', 'jobs', 'repositories', 'schedules', 'tasks', 'workers']);
    expect(await client.executions.list({ filter: { status: { eq: 'failed' } }, limit: 5 })).toEqual(executions);
    expect(asked).toEqual(['http://127.0.0.1:8080/api/v1/executions?_start=0&_end=5&status=failed']);

    expectTypeOf(client.executions.show).parameter(0).toEqualTypeOf<{ id: string }>();
    expectTypeOf<Awaited<ReturnType<typeof client.tasks.show>>['availableVersions']>().toEqualTypeOf<string[]>();
    expectTypeOf<Awaited<ReturnType<typeof client.workers.stats>>['totalWorkers']>().toBeNumber();
    const lines = client.executions.followLogs({ id: '1' });
    expectTypeOf<Awaited<ReturnType<typeof lines.next>>['value']>().not.toBeAny();
    // @ts-expect-error there is no such verb
    expect(client.executions.explode).toBeUndefined();
  });
});
