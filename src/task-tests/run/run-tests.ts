import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import type { Executions } from '#executions/index.ts';
import type { Clock, Settings } from '#kernel/index.ts';
import type { Tasks } from '#tasks/index.ts';
import type { CoverageCollector } from '../coverage-port.ts';
import { noTestMatches } from '../errors.ts';
import type { CaseReport, SuiteReport, TestEvent, TestReport } from '../report.ts';
import { updateExpected, type Outcome, type UpdateProposal } from '../update/update-expected.ts';
import { findTasks, type FoundTask } from './find-tasks.ts';
import { inParallel } from './in-parallel.ts';
import { planOf, type Planned } from './plan.ts';
import { brokenReport, notRun, runCase, skipped, type RanCase } from './run-case.ts';
import { selectionOf, testId, type Wishes } from './selection.ts';
import { loadSuite, type Suite } from './suite.ts';
import { SuiteProgress, suiteState } from './suite-progress.ts';
import { tally } from './tally.ts';

export interface TestRunnerParts {
  readonly tasks: Pick<Tasks, 'load'>;
  readonly executions: Executions;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Makes a collector for one task; absent where nobody can look inside. */
  readonly newCoverage?: (() => Promise<CoverageCollector>) | undefined;
}

export interface RunTestsRequest extends Wishes {
  /** A task, a file of its tests, or a folder of tasks. */
  readonly path: string;
  /** Stop after so many failed tests. */
  readonly bail?: number | undefined;
  /** Tests that run at once. */
  readonly concurrency?: number | undefined;
  /** Longest time in milliseconds of a test that names none. */
  readonly timeoutMs?: number | undefined;
  /**
   * Write what came out into the tests that expected another output: asked once, with everything that would change.
   * Absent: nothing is written.
   */
  readonly confirmUpdate?: ((proposals: readonly UpdateProposal[]) => Promise<boolean>) | undefined;
  /** Find out what of the code runs; costs time. */
  readonly coverage?: boolean | undefined;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: TestEvent) => void;
}

export interface TestRunner {
  /** @throws TASK_NOT_FOUND, TEST_NOT_FOUND, TEST_FILTER_INVALID; where the path is one task, what loading it throws */
  run(request: RunTestsRequest): Promise<TestReport>;
}

/** More would only wait for a worker: tests wait for timers and delays more than they compute, workers run several at once. */
const usualConcurrency = Math.max(4, 4 * availableParallelism());

const stoppedReason = 'The run was stopped.';

/** Runs the tests of tasks through the sandbox, with mocks in place of the network. */
export function createTestRunner(parts: TestRunnerParts): TestRunner {
  return { run: (request) => runTests(parts, request) };
}

async function runTests(parts: TestRunnerParts, request: RunTestsRequest): Promise<TestReport> {
  const { clock } = parts;
  const startedAt = clock.now();
  const beganMs = clock.monotonic();
  const emit = request.onEvent ?? (() => {});
  const loaded = await inParallel(tasksAskedFor(request), 4, (found) => loadSuite(parts.tasks, found));
  const [first] = loaded;
  // Of one task it is an error that it cannot be loaded; among several it is a failure of that one.
  if (loaded.length === 1 && first!.problem !== null && first!.path === request.path) throw first!.problem;
  const { suites, planned, filteredOut } = planFor(loaded, request);
  emit({ kind: 'found', paths: suites.map(({ path }) => path) });

  const bailed = new AbortController();
  const signal = AbortSignal.any([request.signal, bailed.signal]);
  const coverages = await coveragesFor(parts, suites, request);
  const progress = new SuiteProgress({ suites, planned, coverages, clock, emit });
  let failed = 0;
  const ran = await inParallel(planned, request.concurrency ?? usualConcurrency, async (one): Promise<Outcome> => {
    progress.starting(one);
    const { report, execution } = await perform(parts, one, request, {
      signal,
      bail: bailed.signal,
      coverage: coverages.get(one.suite.path),
    });
    if (report.state === 'failed' && ++failed === request.bail) bailed.abort();
    progress.ended(one, report);
    // Executions hold logs and bodies: of thousands of tests only what an update needs is kept.
    const isUpdatable = request.confirmUpdate !== undefined && report.state === 'failed';
    return { report, output: isUpdatable ? (execution?.output ?? null) : null };
  });
  progress.finish(signal.aborted);

  const durationMs = clock.monotonic() - beganMs;
  const updates = request.confirmUpdate === undefined ? null : await updateExpected(planned, ran, request.confirmUpdate);
  return {
    ...tally(updates === null ? progress.reports() : withUpdated(progress.reports(), updates)),
    ...(request.signal.aborted ? { state: 'stopped' as const } : {}),
    path: request.path,
    startedAt,
    durationMs,
    filteredOut,
    bailed: bailed.signal.aborted,
    updates,
  };
}

