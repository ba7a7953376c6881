import { createEventFeed, localCaller, type CallContext, type NewFeedEvent } from '#kernel/index.ts';
import { describe, expect, it } from 'vitest';
import { mostWaiting } from './event-queue.ts';
import { followEvents } from './operations.ts';

const job = (kind: string, jobId: string, taskId = '1'): NewFeedEvent => ({ kind, at: 0, taskId, jobId, executionId: null, data: {} });

function follow(feed: ReturnType<typeof createEventFeed>, input: unknown, after: string | null = null) {
  const leaving = new AbortController();
  const context: CallContext = { caller: localCaller, now: 0, signal: leaving.signal, notify: () => {} };
  const events = followEvents.open({ feed }, followEvents.input.parse(input), after, context)[Symbol.asyncIterator]();
  return { next: async () => (await events.next()).value as { id: string | null; kind: string } | undefined, leave: () => leaving.abort() };
}

describe('whoever follows events', () => {
  it('gets those that happen from now on, in order, and ends by leaving', async () => {
    const feed = createEventFeed('boot');
    feed.publish(job('job.queued', 'before'));
    const reader = follow(feed, {});
    const first = reader.next();
    feed.publish(job('job.queued', 'a'));
    feed.publish(job('job.started', 'a'));
    expect((await first)?.kind).toBe('job.queued');
    expect((await reader.next())?.kind).toBe('job.started');
    const last = reader.next();
    reader.leave();
    expect(await last).toBeUndefined();
  });

  it('gets what happened since the last event it has seen, each once', async () => {
    const feed = createEventFeed('boot');
    for (const name of ['a', 'b', 'c']) feed.publish(job('job.queued', name));
    const reader = follow(feed, {}, 'boot-0');
    expect((await reader.next())?.id).toBe('boot-1');
    feed.publish(job('job.queued', 'd'));
    expect([(await reader.next())?.id, (await reader.next())?.id]).toEqual(['boot-2', 'boot-3']);
    reader.leave();
  });

  it('is told that events are missing when the last one it has seen is forgotten, or was of an earlier process', async () => {
    const feed = createEventFeed('boot', 2);
    for (const name of ['a', 'b', 'c', 'd']) feed.publish(job('job.queued', name));
    for (const after of ['boot-0', 'other-3', 'nonsense']) {
      const reader = follow(feed, {}, after);
      expect((await reader.next())?.kind).toBe('missed');
      reader.leave();
    }
  });

  it('is told how many it missed when it reads too slowly, and then gets the latest', async () => {
    const feed = createEventFeed('boot');
    const reader = follow(feed, {});
    const first = reader.next();
    for (let n = 0; n < mostWaiting + 5; n++) feed.publish(job('job.queued', String(n)));
    expect(await first).toMatchObject({ kind: 'missed', data: { details: { count: 5 } } });
    expect((await reader.next())?.id).toBe('boot-5');
    reader.leave();
  });

  it('gets only the kinds, task and job it asked for', async () => {
    const feed = createEventFeed('boot');
    const reader = follow(feed, { kind: 'job.failed,execution', task: '2', job: 'x' });
    const first = reader.next();
    feed.publish(job('job.failed', 'x', '1'));
    feed.publish(job('job.failed', 'y', '2'));
    feed.publish(job('job.completed', 'x', '2'));
    feed.publish(job('execution.log', 'x', '2'));
    feed.publish(job('job.failed', 'x', '2'));
    expect((await first)?.kind).toBe('execution.log');
    expect((await reader.next())?.kind).toBe('job.failed');
    reader.leave();
  });
});
