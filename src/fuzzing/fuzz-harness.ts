import { createExecutions, type Executions } from '#executions/index.ts';
import { createMockedEffects } from '#engine/index.ts';
import { settingsFrom, systemClock, uuidSource, type Settings } from '#kernel/index.ts';
import { filesFromMemory, loadFrom, type Task } from '#tasks/index.ts';
import { engineOf } from '#testing/engine-of.ts';
import type { FuzzParts } from './fuzz-task.ts';

/** What a test needs to fuzz for real. */
export interface FuzzHarness extends FuzzParts {
  readonly executions: Executions;
  readonly settings: Settings;
  close(): Promise<void>;
}

/** A real engine with executions on top. Nothing reaches the network: whoever forgets mocks gets failures. */
export async function fuzzHarness(): Promise<FuzzHarness> {
  const settings = settingsFrom({});
  const { engine } = await engineOf();
  const executions = createExecutions({
    engine,
    effects: createMockedEffects(settings, { mocks: [] }),
    settings,
    ids: uuidSource(systemClock),
    clock: systemClock,
  });
  return { executions, settings, close: () => engine.close() };
}

export interface SmallTask {
  readonly code: string;
  readonly input?: object;
  readonly output?: object;
  readonly tests?: readonly object[];
  readonly metadata?: object;
}

export function filesOfTask({ code, input, output, tests = [], metadata = {} }: SmallTask): Record<string, string> {
  return {
    'metadata.json': JSON.stringify({ uuid: '01890000-0000-4000-8000-00000000f022', version: '1.0.0', label: 'Small task', ...metadata }),
    'main.js': code,
    ...(input === undefined ? {} : { 'input.schema.json': JSON.stringify(input) }),
    ...(output === undefined ? {} : { 'output.schema.json': JSON.stringify(output) }),
    ...Object.fromEntries(tests.map((test, index) => [`tests/test-00${index + 1}.json`, JSON.stringify(test)])),
  };
}

export function smallTask(task: SmallTask): Promise<Task> {
  return loadFrom(filesFromMemory('small-task', filesOfTask(task)));
}
