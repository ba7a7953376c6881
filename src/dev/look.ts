import { createMockedEffects, type LogLine } from '#engine/index.ts';
import { failureOf, identityOf, shownExecution, type Execution, type Executions } from '#executions/index.ts';
import { toRatchetError, type Clock, type Settings } from '#kernel/index.ts';
import { readTestCases, type TestCase, type TestReport, type TestRunner } from '#task-tests/index.ts';
import type { Task, TaskProblem, Tasks } from '#tasks/index.ts';
import { chooseInput, type ChosenInput, type InputWish } from './choose-input.ts';
import type { DevReport, DevRun } from './dev-report.ts';

export interface LookParts {
  readonly tasks: Pick<Tasks, 'load' | 'validate'>;
  readonly executions: Executions;
  readonly tests: TestRunner;
  readonly settings: Settings;
  readonly clock: Clock;
}

/** What a look finds, as it finds it. */
export type LookStep =
  /** `cases` are the tests that can be understood; null where the task is not valid. */
  | {
      readonly kind: 'checked';
      readonly task: DevReport['task'];
      readonly error: DevReport['error'];
      readonly problems: readonly TaskProblem[];
      readonly cases: readonly TestCase[] | null;
    }
  | { readonly kind: 'running'; readonly chosen: ChosenInput }
  | { readonly kind: 'log'; readonly line: LogLine }
  | { readonly kind: 'progress'; readonly update: unknown }
  | { readonly kind: 'ran'; readonly run: DevRun; readonly execution: Execution; readonly task: Task }
  | { readonly kind: 'testing'; readonly share: number }
  | { readonly kind: 'tested'; readonly report: TestReport };

/** Parts of a look: after a change everything, on a key perhaps the run alone. */
export interface LookRequest {
  readonly path: string;
  readonly wish: InputWish;
  readonly withTests: boolean;
  readonly signal: AbortSignal;
  readonly onStep?: (step: LookStep) => void;
}

/**
 * Looks at a task: validates it and, where that finds no error, runs the chosen input and all tests side by side. Never rejects for
 * anything the author can have done wrong; what was cut short by the signal is left out.
 */
export async function look(parts: LookParts, { path, wish, withTests, signal, onStep = () => {} }: LookRequest): Promise<DevReport> {
  const at = parts.clock.now();
  const nothing = { path, at, isGood: false, task: null, error: null, problems: [] as TaskProblem[], tests: null, run: null };
  const checked = (found: Pick<DevReport, 'task' | 'error' | 'problems'>, cases: readonly TestCase[] | null) =>
    onStep({ kind: 'checked', ...found, cases });
  try {
    const { problems, task: summary } = await parts.tasks.validate(path);
    // A broken test keeps nobody from running the task and the other tests.
    const errors = problems.filter(({ severity }) => severity === 'error');
    const canRun = errors.every(({ code }) => code === 'test-invalid');
    if (signal.aborted) return nothing;
    if (!canRun) {
      const task = summary && { uuid: summary.uuid, version: summary.version, label: summary.label };
      checked({ task, error: null, problems }, null);
      return { ...nothing, task, problems };
    }
    const task = await parts.tasks.load(path);
    const cases = readTestCases(task).filter((one) => one.kind === 'case');
    const identity = identityOf(task);
    checked({ task: identity, error: null, problems }, cases);
    const [run, tests] = await Promise.all([
      runChosen(parts, task, chooseInput(wish, cases), signal, onStep),
      withTests ? runTests(parts, path, signal, onStep) : null,
    ]);
    const isGood = errors.length === 0 && run?.execution.state === 'completed' && (tests === null || tests.state === 'passed');
    return { ...nothing, isGood, task: identity, problems, tests, run };
  } catch (caught) {
    // Files come and go while somebody works on them: a folder without metadata for a moment is no reason to stop.
    const error = failureOf(toRatchetError(caught, `look at ${path}`));
    checked({ task: null, error, problems: [] }, null);
    return { ...nothing, error };
  }
}

async function runChosen(
  parts: LookParts,
  task: Task,
  chosen: ChosenInput,
  signal: AbortSignal,
  onStep: (step: LookStep) => void,
): Promise<DevRun | null> {
  const { value, source, http, mocksOf, mocks, test } = chosen;
  onStep({ kind: 'running', chosen });
  const effects =
    http === 'mocked'
      ? createMockedEffects(parts.settings, { mocks, seed: test?.seed ?? undefined, clock: test?.clock ?? undefined })
      : undefined;
  const execution = await parts.executions.run({
    task,
    input: JSON.stringify(value),
    effects,
    withSites: true,
    signal,
    onLog: (line) => onStep({ kind: 'log', line }),
    onProgress: (update) => onStep({ kind: 'progress', update }),
  });
  if (signal.aborted) return null;
  const run: DevRun = { input: value, source, http, mocksOf, execution: shownExecution(execution, identityOf(task)) };
  onStep({ kind: 'ran', run, execution, task });
  return run;
}

async function runTests(parts: LookParts, path: string, signal: AbortSignal, onStep: (step: LookStep) => void): Promise<TestReport | null> {
  const report = await parts.tests.run({
    path,
    signal,
    onEvent: (event) => {
      if (event.kind === 'case-ended') onStep({ kind: 'testing', share: event.progress });
    },
  });
  if (signal.aborted) return null;
  onStep({ kind: 'tested', report });
  return report;
}