/** A test whose expected output was written anew has passed: that is what was asked for. */
function withUpdated(suites: readonly SuiteReport[], { written }: NonNullable<TestReport['updates']>): SuiteReport[] {
  const updated = new Set(written.flatMap(({ tests }) => tests));
  return suites.map((suite) => {
    const cases = suite.cases.map((one): CaseReport =>
      updated.has(testId(suite.path, one))
        ? { ...one, state: 'passed', reason: 'Its expected output was updated.', failures: [], logs: [], logsDropped: 0 }
        : one,
    );
    return { ...suite, cases, state: suiteState(cases, suite.error !== null, false) };
  });
}

/** With `only`, tasks that are not named need not be loaded; where it names none of them, all are, to say what there is. */
function tasksAskedFor({ path, only = [] }: RunTestsRequest): FoundTask[] {
  const found = findTasks(path);
  const wanted = only.map((one) => resolve(one));
  const named = found.filter((task) => wanted.some((one) => one === resolve(task.path) || one.startsWith(resolve(task.path) + sep)));
  return named.length === 0 ? found : named;
}

/** What is to be run; a wish that nothing fulfils is an error that lists what there is. */
function planFor(suites: readonly Suite[], request: RunTestsRequest): { suites: Suite[]; planned: Planned[]; filteredOut: number } {
  const isSelected = selectionOf(request);
  const all = suites.flatMap(({ tests }) => tests);
  const chosen = suites.map((suite) => ({
    ...suite,
    tests: suite.tests.filter((test) => isSelected(suite.path, suite.task?.name ?? '', test)),
  }));
  const count = chosen.reduce((sum, { tests }) => sum + tests.length, 0);
  if (count === 0 && all.length > 0) {
    const asked = request.filter === undefined || request.filter === '' ? (request.only ?? []).join(', ') : JSON.stringify(request.filter);
    throw noTestMatches({ asked, total: all.length, names: all.slice(0, 20).map(({ name }) => JSON.stringify(name)) });
  }
  // A task of which nothing was asked for is none of the report's business.
  const left = chosen.filter(({ tests }, index) => tests.length > 0 || suites[index]!.tests.length === 0);
  return { suites: left, planned: left.flatMap(planOf), filteredOut: all.length - count };
}

/** A collector for each task that will be run, where coverage was asked for. */
async function coveragesFor(
  { newCoverage }: TestRunnerParts,
  suites: readonly Suite[],
  { coverage }: RunTestsRequest,
): Promise<Map<string, CoverageCollector>> {
  const wanted = coverage === true && newCoverage !== undefined ? suites.filter(({ task }) => task !== null) : [];
  return new Map(await Promise.all(wanted.map(async ({ path }) => [path, await newCoverage!()] as const)));
}

interface Surroundings {
  readonly signal: AbortSignal;
  readonly bail: AbortSignal;
  readonly coverage: CoverageCollector | undefined;
}

async function perform(
  parts: TestRunnerParts,
  { suite, test, skip }: Planned,
  request: RunTestsRequest,
  { signal, bail, coverage }: Surroundings,
): Promise<RanCase> {
  const reason = bail.aborted
    ? `It was not run: ${request.bail === 1 ? 'a test' : `${request.bail} tests`} had failed before.`
    : stoppedReason;
  if (test.kind === 'broken') return { report: signal.aborted ? notRun(test, reason) : brokenReport(test), execution: null };
  if (skip !== null) return { report: skipped(test, skip), execution: null };
  if (signal.aborted) return { report: notRun(test, reason), execution: null };
  const ran = await runCase(parts, suite.task!, test, { timeoutMs: request.timeoutMs, signal, coverage });
  return ran.report.state === 'not-run' ? { ...ran, report: { ...ran.report, reason } } : ran;
}
