import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEngine, createLiveEffects } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createTasks } from '#tasks/index.ts';
import type { CoverageCollector } from '../coverage-port.ts';
import type { TestReport } from '../report.ts';
import { createTestRunner, type RunTestsRequest, type TestRunner } from './run-tests.ts';

export interface RunnerForTest {
  readonly executions: Executions;
  run(path: string, request?: Partial<RunTestsRequest>): Promise<TestReport>;
  /** A runner like ours over other executions. */
  runnerOver(executions: Executions): TestRunner;
  /** Writes files into a new folder; a value that is no text is written as JSON. */
  folderOf(files: Readonly<Record<string, unknown>>): string;
  /** A task with this code and these tests. */
  taskOf(code: string, tests: Readonly<Record<string, unknown>>, metadata?: object): string;
  close(): Promise<void>;
}

/** A real runner on a real engine, and a folder for tasks that goes away with it. */
export async function runnerForTest(): Promise<RunnerForTest> {
  const settings = settingsFrom({ 'engine.workers': 2, 'execution.max_execution_duration': 20 });
  const root = mkdtempSync(join(tmpdir(), 'ratchet-run-tests-'));
  const engine = await createEngine(settings);
  const executions = createExecutions({ engine, effects: createLiveEffects(settings), settings, ids: uuidSource(), clock: systemClock });
  const runnerOver = (own: Executions) =>
    createTestRunner({ tasks: createTasks(settings), executions: own, settings, clock: systemClock, newCoverage });
  const runner = runnerOver(executions);
  const folderOf = (files: Readonly<Record<string, unknown>>) => {
    const folder = mkdtempSync(join(root, 'f-'));
    for (const [file, value] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), typeof value === 'string' ? value : JSON.stringify(value));
    }
    return folder;
  };
  return {
    executions,
    runnerOver,
    folderOf,
    run: (path, request = {}) => runner.run({ path, signal: new AbortController().signal, ...request }),
    taskOf: (code, tests, metadata = {}) =>
      folderOf({
        'metadata.json': { label: 'Demo', version: '1.0.0', ...metadata },
        'main.js': code,
        ...Object.fromEntries(Object.entries(tests).map(([file, value]) => [`tests/${file}`, value])),
      }),
    async close() {
      await engine.close();
      rmSync(root, { recursive: true });
    },
  };
}

/** Counts executions: what really ran is for those who look inside. */
async function newCoverage(): Promise<CoverageCollector> {
  let count = 0;
  const none = { total: 0, covered: 0, uncovered: [] };
  return {
    instruments: () => ({ coverage: true }),
    add: () => count++,
    report: () => ({
      files: [{ file: 'main.js', lines: { total: count, covered: count, uncovered: [] }, branches: none, functions: none }],
    }),
  };
}

/** `name state` of every test. */
export function statesOf(report: TestReport): string[] {
  return report.suites.flatMap(({ cases }) => cases.map(({ name, state }) => `${name} ${state}`));
}

/** A task that adds, and refuses what is no number. */
export const add = '({ a, b }) => { if (typeof a !== "number") throw new ValidationError("a is " + a); return { sum: a + b }; }';
