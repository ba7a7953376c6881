import { describe, expect, it } from 'vitest';
import { eventsOf } from './events-of.ts';
import { effectWith, traceWith } from './trace-harness.ts';

const at = (ms: number, level = 'info') => ({ level, message: `at ${ms}`, at: 1_700_000_000_000 + ms });
const wakesOf = (...parts: Parameters<typeof traceWith>) =>
  eventsOf(traceWith(...parts))
    .events.filter((event) => event.kind === 'wake')
    .map(({ cause, atMs, endMs }) => [cause, atMs, endMs]);

describe('events of a trace', () => {
  it('stand in the order of their time, whatever their kind', () => {
    const { events } = eventsOf(
      traceWith({
        effects: [effectWith(1, 10, 30), effectWith(2, 5, 5)],
        logs: [at(7), at(60, 'error')],
        progress: [{ atMs: 50, update: { progress: 0.5, message: 'half' } }],
      }),
    );
    expect(events.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ['request', 5],
      ['log', 7],
      ['request', 10],
      ['progress', 50],
      ['log', 60],
    ]);
  });

  it('let a request that was never answered last until the end', () => {
    const [event] = eventsOf(traceWith({ effects: [effectWith(1, 20, 0, { status: null })] })).events;
    expect(event).toMatchObject({ kind: 'request', atMs: 20, endMs: 100, status: null });
  });

  it('know when a request woke the task, and between which moments a timer did', () => {
    const effects = [effectWith(1, 0, 20), effectWith(2, 0, 50)];
    expect(wakesOf({ effects, turns: ['r1', 't3', 'r2'] })).toEqual([
      ['request', 20, 20],
      ['timer', 20, 50],
      ['request', 50, 50],
    ]);
  });

  it('do not claim to know which request woke the task when some never did', () => {
    const effects = [effectWith(1, 0, 20), effectWith(2, 0, 50)];
    expect(wakesOf({ effects, turns: ['r2'] })).toEqual([['request', 0, 100]]);
  });

  it('place log lines by their arrival when the clock of the task showed another time, and say so', () => {
    const logs = [{ level: 'info', message: 'long ago', at: 0, arrivedMs: 42 }];
    const { events, notes } = eventsOf(traceWith({ logs }));
    expect(events).toMatchObject([{ kind: 'log', atMs: 42 }]);
    expect(notes).toEqual([expect.stringContaining('clock')]);
  });

  it('spread log lines in their order when not even their arrival is known', () => {
    const logs = [1, 2, 3].map((second) => ({ level: 'info', message: String(second), at: second * 1000 }));
    expect(eventsOf(traceWith({ logs })).events.map(({ atMs }) => atMs)).toEqual([25, 50, 75]);
  });

  it('indent JSON in bodies, show bytes as digits, and cut what is too long', () => {
    const response = (body: { text: string } | { base64: string }) => ({ response: { headers: [], body } });
    const effects = [
      effectWith(1, 0, 1, response({ text: '{"a":[1]}' })),
      effectWith(2, 1, 1, response({ base64: Buffer.from([0, 0x41, 255]).toString('base64') })),
      effectWith(3, 2, 1, response({ text: 'x'.repeat(200_100) })),
    ];
    const bodies = eventsOf(traceWith({ effects })).events.map((event) => event.kind === 'request' && event.response?.body);
    expect(bodies).toMatchObject([
      { kind: 'json', text: '{\n  "a": [\n    1\n  ]\n}', omitted: 0 },
      { kind: 'binary', text: expect.stringMatching(/^00000000 {2}00 41 ff +\.A\.$/), omitted: 0 },
      { kind: 'text', omitted: 100 },
    ]);
  });

  it('stay within what a page can carry, and name what is left out', () => {
    const { events, notes } = eventsOf(
      traceWith({
        logs: Array.from({ length: 10_001 }, (_, ms) => at(ms % 100)),
        logsDropped: 7,
        turns: Array.from({ length: 3_000 }, (_, n) => `t${n}`),
      }),
    );
    expect(events).toHaveLength(12_000);
    expect(notes).toEqual([
      'Only the first 10000 of 10001 log lines are on this page.',
      'Only the first 2000 of 3000 wakes are on this page.',
      'The task logged 7 more lines than are kept.',
    ]);
  });
});
