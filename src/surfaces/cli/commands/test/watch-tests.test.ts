import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaseReport, TestReport } from '#task-tests/index.ts';
import type { Screen } from '../../command.ts';
import { confirmUpdate } from './confirm-update.ts';
import { watchTests, type WatchTestsOptions } from './watch-tests.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-watch-'));
mkdirSync(join(folder, 'tests'));
writeFileSync(join(folder, 'metadata.json'), '{}');
afterAll(() => rmSync(folder, { recursive: true }));

function caseOf(name: string, state: CaseReport['state']): CaseReport {
  return {
    name,
    description: null,
    file: `tests/${name}.json`,
    path: [],
    line: null,
    column: null,
    state,
    reason: null,
    durationMs: 0,
    failures: [],
    logs: [],
    logsDropped: 0,
  };
}
function reportOf(cases: CaseReport[], state: TestReport['state'] = 'passed'): TestReport {
  const none = { total: 0, passed: 0, failed: 0 };
  const suite = { path: folder, task: null, state: 'passed' as const, error: null, note: null, durationMs: 0, cases, coverage: null };
  return {
    state,
    path: folder,
    startedAt: 0,
    durationMs: 0,
    suites: [suite],
    tasks: { ...none, empty: 0, notRun: 0 },
    tests: { ...none, skipped: 0, notRun: 0 },
    filteredOut: 0,
    bailed: false,
    updates: null,
  };
}

/** Keys pressed by the test, a screen it can read, and runs it can answer. */
function stage() {
  const listeners: ((key: string) => void)[] = [];
  const asked: { only: readonly string[]; update?: boolean }[] = [];
  const stopped: boolean[] = [];
  let said = '';
  let wake = () => {};
  const plain = (_style: unknown, text: string) => text;
  const screen: Screen = {
    format: 'auto',
    isOutTerminal: false,
    isErrTerminal: false,
    paintOut: plain,
    paintErr: plain,
    out: () => {},
    err: (text) => {
      said += text;
      wake();
    },
  };
  const keyboard = {
    listen(onKey: (key: string) => void) {
      listeners.push(onKey);
      return () => void listeners.splice(listeners.indexOf(onKey), 1);
    },
  };
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    asked,
    stopped,
    screen,
    keyboard,
    press: (key: string) => listeners.at(-1)!(key),
    said: () => said,
    heard: (text: string) => until(() => said.includes(text)),
    /** Waits until so many runs have ended and nothing is to be done. */
    idle: (runs: number) => until(() => asked.length >= runs && said.split('Waiting for changes').length > runs),
    begun: (runs: number) => until(() => asked.length >= runs),
    start: (run: (count: number, signal: AbortSignal) => Promise<TestReport>, signal = new AbortController().signal) => {
      const options: WatchTestsOptions = {
        path: folder,
        only: ['mine'],
        screen,
        keyboard,
        signal,
        run: async (more, stop) => {
          asked.push(more);
          wake();
          const report = await run(asked.length, stop);
          stopped.push(stop.aborted);
          return report;
        },
      };
      return watchTests(options);
    },
  };
}

describe('watching', () => {
  it('does what keys ask for', async () => {
    const { start, press, idle, asked, said } = stage();
    const end = start(async (count) => reportOf([caseOf('a', 'passed'), caseOf('b', count === 1 ? 'failed' : 'passed')]));
    await idle(1);
    press('f');
    await idle(2);
    press('x');
    press('a');
    await idle(3);
    press('\r');
    await idle(4);
    press('u');
    await idle(5);
    press('r');
    await idle(6);
    press('q');
    expect(await end).toEqual({ exit: 'ok' });
    expect(asked).toEqual([
      { only: ['mine'] },
      { only: [join(folder, 'tests/b.json')] },
      { only: ['mine'] },
      { only: ['mine'] },
      { only: ['mine'], update: true },
      { only: ['mine'], update: true },
    ]);
    expect(said()).toContain('Press a or Enter');
  });

  it('says so when f finds nothing that failed, and waits on', async () => {
    const { start, press, idle, heard, asked } = stage();
    const end = start(async () => reportOf([caseOf('a', 'passed')]));
    await idle(1);
    press('f');
    await heard('No test failed.');
    expect(asked).toHaveLength(1);
    press('a');
    await idle(2);
    press('q');
    await end;
  });

  it('stops the run under way when something newer is asked for, or it is to end', async () => {
    const { start, press, begun, idle, stopped, asked } = stage();
    const untilStopped = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const end = start(async (count, signal) => {
      if (count !== 2) await untilStopped(signal);
      return reportOf([], count === 2 ? 'passed' : 'stopped');
    });
    await begun(1);
    press('a');
    await begun(2);
    await idle(1);
    press('a');
    await begun(3);
    press('q');
    expect(await end).toEqual({ exit: 'ok' });
    expect([stopped, asked.length]).toEqual([[true, false, true], 3]);
  });

  it('goes on after a run that cannot be made, and ends when the person interrupts', async () => {
    const stop = new AbortController();
    const { start, press, idle, said } = stage();
    const end = start(async (count) => {
      if (count === 1) throw new Error('half written');
      return reportOf([]);
    }, stop.signal);
    await idle(1);
    expect(said()).toMatch(/INTERNAL_ERROR/);
    press('a');
    await idle(2);
    stop.abort('SIGINT');
    expect(await end).toEqual({ exit: 'interrupted' });
  });
});

describe('asking before an update', () => {
  const proposals = [
    {
      id: 'x',
      name: 'adds',
      file: 'tests/a.json',
      diff: [
        { sign: '-' as const, text: '1' },
        { sign: '+' as const, text: '2\u001b[2J' },
      ],
    },
  ];
  it.each([
    ['y', true],
    ['Y', true],
    ['n', false],
    ['\r', false],
  ])('takes %j for %s', async (key, answer) => {
    const { screen, keyboard, press, said } = stage();
    const asked = confirmUpdate(proposals, { screen, keyboard, signal: new AbortController().signal });
    expect(said()).toBe('\n adds tests/a.json\n   - 1\n   + 2\\x1b[2J\n\nWrite this output into the test? [y/N] ');
    press(key);
    expect(await asked).toBe(answer);
  });
  it('takes an interruption for no', async () => {
    const { screen, keyboard } = stage();
    const stop = new AbortController();
    const asked = confirmUpdate([...proposals, ...proposals], { screen, keyboard, signal: stop.signal });
    stop.abort();
    expect(await asked).toBe(false);
  });
});
