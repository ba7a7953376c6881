// Adds recordings made by this version to the corpus that is replayed in CI for ever. By hand, before a release:
//   node tests/replays/keep-corpus.ts
// A version that is there already is left alone.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, createLiveEffects } from '#engine/index.ts';
import { createExecutions } from '#executions/index.ts';
import { settingsFrom, systemClock, uuidSource } from '#kernel/index.ts';
import { createRecordings } from '#recordings/index.ts';
import { loadTask } from '#tasks/index.ts';
import { corpusTasks } from './corpus-tasks.ts';
import { unsteadyServer } from './unsteady-server.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const corpus = join(import.meta.dirname, 'corpus', version);

if (existsSync(corpus)) {
  process.stderr.write(`There are recordings of ${version} already; they stay as they are.\n`);
} else {
  const settings = settingsFrom({});
  const server = await unsteadyServer();
  const engine = await createEngine(settings);
  const effects = createLiveEffects(settings, { profile: 'development' });
  const executions = createExecutions({ engine, effects, settings, ids: uuidSource(), clock: systemClock });
  const recordings = createRecordings({ settings, executions: async () => executions, madeBy: `ratchet ${version}` });
  let number = 0;
  for (const { name, files, input, limits } of corpusTasks(server.origin)) {
    const folder = join(corpus, name, 'task');
    mkdirSync(folder, { recursive: true });
    const uuid = `00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`;
    writeFileSync(join(folder, 'metadata.json'), `${JSON.stringify({ uuid, version: '1.0.0', label: name }, null, 2)}\n`);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const task = await loadTask(folder);
    const execution = await executions.run({ task, input: JSON.stringify(input), ...(limits ? { limits } : {}) });
    const session = recordings.write(join(corpus, name), execution, task);
    renameSync(session, join(corpus, name, 'recording'));
    process.stdout.write(`${name}: ${execution.error?.code ?? 'completed'}, ${execution.effects.length} requests\n`);
  }
  // Nothing else keeps this process alive while the workers end.
  const alive = setInterval(() => {}, 1_000);
  await engine.close();
  await effects.close();
  await server.close();
  clearInterval(alive);
}
