import {
  createEngine,
  limitsFor,
  type Engine,
  type ExecutionEffects,
  type Instruments,
  type Isolation,
  type LimitWishes,
  type Program,
  type RunResult,
} from '#engine/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { noEffects } from './code-program.ts';

export interface TestRun {
  input?: unknown;
  limits?: LimitWishes;
  isolation?: Isolation;
  effects?: ExecutionEffects;
  signal?: AbortSignal;
  onLog?: (line: { level: string; message: string }) => void;
  onProgress?: (update: unknown) => void;
  checkOnly?: boolean;
  instruments?: Instruments;
}

export interface TestEngine {
  readonly engine: Engine;
  readonly run: (program: Program, options?: TestRun) => Promise<RunResult>;
}

/** A real engine with two workers and tight limits, unless the settings say otherwise. */
export async function engineOf(values: Readonly<Record<string, unknown>> = {}): Promise<TestEngine> {
  const settings = settingsFrom({ 'engine.workers': 2, 'execution.max_cpu_ms': 2_000, 'execution.max_execution_duration': 10, ...values });
  const engine = await createEngine(settings);
  return {
    engine,
    run: (program, { input = {}, limits = {}, isolation = 'fresh', effects = noEffects, ...rest } = {}) =>
      engine.run({
        program,
        input: JSON.stringify(input),
        context: {
          executionId: '01890000-0000-7000-8000-000000000001',
          taskId: '01890000-0000-7000-8000-000000000002',
          taskVersion: '1.0.0',
        },
        limits: limitsFor(settings, limits),
        isolation,
        effects,
        ...rest,
      }),
  };
}
