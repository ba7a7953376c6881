import { describe, expect, it } from 'vitest';
import { createEventFeed, settingsFrom, type FeedEvent } from '#kernel/index.ts';
import { testClock } from '../../testing/test-clock.ts';
import type { StoredLogLine, StoredProgress } from '../execution-store.ts';
import { createLiveLogs } from './live-log.ts';

interface Appended {
  readonly lines: readonly StoredLogLine[];
  readonly progress: StoredProgress | null;
}

function worldOf(values: Readonly<Record<string, unknown>> = {}) {
  const clock = testClock();
  const feed = createEventFeed('boot');
  const events: FeedEvent[] = [];
  feed.subscribe((event) => events.push(event));
  const appended: Appended[] = [];
  const troubles: unknown[] = [];
  let refusal: Error | null = null;
  const store = {
    append: async (_id: number, _token: number, lines: readonly StoredLogLine[], progress: StoredProgress | null) => {
      await Promise.resolve();
      if (refusal !== null) throw refusal;
      appended.push({ lines, progress });
    },
  };
  const logs = createLiveLogs({ store, feed, settings: settingsFrom(values), clock, onTrouble: (_what, error) => troubles.push(error) });
  const log = logs.open({ id: 7, token: 2, taskId: 3, jobId: 5, mask: (text) => text.replaceAll('hunter22', '***') });
  const say = (message: string) => log.line({ level: 'info', message, at: 0 });
  return { clock, logs, log, say, events, appended, troubles, refuse: (error: Error | null) => (refusal = error) };
}

const numbersOf = (appended: readonly Appended[]) => appended.map(({ lines }) => lines.map(({ number }) => number));

describe('the log of an execution that runs', () => {
  it('is told at once and stored in batches', async () => {
    const { logs, log, say, events, appended, clock } = worldOf();
    say('one');
    say('two hunter22');
    expect(
      events.map(({ kind, data, executionId, jobId, taskId }) => [kind, data['number'], data['message'], executionId, jobId, taskId]),
    ).toEqual([
      ['execution.log', 1, 'one', '7', '5', '3'],
      ['execution.log', 2, 'two ***', '7', '5', '3'],
    ]);
    expect(appended).toEqual([]);
    await logs.flush();
    say('three');
    await logs.flush();
    await logs.flush();
    expect(numbersOf(appended)).toEqual([[1, 2], [3]]);
    expect(appended[0]!.lines[1]).toEqual({ number: 2, level: 'info', message: 'two ***', at: clock.now() });
    expect(await log.close()).toBe(3);
  });

  it('is flushed by itself about once a second', async () => {
    const { say, appended } = worldOf();
    say('one');
    await expect.poll(() => numbersOf(appended), { timeout: 3_000, interval: 50 }).toEqual([[1]]);
  });

  it('says when it ends how many lines are stored, and stores no more', async () => {
    const { logs, log, say, appended } = worldOf();
    say('one');
    const flushing = logs.flush();
    say('two');
    expect(await log.close()).toBe(1);
    await flushing;
    await logs.flush();
    expect(numbersOf(appended)).toEqual([[1]]);
  });

  it('loses no line that comes while others are being stored', async () => {
    const { logs, say, appended } = worldOf();
    say('one');
    const flushing = logs.flush();
    say('two');
    await flushing;
    await logs.flush();
    expect(numbersOf(appended)).toEqual([[1], [2]]);
  });

  it('loses no line when the database refuses some time', async () => {
    const { logs, log, say, appended, troubles, refuse } = worldOf();
    refuse(new Error('full'));
    say('one');
    await logs.flush();
    say('two');
    refuse(null);
    await logs.flush();
    expect(numbersOf(appended)).toEqual([[1, 2]]);
    expect(troubles).toHaveLength(1);
    expect(await log.close()).toBe(2);
  });

  it('stores the latest progress with its share, and tells every report', async () => {
    const { logs, log, events, appended } = worldOf();
    log.progress({ progress: 0.25, message: 'token hunter22' });
    log.progress({ progress: 0.5 });
    await logs.flush();
    expect(events.map(({ kind, data }) => [kind, data])).toEqual([
      ['execution.progress', { share: 0.25, report: { progress: 0.25, message: 'token ***' } }],
      ['execution.progress', { share: 0.5, report: { progress: 0.5 } }],
    ]);
    expect(appended).toEqual([{ lines: [], progress: { share: 0.5, report: '{"progress":0.5}' } }]);
    expect(await log.close()).toBe(0);
  });

  it('tells a hundred things a second, and then how many it left out', async () => {
    const { logs, log, say, events, appended, clock } = worldOf();
    for (let count = 0; count < 150; count++) say('x');
    log.progress(0.5);
    expect(events).toHaveLength(100);
    clock.advance(1_000);
    say('y');
    expect(events.slice(100).map(({ kind, data }) => [kind, data['lines'] ?? data['number'], data['reports']])).toEqual([
      ['execution.leftOut', 50, 1],
      ['execution.log', 151, undefined],
    ]);
    await logs.flush();
    expect(appended[0]!.lines).toHaveLength(151);
  });

  it('says at its end what it left out', async () => {
    const { log, say, events } = worldOf();
    for (let count = 0; count < 101; count++) say('x');
    await log.close();
    expect(events.at(-1)).toMatchObject({ kind: 'execution.leftOut', data: { lines: 1, reports: 0 } });
  });

  it('is cut where it is too long, and has no holes', async () => {
    const { log, say, logs, appended } = worldOf({ 'executions.max_log_lines': 3, 'executions.max_log_bytes': 10 });
    for (const message of ['12345', 'too long for the rest', 'x', 'y']) say(message);
    await logs.flush();
    expect(numbersOf(appended)).toEqual([[1]]);
    expect(await log.close()).toBe(1);
  });
});
