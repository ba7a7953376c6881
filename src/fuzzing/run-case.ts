import type { LimitWishes } from '#engine/index.ts';
import type { Execution, Executions } from '#executions/index.ts';
import type { Settings } from '#kernel/index.ts';
import type { HttpMock } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import type { FuzzCase } from './fuzz-case.ts';
import { jsonText } from './json-text.ts';
import { judge, type JudgeRules, type Verdict } from './judge.ts';
import { openWorld, type World } from './world/fuzz-world.ts';

/** Everything that stays the same from run to run. */
export interface Ground {
  readonly task: Task;
  readonly executions: Executions;
  readonly settings: Settings;
  /** Mocks of each test. */
  readonly mocks: readonly (readonly HttpMock[])[];
  readonly rules: JudgeRules;
  /** Time the task spends waiting does not pass. Costs a little, so only where the code has something to wait for. */
  readonly skipsWaits: boolean;
  readonly signal: AbortSignal;
}

export interface RanFuzzCase {
  readonly verdict: Verdict;
  readonly execution: Execution;
  readonly world: World;
}

/** Runs one case and judges it. @throws the engine's error when nothing can be run any more */
export async function runFuzzCase(ground: Ground, fuzzCase: FuzzCase, limits: LimitWishes): Promise<RanFuzzCase> {
  const { task, executions, settings, mocks, rules, skipsWaits, signal } = ground;
  const world = openWorld(settings, mocks, fuzzCase, skipsWaits);
  const execution = await executions.run({ task, input: jsonText(fuzzCase.input), limits, effects: world.effects, signal });
  if (execution.error?.code === 'ENGINE_UNAVAILABLE') throw execution.error;
  return { verdict: judge(execution, world, rules), execution, world };
}

/**
 * Runs a case a second time and compares. Null when both ended alike; the task's own id of the execution, which it is given and may
 * pass on, does not count, and neither does another order of events outside.
 */
export async function runAgain(ground: Ground, fuzzCase: FuzzCase, limits: LimitWishes, first: Execution): Promise<Verdict | null> {
  const { execution } = await runFuzzCase(ground, fuzzCase, limits);
  const [before, after] = [endOf(first), endOf(execution)];
  if (before === after || first.turns.join() !== execution.turns.join()) return null;
  return {
    is: 'bad',
    kind: 'nondeterministic',
    errorClass: null,
    message: `Run twice, the task ended with ${shortened(before)} and then with ${shortened(after)}.`,
    frames: [],
    stack: null,
    about: null,
    key: 'nondeterministic',
  };
}

function endOf({ id, output, error }: Execution): string {
  return (output ?? `${error?.code} ${error?.message}`).replaceAll(id, '');
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
