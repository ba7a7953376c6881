import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createEventFeed, localCaller, settingsFrom, systemClock, type StreamEvent } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { describeOnBoth } from '../../testing/temporary-database.ts';
import type { ExecutionStore, StoredLogLine } from '../execution-store.ts';
import { createExecutionStore } from './execution-store.ts';
import { followExecutionLog } from './follow-log.ts';
import { createLiveLogs } from './live-log.ts';
import { finishedForTest, jobForTest, newExecutionForTest } from './stored-for-test.ts';

interface World {
  readonly database: Database;
  readonly store: ExecutionStore;
  readonly feed: ReturnType<typeof createEventFeed>;
  readonly id: number;
}

async function worldOf(database: Database): Promise<World> {
  const store = createExecutionStore(database);
  const job = await jobForTest(database);
  const [id] = await database.write((queries) => store.writes.begin(queries, [newExecutionForTest(job)]));
  return { database, store, feed: createEventFeed('boot'), id: id! };
}

/** Follows to the end. @param numbers gets the numbers of lines as they come */
async function follow(
  { store, feed, id }: World,
  after: string | null = null,
  input: object = {},
  { signal = new AbortController().signal, numbers = [] }: { signal?: AbortSignal; numbers?: number[] } = {},
) {
  const events: StreamEvent<unknown>[] = [];
  const context = { caller: localCaller, now: 0, signal, notify: () => {} };
  const parsed = followExecutionLog.input.parse({ id: String(id), ...input });
  for await (const event of followExecutionLog.open({ executionStore: store, eventFeed: feed }, parsed, after, context)) {
    events.push(event);
    const data = followExecutionLog.data.parse(event.data);
    if ('number' in data) numbers.push(data.number);
  }
  return { events, numbers, last: events.at(-1) };
}

const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, index) => from + index);
const line = (number: number, level = 'info', message = `line ${number}`): StoredLogLine => ({ number, level, message, at: 2_000 });

async function end({ database, store, feed, id }: World, logs: readonly StoredLogLine[], isTold = true): Promise<void> {
  await database.write((queries) => store.writes.finish(queries, [finishedForTest(id, { logs })]));
  const event = { kind: 'execution.completed', at: 0, taskId: null, jobId: null, executionId: String(id), data: {} };
  if (isTold) feed.publish(event);
}

await describeOnBoth('following the log of an execution', (open) => {
  it('gives every line once and in order, whenever one begins, while lines are told, stored and left out at the same time', async () => {
    const world = await worldOf(await open());
    const logs = createLiveLogs({
      store: world.store,
      feed: world.feed,
      settings: settingsFrom({}),
      clock: systemClock,
      onTrouble: (_what, error) => expect.fail(String(error)),
    });
    const live = logs.open({ id: world.id, token: 1, taskId: 1, jobId: 1, mask: (text) => text });
    const count = 400;
    const followers: ReturnType<typeof follow>[] = [follow(world)];
    for (let number = 1; number <= count; number++) {
      live.line({ level: 'info', message: `line ${number}`, at: 0 });
      if (number % 37 === 0) followers.push(follow(world, number % 2 === 0 ? String(number - 20) : null));
      if (number % 53 === 0) void logs.flush();
      if (number % 5 === 0) await nextTurn();
    }
    const stored = await live.close();
    expect(stored).toBeLessThan(count);
    await end(
      world,
      upTo(count, stored + 1).map((number) => line(number)),
    );
    const followed = await Promise.all(followers);
    expect(followed.length).toBeGreaterThan(10);
    for (const { numbers, last } of followed) {
      expect(numbers).toEqual(upTo(count, numbers[0]));
      expect(last).toEqual({ id: null, kind: 'ended', data: { status: 'COMPLETED', logsDropped: 0 } });
    }
    expect(followed[0]!.numbers[0]).toBe(1);
    expect(followed[2]!.numbers[0]).toBe(2 * 37 - 20 + 1);
  });

  it('sees what another process writes, of which no event tells', async () => {
    const world = await worldOf(await open());
    const following = follow(world);
    await world.store.append(world.id, 1, [line(1), line(2)], null);
    await end(world, [line(3)], false);
    expect((await following).numbers).toEqual([1, 2, 3]);
  });

  it('does not wait for a quiet second to look for a line that was left out', async () => {
    const world = await worldOf(await open());
    await world.store.append(world.id, 1, [line(1)], null);
    const numbers: number[] = [];
    const following = follow(world, null, {}, { numbers });
    await expect.poll(() => numbers).toEqual([1]);
    // Nothing tells of line 2, and the others come without a pause.
    await world.store.append(world.id, 1, [line(2)], null);
    let number = 2;
    const chatter = setInterval(() => {
      const data = { ...line(++number) };
      world.feed.publish({ kind: 'execution.log', at: 0, taskId: null, jobId: null, executionId: String(world.id), data });
    }, 5);
    await expect.poll(() => numbers.length, { timeout: 4_000 }).toBeGreaterThan(50);
    clearInterval(chatter);
    await end(
      world,
      upTo(number, 3).map((one) => line(one)),
    );
    expect((await following).numbers).toEqual(upTo(number));
  });

  it('of one that has ended ends at once, behind the line one has seen', async () => {
    const world = await worldOf(await open());
    await end(
      world,
      upTo(5).map((number) => line(number)),
    );
    const { events, numbers } = await follow(world, '3');
    expect(numbers).toEqual([4, 5]);
    expect(events[0]).toEqual({
      id: '4',
      kind: 'log',
      data: { number: 4, level: 'info', message: 'line 4', at: '1970-01-01T00:00:02.000Z' },
    });
  });

  it('passes over lines of lower levels and without the words', async () => {
    const world = await worldOf(await open());
    await end(world, [line(1), line(2, 'warn'), line(3, 'error', 'TIMEOUT'), line(4, 'warn', 'timeout')]);
    expect((await follow(world, null, { level: 'warn' })).numbers).toEqual([2, 3, 4]);
    expect((await follow(world, null, { level: 'warn', search: 'timeout' })).numbers).toEqual([3, 4]);
  });

  it('ends when nobody follows any more', async () => {
    const world = await worldOf(await open());
    const leaving = new AbortController();
    const following = follow(world, null, {}, { signal: leaving.signal });
    await nextTurn();
    leaving.abort();
    expect((await following).events).toEqual([]);
  });

  it('is refused for an execution that is not there', async () => {
    const world = await worldOf(await open());
    await expect(follow({ ...world, id: 999 })).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });
});
