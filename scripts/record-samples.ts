// Records the first test of every sample, with its mocks as the network, into sample/recordings. By hand, when a sample has changed:
//   node scripts/record-samples.ts
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createEngine, createMockedEffects } from '#engine/index.ts';
import { createExecutions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings } from '#recordings/index.ts';
import { readTestCases } from '#task-tests/index.ts';
import { loadTask } from '#tasks/index.ts';
import { packageVersion } from '../src/app/package-version.ts';

const samples = join(import.meta.dirname, '..', 'sample');
const tasks = join(samples, 'js-tasks');
const folders = [...readdirSync(tasks), join('tasks', 'test-fetch')].filter(
  (name) => name !== 'invalid' && existsSync(join(tasks, name, 'metadata.json')),
);

const settings = settingsFrom({});
const engine = await createEngine(settings);
const nothing = createMockedEffects(settings, { mocks: [] });
const executions = createExecutions({ engine, effects: nothing, settings, ids: uuidSource(), clock: systemClock });
const recordings = createRecordings({ settings, executions: async () => executions, madeBy: `ratchet ${packageVersion()}` });
const alive = setInterval(() => {}, 1_000);
for (const folder of folders) {
  const task = await loadTask(join(tasks, folder));
  const test = readTestCases(task).find((one) => one.kind === 'case' && one.skip === null);
  if (test?.kind !== 'case') throw new Error(`${folder} has no test to record`);
  const effects = createMockedEffects(settings, { mocks: test.mocks, clock: test.clock ?? { kind: 'live' }, seed: test.seed ?? undefined });
  const execution = await executions.run({ task, input: JSON.stringify(test.input), effects });
  const target = join(samples, 'recordings', basename(folder));
  const session = recordings.write(mkdtempSync(join(samples, '.recording-')), execution, task);
  rmSync(target, { recursive: true, force: true });
  renameSync(session, target);
  process.stdout.write(`${folder}: ${test.name}, ${execution.error?.message ?? 'completed'}\n`);
}
for (const name of readdirSync(samples)) if (name.startsWith('.recording-')) rmSync(join(samples, name), { recursive: true });
await engine.close();
clearInterval(alive);
