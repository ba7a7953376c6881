import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Executions } from '#executions/index.ts';
import type { TestEvent, TestReport } from '../report.ts';
import { add, runnerForTest, statesOf, type RunnerForTest } from './runner-for-test.ts';

let aid: RunnerForTest;
const run: RunnerForTest['run'] = (path, request) => aid.run(path, request);
const folderOf: RunnerForTest['folderOf'] = (files) => aid.folderOf(files);
const taskOf: RunnerForTest['taskOf'] = (code, tests, metadata) => aid.taskOf(code, tests, metadata);

beforeAll(async () => {
  aid = await runnerForTest();
});
afterAll(() => aid.close());

describe('a run', () => {
  const slow = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `n${index}`, input: { index }, expected: index }));
  const wait = '({ index }) => new Promise((resolve) => setTimeout(() => resolve(index), 30))';

  it('has no more tests under way than asked for', async () => {
    let running = 0;
    let most = 0;
    const counted: Executions = {
      async run(request) {
        most = Math.max(most, ++running);
        try {
          return await aid.executions.run(request);
        } finally {
          running--;
        }
      },
    };
    const other = aid.runnerOver(counted);
    const path = taskOf(wait, { 'a.json': slow(9) });
    expect((await other.run({ path, signal: new AbortController().signal, concurrency: 3 })).tests.passed).toBe(9);
    expect(most).toBe(3);
  });

  it('stops after as many failures as asked for', async () => {
    const cases = [{ name: 'bad', expected: 1 }, ...slow(5)];
    const report = await run(taskOf(wait, { 'a.json': cases }), { bail: 1, concurrency: 1 });
    expect(statesOf(report)).toEqual(['bad failed', ...slow(5).map(({ name }) => `${name} not-run`)]);
    expect(report).toMatchObject({ bailed: true, state: 'failed', tests: { failed: 1, notRun: 5 } });
    expect(report.suites[0]!.cases[1]!.reason).toBe('It was not run: a test had failed before.');
    expect((await run(taskOf(wait, { 'a.json': cases }), { bail: 2 })).tests.notRun).toBe(0);
  });

  it('ends when it is stopped, with what it knows by then', async () => {
    const stop = new AbortController();
    const path = taskOf('({ index }) => index === 0 ? 0 : new Promise((resolve) => setTimeout(resolve, 15000))', { 'a.json': slow(4) });
    const report = await run(path, {
      signal: stop.signal,
      concurrency: 2,
      onEvent: (event) => {
        if (event.kind === 'case-ended') stop.abort();
      },
    });
    expect(statesOf(report)).toEqual(['n0 passed', 'n1 not-run', 'n2 not-run', 'n3 not-run']);
    expect(report).toMatchObject({ state: 'stopped', tests: { notRun: 3 } });
  });

  it('tells what happens, in order', async () => {
    const events: TestEvent[] = [];
    const path = taskOf(wait, { 'a.json': slow(2) });
    await run(path, { concurrency: 1, onEvent: (event) => events.push(event) });
    expect(
      events.map((event) =>
        event.kind === 'case-ended' ? `${event.kind} ${event.report.name} ${event.progress} ${event.message}` : event.kind,
      ),
    ).toEqual(['found', 'suite-started', 'case-ended n0 0.5 demo: n0', 'case-ended n1 1 demo: n1', 'suite-ended']);
  });
});

describe('coverage', () => {
  it('is gathered task by task where it is asked for', async () => {
    const path = taskOf(add, {
      'a.json': [
        { input: { a: 1, b: 1 }, expected: { sum: 2 } },
        { input: { a: 1, b: 2 }, expected: { sum: 3 } },
        { skip: true, expected: 1 },
      ],
    });
    const lines = ({ suites }: TestReport) => suites.map(({ coverage }) => coverage?.files[0]!.lines.total ?? null);
    expect(lines(await run(path))).toEqual([null]);
    expect(lines(await run(path, { coverage: true }))).toEqual([2]);
    const tasks = folderOf({ 'a.txt': '' });
    for (const name of ['a', 'b']) cpSync(path, join(tasks, name), { recursive: true });
    expect(lines(await run(tasks, { coverage: true }))).toEqual([2, 2]);
  });
});
