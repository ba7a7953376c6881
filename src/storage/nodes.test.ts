import { expect, it } from 'vitest';
import { testClock } from '#testing/test-clock.ts';
import { describeOnBoth } from '#testing/temporary-database.ts';
import { keepNode } from './nodes.ts';

const named = (id: string) => ({ id, host: 'here', pid: 1, version: '1.0.0' });

await describeOnBoth('processes that work on a database', (open) => {
  it('are there as long as they work, and not afterwards', async () => {
    const database = await open();
    const idsNow = async () => (await database.read.all<{ id: string }>('SELECT id FROM nodes ORDER BY id')).map(({ id }) => id);
    const clock = testClock();
    const a = await keepNode(database, named('a'), clock, () => {});
    const b = await keepNode(database, named('b'), clock, () => {});
    expect(await idsNow()).toEqual(['a', 'b']);
    await a.stop();
    expect(await idsNow()).toEqual(['b']);
    await b.stop();
  });

  it('that were killed are forgotten by the next one, once nobody believes in them any more', async () => {
    const database = await open();
    const clock = testClock();
    const killed = await keepNode(database, named('killed'), clock, () => {});
    clock.advance(61_000);
    const next = await keepNode(database, named('next'), clock, () => {});
    expect(await database.read.all('SELECT id FROM nodes')).toEqual([{ id: 'next' }]);
    await next.stop();
    await killed.stop();
  });
});
