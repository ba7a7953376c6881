import { createEventFeed, localCaller, type Caller } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { createWatch } from './watch.ts';

const about = (jobId: string, kind = 'job.started') => ({ kind, at: 0, taskId: '1', jobId, executionId: null, data: {} });

function watched() {
  const asked: { caller: string; keys: string[] }[] = [];
  const feed = createEventFeed('test');
  const watch = createWatch(
    feed,
    (caller: Caller) => async (_operation, input) => {
      const keys = (input as { filter: { id: { in: string[] } } }).filter.id.in;
      asked.push({ caller: caller.name, keys });
      return { items: keys.map((id) => ({ id, taskId: '1', status: 'RUNNING' })), total: keys.length, isTotalExact: true, next: null };
    },
    (error) => {
      throw error;
    },
  );
  return { asked, feed, watch };
}

describe('Things that are watched', () => {
  it('are read once for a thousand subscribers and a burst of events', async () => {
    const { asked, feed, watch } = watched();
    const subscribers = Array.from({ length: 1_000 }, () => watch.things('Job', {}, null, localCaller));
    for (let n = 0; n < 50; n++) feed.publish(about(String(n % 5)));
    const firsts = await Promise.all(subscribers.map((one) => one.next()));
    expect(new Set(firsts.map(({ value }) => value as object)).size).toBe(1);
    expect(asked).toEqual([{ caller: 'local', keys: ['0', '1', '2', '3', '4'] }]);
    for (const one of subscribers) await one.return!();
  });

  it('are read for each set of rights apart', async () => {
    const { asked, feed, watch } = watched();
    const reader: Caller = { kind: 'key', name: 'reader', tenant: 'default', permissions: ['job:read'] };
    const both = [watch.things('Job', {}, null, localCaller), watch.things('Job', {}, null, reader)];
    feed.publish(about('7'));
    await Promise.all(both.map((one) => one.next()));
    expect(asked.map(({ caller }) => caller).toSorted()).toEqual(['local', 'reader']);
  });

  it('are not read at all when an event is about another one, and when nobody is left', async () => {
    const { asked, feed, watch } = watched();
    const one = watch.things('Job', { id: '3' }, null, localCaller);
    feed.publish(about('4'));
    feed.publish(about('3'));
    expect((await one.next()).value).toMatchObject({ id: '3' });
    expect(asked).toEqual([{ caller: 'local', keys: ['3'] }]);
    await one.return!();
    feed.publish(about('3'));
    const later = watch.things('Job', { id: '9' }, null, localCaller);
    feed.publish(about('9'));
    await later.next();
    expect(asked.map(({ keys }) => keys)).toEqual([['3'], ['9']]);
  });

  it('come first as they are where one is named', async () => {
    const { watch } = watched();
    const one = watch.things('Job', { id: '3' }, { id: '3', status: 'QUEUED' }, localCaller);
    expect((await one.next()).value).toEqual({ id: '3', status: 'QUEUED' });
  });
});
