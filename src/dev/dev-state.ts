import type { LogLine } from '#engine/index.ts';
import type { TestReport } from '#task-tests/index.ts';
import type { TaskProblem } from '#tasks/index.ts';
import type { InputWish } from './choose-input.ts';
import type { DevReport, DevRun } from './dev-report.ts';
import type { LookStep } from './look.ts';

/** All that there is to see of a session. Plain data: what shows it decides how. */
export interface DevState {
  readonly path: string;
  /** Milliseconds since 1970 UTC of the look that is shown. */
  readonly at: number;
  readonly phase: 'checking' | 'working' | 'waiting';
  readonly task: DevReport['task'];
  readonly error: DevReport['error'];
  readonly problems: readonly TaskProblem[];
  readonly tests: TestReport | null;
  /** How far tests under way are, 0 to 1; null when none are. */
  readonly testShare: number | null;
  readonly run: DevRun | null;
  /** What the run under way has said so far; null when none is. */
  readonly running: Running | null;
  /** Tests and run are of files that have changed since and are not valid now. */
  readonly isStale: boolean;
  readonly wish: InputWish;
  /** Inputs to pick from. */
  readonly choices: readonly { readonly name: string; readonly input: unknown }[];
  readonly showsLogs: boolean;
  /** What came of the last key. */
  readonly notice: { readonly text: string; readonly isError: boolean } | null;
}

/** A run under way. */
export interface Running {
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  readonly logs: readonly LogLine[];
  readonly progress: unknown;
}

export function firstState(path: string, wish: InputWish, at: number): DevState {
  return {
    path,
    at,
    phase: 'checking',
    task: null,
    error: null,
    problems: [],
    tests: null,
    testShare: null,
    run: null,
    running: null,
    isStale: false,
    wish,
    choices: [],
    showsLogs: true,
    notice: null,
  };
}

/** What a session would show of a look that is over. */
export function stateOf({ path, at, task, error, problems, tests, run }: DevReport): DevState {
  const wish: InputWish = { typed: null, test: null, http: null };
  return { ...firstState(path, wish, at), phase: 'waiting', task, error, problems, tests, run };
}

/** More lines of a run under way than any screen shows. */
const mostLiveLogs = 200;

/** The state after one more step of a look. */
export function afterStep(state: DevState, step: LookStep, now: number): DevState {
  const running = state.running ?? { startedAt: now, logs: [], progress: null };
  switch (step.kind) {
    case 'checked': {
      const { task, error, problems, cases } = step;
      const isValid = cases !== null;
      return {
        ...state,
        task: task ?? state.task,
        error,
        problems,
        isStale: !isValid && (state.run !== null || state.tests !== null),
        choices: isValid ? cases.map(({ name, input }) => ({ name, input })) : state.choices,
        phase: isValid ? 'working' : 'waiting',
      };
    }
    case 'running': {
      const { source, mocksOf } = step.chosen;
      // Kept from now on: a test whose name comes first in the alphabet must not take its place.
      const test = state.wish.test ?? (source.kind === 'test' ? source.name : mocksOf);
      return { ...state, wish: { ...state.wish, test }, running: { startedAt: now, logs: [], progress: null } };
    }
    case 'log':
      return { ...state, running: { ...running, logs: [...running.logs, step.line].slice(-mostLiveLogs) } };
    case 'progress':
      return { ...state, running: { ...running, progress: step.update } };
    case 'ran':
      return { ...state, run: step.run, running: null };
    case 'testing':
      return { ...state, testShare: step.share };
    case 'tested':
      return { ...state, tests: step.report, testShare: null };
  }
}
