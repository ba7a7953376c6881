import type { Executions } from '#executions/index.ts';
import type { Clock, Settings } from '#kernel/index.ts';
import { filesFromMemory, loadFrom, type Task, type TaskFilesText } from '#tasks/index.ts';
import { noTestMatches } from '../errors.ts';
import { readTestCases } from '../read-test-cases.ts';
import type { CaseReport } from '../report.ts';
import { inParallel } from '../run/in-parallel.ts';
import { planOf } from '../run/plan.ts';
import { brokenReport, notRun, runCase, skipped, type RanCase } from '../run/run-case.ts';
import { testId } from '../run/selection.ts';
import type { BrokenTest, TestCase } from '../test-case.ts';

export interface StoredTestsRequest {
  /** For messages. */
  readonly name: string;
  readonly files: TaskFilesText;
  /** Names of tests, or of their files; null: all. */
  readonly names: readonly string[] | null;
  readonly stopOnFailure: boolean;
  /** How many run at once. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onEnded: (report: CaseReport, done: number, total: number) => void;
}

/** A test with what came of it. */
export interface StoredTestOutcome {
  readonly test: TestCase | BrokenTest;
  readonly report: CaseReport;
  /** Null for what was not run. */
  readonly execution: RanCase['execution'];
}

/** Runs the tests among the files of a task, in the sandbox and with their mocks. */
export interface StoredTests {
  /** @throws TASK_INVALID, TEST_NOT_FOUND where none has a name that was given */
  run(
    request: StoredTestsRequest,
  ): Promise<{ readonly task: Task; readonly outcomes: readonly StoredTestOutcome[]; readonly durationMs: number }>;
}

export function createStoredTests(parts: {
  readonly executions: Executions;
  readonly settings: Settings;
  readonly clock: Clock;
}): StoredTests {
  return {
    async run({ name, files, names, stopOnFailure, concurrency, signal, onEnded }) {
      const beganMs = parts.clock.monotonic();
      const task = await loadFrom(filesFromMemory(name, files));
      const all = readTestCases(task);
      const tests = names === null ? all : all.filter((test) => names.some((wanted) => isCalled(test, wanted)));
      if (names !== null && tests.length === 0) {
        const known = all.slice(0, 20).map((test) => JSON.stringify(test.name));
        throw noTestMatches({ asked: names.join(', '), total: all.length, names: known });
      }
      let hasFailed = false;
      let done = 0;
      const outcomes = await inParallel(planOf({ tests }), concurrency, async ({ test, skip }): Promise<StoredTestOutcome> => {
        const ran = await perform(test, skip);
        if (ran.report.state === 'failed') hasFailed = true;
        onEnded(ran.report, ++done, tests.length);
        return { test, ...ran };
      });
      return { task, outcomes, durationMs: parts.clock.monotonic() - beganMs };

      async function perform(test: TestCase | BrokenTest, skip: string | null): Promise<RanCase> {
        const nothing = (report: CaseReport): RanCase => ({ report, execution: null });
        if (signal.aborted) return nothing(notRun(test, 'The run was stopped.'));
        if (skip !== null && test.kind === 'case') return nothing(skipped(test, skip));
        if (hasFailed && stopOnFailure) return nothing(notRun(test, 'It was not run: a test had failed before.'));
        if (test.kind === 'broken') return nothing(brokenReport(test));
        return runCase(parts, task, test, { signal });
      }
    },
  };
}

/** By its own name, by its file, or by its place in the file: `sums`, `tests/sums.json`, `tests/sums.json[2]`. */
function isCalled(test: TestCase | BrokenTest, wanted: string): boolean {
  return test.name === wanted || test.file === wanted || testId('', test) === wanted;
}
