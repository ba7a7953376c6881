import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLiveEffects, type EffectsProvider } from '#engine/index.ts';
import { settingsFrom } from '#kernel/index.ts';
import { programOf } from '#testing/code-program.ts';
import { engineOf } from '#testing/engine-of.ts';
import { startHttpStub, type HttpStub } from '#testing/http-stub.ts';
import { childrenOf, survivors } from './processes.ts';

// Memory killers, operators and crashes take workers away at any moment. What was promised must hold at each of them.
const executions = 1_000;
const atOnce = 40;

let stub: HttpStub;
let provider: EffectsProvider;
beforeAll(async () => {
  stub = await startHttpStub();
  provider = createLiveEffects(settingsFrom({}), { profile: 'development' });
});
afterAll(async () => {
  await provider.close();
  await stub.close();
});

const kinds = [
  'return (input) => input.number * 2',
  'return async (input) => { await new Promise((resolve) => setTimeout(resolve, 20)); return input.number * 2; }',
  "return async (input) => (await (await fetch(input.url + '/json')).json()).list.length * input.number - input.number",
  "return (input) => fetch(input.url + '/json').status === 200 ? input.number * 2 : -1",
];
/** Several programs of each kind, as a server has many tasks. */
const programs = Array.from({ length: 40 }, (_, i) => programOf(`// task ${i}\n${kinds[i % kinds.length]}`));

const openFiles = () => readdirSync('/proc/self/fd').length;

it('1,000 executions end exactly once each while workers are killed under them', async () => {
  const before = { files: openFiles(), children: childrenOf(process.pid).length };
  const { engine, run } = await engineOf({ 'engine.workers': 2, 'engine.max_waiting': executions });
  const ends = new Map<number, number>();
  const came: Record<string, number> = {};
  const workers = new Set<number>();
  let kills = 0;

  let next = 0;
  const lane = async () => {
    while (next < executions) {
      const number = next++;
      const effects = provider.begin({ executionId: 'x', network: null });
      const { outcome } = await run(programs[number % programs.length]!, { input: { number, url: stub.url }, effects });
      ends.set(number, (ends.get(number) ?? 0) + 1);
      const end = outcome.error?.code ?? (outcome.output === String(number * 2) ? 'right' : `wrong: ${outcome.output}`);
      came[end] = (came[end] ?? 0) + 1;
    }
  };
  const killer = setInterval(
    () => {
      const ready = engine.stats().workers.filter(({ state, running }) => state === 'ready' && running.length > 0);
      const victim = ready[Math.floor(Math.random() * ready.length)];
      if (!victim?.pid) return;
      const family = [victim.pid, ...childrenOf(victim.pid)];
      for (const pid of family) workers.add(pid);
      process.kill(family.at(-1)!, 'SIGKILL');
      kills++;
    },
    100 + Math.random() * 100,
  );
  await Promise.all(Array.from({ length: atOnce }, lane));
  clearInterval(killer);

  for (const pid of childrenOf(process.pid)) workers.add(pid);
  const restarts = engine.stats().restarts;
  await engine.close();
  process.stderr.write(`kill-workers: ${kills} kills, ${restarts} restarts, ${JSON.stringify(came)}\n`);

  expect(ends.size).toBe(executions);
  expect([...ends.values()].every((count) => count === 1)).toBe(true);
  expect(Object.keys(came).filter((end) => !['right', 'WORKER_CRASHED'].includes(end))).toEqual([]);
  expect(kills).toBeGreaterThan(3);
  expect(restarts).toBeGreaterThan(0);
  expect(came['right']).toBeGreaterThan(executions / 2);
  expect(await survivors([...workers])).toEqual([]);
  expect(childrenOf(process.pid).length).toBeLessThanOrEqual(before.children);
  // Connections to the stub are kept for the next request; nothing else may be left.
  expect(openFiles()).toBeLessThanOrEqual(before.files + stub.openConnections() * 2 + 4);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap')).toEqual([]);
}, 90_000);
