import { expect, it } from 'vitest';
import { createEventFeed, settingsFrom, type FeedEvent } from '#kernel/index.ts';
import { testClock } from '#testing/test-clock.ts';
import { createWorkers } from './workers.ts';

const stats = (mostWorkers: number) => ({
  workers: [],
  running: 0,
  waiting: 0,
  suspects: 0,
  restarts: 0,
  mostWorkers,
  confinement: 'none',
});

it('scaling is told, refused with its bounds, and nothing where there may be so many already', () => {
  let most = 300;
  const asked: number[] = [];
  const feed = createEventFeed('t');
  const events: FeedEvent[] = [];
  feed.subscribe((event) => events.push(event));
  // More than eight for each processor of any machine that runs this: the configuration counts instead.
  const settings = settingsFrom({ 'engine.workers': 256 });
  const engine = { stats: () => stats(most), scale: (count: number) => void (asked.push(count), (most = count)) };
  const workers = createWorkers({ engine, clock: testClock(), settings, feed });
  expect(workers.scale(300 - 100)).toMatchObject({ before: { most: 300 }, after: { most: 200 } });
  expect(workers.scale(200)).toMatchObject({ before: { most: 200 }, after: { most: 200 } });
  expect(asked).toEqual([200]);
  expect(events.map(({ kind, data }) => [kind, data])).toEqual([['workers.scaled', { before: 300, after: 200 }]]);
  const refused = (count: number) => {
    try {
      workers.scale(count);
      return null;
    } catch (caught) {
      return caught;
    }
  };
  for (const count of [0, -3, 100_000]) expect(refused(count)).toMatchObject({ code: 'WORKER_COUNT_REFUSED', data: { count, least: 1 } });
  expect(workers.most()).toEqual({ now: 200, configured: 256, setting: 'engine.workers' });
});
