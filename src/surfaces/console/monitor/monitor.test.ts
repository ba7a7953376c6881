import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '#surfaces/cli/commands/dev/line.ts';
import type { Key } from '#surfaces/cli/commands/dev/keys.ts';
import {
  afterEvent,
  afterMonitorKey,
  afterSnapshot,
  atTime,
  firstState,
  stepMs,
  steps,
  type MonitorState,
  type Seen,
  type SeenWorker,
  type Snapshot,
} from './monitor-state.ts';
import { monitorLines } from './monitor-view.ts';
import { progressBar, sparkline } from './sparkline.ts';

const at = Date.parse('2026-01-31T12:00:00Z');
const iso = (ms: number) => new Date(at + ms).toISOString();
const seen = (id: string, more: Partial<Seen> = {}): Seen => ({
  id,
  taskName: `task-${id}`,
  startedAt: iso(-5_000),
  completedAt: null,
  progress: null,
  errorMessage: null,
  ...more,
});
const worker = (id: string, more: Partial<SeenWorker>): SeenWorker => ({
  id,
  pid: 4_711,
  status: 'IDLE',
  taskCount: 0,
  currentTask: null,
  uptimeSeconds: 90,
  memoryUsageMb: 0,
  cpuUsagePercent: 0,
  ...more,
});
const snapshot: Snapshot = {
  health: 'healthy',
  jobs: { queued: 3, processing: 2, retrying: 0, completed: 1_200, failed: 1, cancelled: 0 },
  isPaused: false,
  workers: [
    worker('w1', { status: 'RUNNING', memoryUsageMb: 60.2, cpuUsagePercent: 50, currentTask: '7', taskCount: 12 }),
    worker('w2', { memoryUsageMb: 40 }),
  ],
  running: [seen('7', { progress: 0.5 }), seen('8')],
  failures: [seen('5', { completedAt: iso(-60_000), errorMessage: 'The task threw\u001b[31m Error: no\nthing' })],
  due: [{ id: '1', name: 'nightly', taskName: 'addition', nextRun: iso(180_000) }],
  metrics: [{ name: 'ratchet_jobs', labels: 'status=failed', value: 1 }],
};
const state = afterSnapshot(firstState('http://127.0.0.1:8080', at), snapshot);
const textOf = (one: MonitorState, columns = 80, rows = 24) =>
  monitorLines(one, { columns, rows }, at).map((line) => line.map(([, text]) => text).join(''));
const text = (char: string): Key => ({ kind: 'text', text: char });
const press = (keys: readonly Key[]) =>
  keys.reduce((sum, key) => afterMonitorKey(sum.state, key), { state, wish: null } as ReturnType<typeof afterMonitorKey>);

