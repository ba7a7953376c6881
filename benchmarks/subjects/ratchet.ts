import { createEngine, createLiveEffects, type Engine, type Isolation } from '#engine/index.ts';
import { createExecutions, type Executions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource, type Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { Subject } from './subject.ts';

/** The whole path of an execution, as the application wires it: effects gate, pool, pipe, realm, both checks. */
export interface Platform {
  readonly engine: Engine;
  readonly executions: Executions;
  /** Output as JSON text; throws what the execution failed with. */
  run(task: Task, input: string, isolation: Isolation): Promise<string>;
  close(): Promise<void>;
}

/** Starts the platform with its default settings, but for the ones given. */
export async function startPlatform(values: Readonly<Record<string, unknown>> = {}): Promise<Platform> {
  const settings: Settings = settingsFrom(values);
  const engine = await createEngine(settings);
  // The local server of the fetch measurements is on the loopback interface.
  const effects = createLiveEffects(settings, { profile: 'development' });
  const executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
  return {
    engine,
    executions,
    async run(task, input, isolation) {
      const { output, error } = await executions.run({ task, input, isolation });
      if (error) throw error;
      return output!;
    },
    async close() {
      // Nothing else may keep this process alive while workers end.
      const alive = setInterval(() => {}, 1_000);
      await engine.close();
      await effects.close();
      clearInterval(alive);
    },
  };
}

export async function ratchet(task: Task, level: Isolation, workers: number): Promise<Subject> {
  // A worker that ends takes its account of processor time along, so none may be due for replacement during a measurement.
  const platform = await startPlatform({ 'engine.workers': workers, 'engine.max_worker_executions': 10_000_000 });
  await platform.engine.prestart(workers);
  return {
    name: `Ratchet ${level}`,
    kind: 'ratchet',
    level,
    workers,
    run: (input) => platform.run(task, input, level),
    close: () => platform.close(),
  };
}
