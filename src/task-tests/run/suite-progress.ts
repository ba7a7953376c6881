import type { Clock } from '#kernel/index.ts';
import type { CoverageCollector } from '../coverage-port.ts';
import type { CaseReport, SuiteReport, TestEvent } from '../report.ts';
import type { Planned } from './plan.ts';
import type { Suite } from './suite.ts';

export interface SuiteProgressParts {
  readonly suites: readonly Suite[];
  readonly planned: readonly Planned[];
  /** By the path of the suite; empty where nobody asked. */
  readonly coverages: ReadonlyMap<string, CoverageCollector>;
  readonly clock: Clock;
  readonly emit: (event: TestEvent) => void;
}

/** Collects what ends in any order, and tells of suites when they begin and end. */
export class SuiteProgress {
  readonly #suites: readonly Suite[];
  readonly #planned: readonly Planned[];
  readonly #coverages: ReadonlyMap<string, CoverageCollector>;
  readonly #clock: Clock;
  readonly #emit: (event: TestEvent) => void;
  readonly #cases = new Map<Planned, CaseReport>();
  readonly #startedMs = new Map<string, number>();
  readonly #left = new Map<string, number>();
  readonly #done = new Map<string, SuiteReport>();

  constructor({ suites, planned, coverages, clock, emit }: SuiteProgressParts) {
    this.#suites = suites;
    this.#planned = planned;
    this.#coverages = coverages;
    this.#clock = clock;
    this.#emit = emit;
    for (const { suite } of planned) this.#left.set(suite.path, (this.#left.get(suite.path) ?? 0) + 1);
    // What has nothing to run has ended already.
    for (const suite of suites) if (!this.#left.has(suite.path)) this.#end(suite, false);
  }

  starting({ suite }: Planned): void {
    if (this.#startedMs.has(suite.path)) return;
    this.#startedMs.set(suite.path, this.#clock.monotonic());
    this.#emit({ kind: 'suite-started', path: suite.path, cases: this.#left.get(suite.path)! });
  }

  ended(one: Planned, report: CaseReport): void {
    const { suite } = one;
    this.#cases.set(one, report);
    const progress = this.#cases.size / this.#planned.length;
    this.#emit({ kind: 'case-ended', path: suite.path, report, progress, message: `${suite.task?.name ?? suite.path}: ${report.name}` });
    const left = this.#left.get(suite.path)! - 1;
    this.#left.set(suite.path, left);
    if (left === 0) this.#end(suite, false);
  }

  /** @param wasStopped suites whose end was never reached count as not run */
  finish(wasStopped: boolean): void {
    for (const suite of this.#suites) if (!this.#done.has(suite.path)) this.#end(suite, wasStopped);
  }

  reports(): SuiteReport[] {
    return this.#suites.map(({ path }) => this.#done.get(path)!);
  }

  #end(suite: Suite, wasStopped: boolean): void {
    const { path, task, problem, note } = suite;
    const mine = this.#planned.filter((one) => one.suite.path === path);
    const cases = mine.flatMap((one) => this.#cases.get(one) ?? []);
    const startedMs = this.#startedMs.get(path);
    const report: SuiteReport = {
      path,
      task: task && { uuid: task.uuid, name: task.name, label: task.label, version: task.version },
      state: suiteState(cases, problem !== null, wasStopped),
      error: problem && { code: problem.code, message: problem.message, hint: problem.hint, data: problem.data },
      note,
      durationMs: startedMs === undefined ? 0 : this.#clock.monotonic() - startedMs,
      cases,
      coverage: this.#coverages.get(path)?.report() ?? null,
    };
    this.#done.set(path, report);
    this.#emit({ kind: 'suite-ended', report });
  }
}

/** How a suite stands, by its tests. */
export function suiteState(cases: readonly CaseReport[], isBroken: boolean, wasStopped: boolean): SuiteReport['state'] {
  if (isBroken || cases.some(({ state }) => state === 'failed')) return 'failed';
  if (cases.length > 0) return cases.every(({ state }) => state === 'not-run') ? 'not-run' : 'passed';
  return wasStopped ? 'not-run' : 'empty';
}