describe('the monitor', () => {
  it('shows parts of the server on a screen of their own, chosen by number', () => {
    const at5 = (key: string) => textOf(press([text(key)]).state);
    expect(at5('2').join('\n')).toMatch(/Running \(2\)[^]*Failures \(1\)/);
    expect(at5('2').join('\n')).not.toContain('Schedules due');
    expect(at5('3').slice(1, 4).join('\n')).toMatch(/Worker +Status[^]*w1 +running +4711 +60 MB +50% +1m 30s +12 {2}7\n[^]*w2 +idle/);
    expect(at5('5').join('\n')).toMatch(/ratchet_jobs status=failed +1/);
    expect(at5('4').join('\n')).toContain('Lines that executions log from now on appear here.');
    const lines = Array.from({ length: 600 }, (_, number) => number).reduce(
      (sum, number) =>
        afterEvent(sum, {
          kind: 'execution.log',
          at: iso(number),
          jobId: '1',
          executionId: '7',
          details: { level: 'info', message: `line ${number}\u001b[2J` },
        }),
      press([text('4')]).state,
    );
    expect(lines.log).toHaveLength(500);
    expect(textOf(lines).at(-3)).toMatch(/^ {2}12:00:00\.599 7 +info +line 599\\x1b\[2J$/);
    for (const key of ['1', '2', '3', '4', '5']) {
      for (const [columns, rows] of [
        [80, 24],
        [40, 10],
        [120, 40],
      ] as const) {
        const screen = monitorLines(press([text(key)]).state, { columns, rows }, at);
        expect(screen).toHaveLength(rows);
        for (const line of screen) expect(widthOf(line.map(([, part]) => part).join(''))).toBeLessThanOrEqual(columns);
      }
    }
    expect(press([text('3'), text('c')])).toMatchObject({ wish: null, state: { notice: { isError: true } } });
  });

  it('shows all there is on 80 by 24', () => {
    const lines = textOf(state);
    expect(lines).toHaveLength(24);
    expect(lines[1]).toContain('queued 3  running 2  retrying 0  completed 1,200  failed 1  cancelled 0');
    const all = lines.join('\n');
    for (const part of [
      'healthy',
      '2: 1 running, 1 idle   100 MB, 50% CPU',
      '❯ 7       task-7',
      '████████░░░░░░░░  50%  5.0 s',
      'task-8',
      '1m ago',
      'in 3m',
      'p pause',
      'q quit',
    ])
      expect(all).toContain(part);
    expect(all).toContain('The task threw\\x1b[31m Error: no thing');
  });

  it('fits every terminal, whatever there is to show', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(80),
        fc.string(),
        (columns, rows, count, word) => {
          const many = {
            ...snapshot,
            running: Array.from({ length: count }, (_, index) => seen(String(index), { taskName: word })),
            failures: snapshot.failures,
          };
          const lines = textOf(afterSnapshot(state, many), columns, rows);
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it('keeps what is chosen in sight', () => {
    const many = afterSnapshot(state, { ...snapshot, running: Array.from({ length: 40 }, (_, index) => seen(String(index))) });
    const moved = Array.from({ length: 30 }).reduce<MonitorState>((sum) => afterMonitorKey(sum, { kind: 'down' }).state, many);
    expect(textOf(moved).join('\n')).toContain('❯ 30 ');
  });

  it('draws how many jobs end and how long they take from events', () => {
    const started = afterEvent(state, { kind: 'job.started', at: iso(0), jobId: '1', executionId: '1', details: {} });
    const ended = afterEvent(started, { kind: 'job.completed', at: iso(250), jobId: '1', executionId: '1', details: {} });
    expect([ended.ended.at(-1), ended.tookMs.at(-1), ended.begun.size]).toEqual([1, 250, 0]);
    const later = atTime(ended, at + stepMs * 2 + 10);
    expect([later.ended.at(-3), later.ended.at(-1), later.ended.length]).toEqual([1, 0, steps]);
    expect(textOf(ended).join('\n')).toMatch(/█ {2}0\.0 jobs\/s.*\n.*█ {2}250 ms on average/);
    expect(atTime(ended, at + stepMs * 1_000).ended.every((count) => count === 0)).toBe(true);
  });

  it('moves progress at once', () => {
    const after = afterEvent(state, { kind: 'execution.progress', at: iso(0), jobId: '9', executionId: '8', details: { share: 0.25 } });
    expect(after.snapshot!.running.map(({ progress }) => progress)).toEqual([0.5, 0.25]);
  });

  it('asks for what a key means, of what is chosen', () => {
    expect(press([{ kind: 'down' }, text('c')]).wish).toEqual({ kind: 'cancel', panel: 'running', id: '8' });
    expect(press([{ kind: 'tab' }, text('r')]).wish).toEqual({ kind: 'retry', panel: 'failures', id: '5' });
    expect(press([{ kind: 'tab' }, { kind: 'tab' }, { kind: 'enter' }]).wish).toEqual({ kind: 'open', panel: 'due', id: '1' });
    expect(press([text('p')]).wish).toEqual({ kind: 'pause' });
    expect([press([text('q')]).wish, press([{ kind: 'escape' }]).wish]).toEqual([{ kind: 'quit' }, { kind: 'quit' }]);
    const wrong = press([text('r')]);
    expect([wrong.wish, wrong.state.notice?.text]).toEqual([null, 'Only what failed can be retried: Tab chooses the panel.']);
  });

  it('shows what was opened, scrolled, until it is left', () => {
    const opened = {
      ...state,
      opened: { title: 'Execution 7', lines: Array.from({ length: 50 }, (_, index) => `line ${index}`), scroll: 0 },
    };
    const scrolled = afterMonitorKey(opened, { kind: 'page-down' });
    expect(textOf(scrolled.state)[2]).toBe('line 10');
    expect(afterMonitorKey(scrolled.state, text('q'))).toMatchObject({ wish: null, state: { opened: null } });
  });

  it('says when the server does not answer', () => {
    expect(textOf({ ...state, isConnected: false })[0]).toContain('no answer');
    expect(textOf(firstState('http://a', at)).join('\n')).toContain('Asking the server.');
  });
});

describe('bars', () => {
  it('are as high as their share of the highest', () => {
    expect(sparkline([0, 1, 2, 4, 8], 5)).toBe(' ▂▃▅█');
    expect(sparkline([1, 2, 3], 2)).toBe('▆█');
    expect(sparkline([], 5)).toBe('');
    expect([progressBar(0.5, 4), progressBar(null, 4), progressBar(7, 4)]).toEqual(['██░░  50%', '░░░░  --', '████ 100%']);
  });
});
