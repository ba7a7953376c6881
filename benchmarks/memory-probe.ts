// A process of its own, so that the host's memory is measured without the rest of the benchmark in it. Prints one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { isolations } from '#engine/index.ts';
import { loadTask } from '#tasks/index.ts';
import { descendants, processMemory } from './process-family.ts';
import { startPlatform } from './subjects/ratchet.ts';
import { additionFolder, additionInput } from './tasks/load.ts';

const executions = Number(process.argv[2] ?? 2_000);
const task = await loadTask(additionFolder);
const after: Record<string, unknown> = {};
const idle: Record<string, unknown> = {};
let started: unknown;
let hostStarted: unknown;
for (const level of isolations) {
  const platform = await startPlatform({ 'engine.workers': 1 });
  await platform.engine.prestart(1);
  while (platform.engine.stats().workers.some(({ state }) => state !== 'ready')) await sleep(20);
  await sleep(500);
  hostStarted ??= processMemory(process.pid);
  started ??= processMemory(worker());
  for (let done = 0; done < executions; done += 4) {
    await Promise.all([1, 2, 3, 4].map(() => platform.run(task, additionInput, level)));
  }
  await sleep(1_000);
  after[level] = processMemory(worker());
  await sleep(19_000);
  idle[level] = processMemory(worker());
  if (level === 'fresh') idle['host'] = processMemory(process.pid);
  await platform.close();
}
process.stdout.write(JSON.stringify({ executions, workerStarted: started, workerAfter: after, idle, hostStarted }));

/** The worker itself, not the program that confines it. */
function worker(): number {
  return descendants(process.pid).at(-1)!;
}
