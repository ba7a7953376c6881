import { createMockedEffects, type UnmatchedRequest } from '#engine/index.ts';
import type { Execution, Executions } from '#executions/index.ts';
import { RatchetError, toRatchetError, type Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { CoverageCollector } from '../coverage-port.ts';
import { judgeCase } from '../judge/judge-case.ts';
import type { CaseFailure, CaseReport } from '../report.ts';
import type { BrokenTest, TestCase } from '../test-case.ts';

export interface RunCaseParts {
  readonly executions: Executions;
  readonly settings: Settings;
}

export interface RunCaseOptions {
  /** Longest time of a case that names none, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
  readonly coverage?: CoverageCollector | undefined;
}

/** A case that was run, with what an update needs. */
export interface RanCase {
  readonly report: CaseReport;
  /** Null for a test that could not be run. */
  readonly execution: Execution | null;
}

const mostLogs = 100;

/** Runs one case with its mocks and judges it. Never rejects; a run that was cancelled is reported as not run. */
export async function runCase(parts: RunCaseParts, task: Task, test: TestCase, options: RunCaseOptions): Promise<RanCase> {
  const unmatched: UnmatchedRequest[] = [];
  const { mocks, seed, clock, skipsWaits } = test;
  const effects = createMockedEffects(parts.settings, {
    mocks,
    seed: seed ?? undefined,
    clock: clock ?? undefined,
    order: skipsWaits ? [] : undefined,
    onUnmatched: (one) => unmatched.push(one),
  });
  try {
    const execution = await parts.executions.run({
      task,
      input: JSON.stringify(test.input),
      limits: { wallMs: test.timeoutMs ?? options.timeoutMs },
      effects,
      withSites: true,
      instruments: options.coverage?.instruments(),
      signal: options.signal,
    });
    if (options.signal.aborted && execution.error?.code === 'CANCELLED')
      return { report: notRun(test, 'The run was stopped.'), execution: null };
    options.coverage?.add(execution, task);
    const failures = judgeCase(test, execution, unmatched, task.files);
    const durationMs = Math.max(0, execution.cost.wallMs - execution.cost.waitedMs);
    return { report: { ...ended(test, failures, durationMs), ...(failures.length === 0 ? {} : logsOf(execution)) }, execution };
  } catch (caught) {
    // A defect of ours while one test is judged must not take the others with it.
    return { report: ended(test, [defect(toRatchetError(caught, 'judge a test'))], 0), execution: null };
  }
}

function defect(error: RatchetError): CaseFailure {
  const cause = error.cause instanceof Error ? [`caused by ${error.cause.name}: ${error.cause.message}`] : [];
  return { kind: 'error', message: error.message, details: cause, hint: error.hint };
}

function logsOf({ logs, logsDropped }: Execution): Pick<CaseReport, 'logs' | 'logsDropped'> {
  const kept = logs.slice(-mostLogs);
  return {
    logs: kept.map(({ level, message }) => ({ level, message: message.slice(0, 10_000) })),
    logsDropped: logsDropped + logs.length - kept.length,
  };
}

function ended(test: TestCase, failures: readonly CaseFailure[], durationMs: number): CaseReport {
  const place = failures.length === 0 ? null : test.place();
  return {
    ...identity(test),
    description: test.description,
    line: place?.line ?? null,
    column: place?.column ?? null,
    state: failures.length === 0 ? 'passed' : 'failed',
    durationMs,
    failures,
  };
}

/** A test that was left out. */
export function skipped(test: TestCase, reason: string): CaseReport {
  return { ...identity(test), description: test.description, state: 'skipped', reason: reason === '' ? null : reason };
}

/** A test whose turn never came, or was cut short. */
export function notRun(test: TestCase | BrokenTest, reason: string): CaseReport {
  return { ...identity(test), state: 'not-run', reason };
}

/** A test that cannot be understood has failed. */
export function brokenReport({ message, hint, line, column, ...test }: BrokenTest): CaseReport {
  return { ...identity(test), line, column, state: 'failed', failures: [{ kind: 'test', message, hint }] };
}

function identity({ name, file, path }: Pick<TestCase, 'name' | 'file' | 'path'>) {
  return {
    name,
    description: null,
    file,
    path,
    line: null,
    column: null,
    reason: null,
    durationMs: 0,
    failures: [],
    logs: [],
    logsDropped: 0,
  };
}
