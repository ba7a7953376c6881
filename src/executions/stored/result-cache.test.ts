import { expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import { testClock } from '../../testing/test-clock.ts';
import { createResultCache } from './result-cache.ts';
import { jobForTest } from './stored-for-test.ts';

const task = { id: 1, hash: 'ab', cacheTtlMs: 60_000 };

await describeOnBoth('the cache of results', (open) => {
  async function cacheOf(values: Readonly<Record<string, unknown>> = {}) {
    const database = await open();
    await jobForTest(database);
    const clock = testClock();
    return { clock, database, cache: createResultCache({ database, settings: settingsFrom(values), clock }) };
  }

  it('gives an output again for the same task and the same input, whatever the order of its keys', async () => {
    const { cache } = await cacheOf();
    await cache.keep(task, '{"a":1,"b":{"c":[1,2],"d":null}}', 'uuid-1', '{"sum":3}');
    expect(await cache.find(task, '{ "b": {"d":null,"c":[1,2]}, "a":1 }')).toEqual({ output: '{"sum":3}', executionUuid: 'uuid-1' });
    for (const other of ['{"a":1,"b":{"c":[2,1],"d":null}}', '{"a":1}', '{"a":"1","b":{"c":[1,2],"d":null}}']) {
      expect(await cache.find(task, other)).toBeNull();
    }
    expect(await cache.find({ ...task, hash: 'cd' }, '{"a":1,"b":{"c":[1,2],"d":null}}')).toBeNull();
  });

  it('forgets an output when its time is over, and takes a newer one in its place', async () => {
    const { cache, clock } = await cacheOf();
    await cache.keep(task, '1', 'uuid-1', '"old"');
    clock.advance(59_999);
    expect(await cache.find(task, '1')).toMatchObject({ output: '"old"' });
    await cache.keep(task, '1', 'uuid-2', '"new"');
    clock.advance(59_999);
    expect(await cache.find(task, '1')).toEqual({ output: '"new"', executionUuid: 'uuid-2' });
    clock.advance(1);
    expect(await cache.find(task, '1')).toBeNull();
  });

  it.each(['cache.enabled', 'cache.result_cache.enabled'])('keeps and gives nothing while %s is off', async (key) => {
    const { cache, database } = await cacheOf({ [key]: false });
    await cache.keep(task, '1', 'uuid-1', '"kept"');
    expect(await cache.find(task, '1')).toBeNull();
    expect(await database.read.all('SELECT output FROM cached_results')).toEqual([]);
  });

  it('keeps so many and no more, those that last longest', async () => {
    const { cache, clock, database } = await cacheOf({ 'cache.result_cache.max_entries': 3 });
    for (const input of ['1', '2', '3', '4', '5']) {
      await cache.keep(task, input, `uuid-${input}`, input);
      clock.advance(1);
    }
    const found = await Promise.all(['1', '2', '3', '4', '5'].map(async (input) => (await cache.find(task, input))?.output ?? null));
    expect(found).toEqual([null, null, '3', '4', '5']);
    clock.advance(120_000);
    await cache.keep(task, '6', 'uuid-6', '6');
    expect(await database.read.all('SELECT output FROM cached_results')).toEqual([{ output: '6' }]);
  });

  it('does nothing for tasks that do not ask for it, and when it is switched off', async () => {
    const { cache, database } = await cacheOf();
    await cache.keep({ ...task, cacheTtlMs: null }, '1', 'uuid-1', '1');
    const off = createResultCache({ database, settings: settingsFrom({ 'cache.result_cache.enabled': false }), clock: testClock() });
    await off.keep(task, '1', 'uuid-1', '1');
    expect(await database.read.all('SELECT key FROM cached_results')).toEqual([]);
    await cache.keep(task, '1', 'uuid-1', '1');
    expect([await off.find(task, '1'), await cache.find({ ...task, cacheTtlMs: null }, '1')]).toEqual([null, null]);
  });

  it('passes over inputs that are nested too deep to be looked at', async () => {
    const { cache } = await cacheOf();
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    await cache.keep(task, deep, 'uuid-1', '1');
    expect(await cache.find(task, deep)).toBeNull();
  });
});
