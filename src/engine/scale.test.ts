import { afterAll, beforeAll, expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { isProcessAlive } from '#kernel/index.ts';
import { engineOf, type TestEngine } from '#testing/engine-of.ts';

const wait = programOf('return (input) => new Promise((resolve) => setTimeout(() => resolve(input.n), input.ms))');

let test: TestEngine;
beforeAll(async () => {
  test = await engineOf({ 'engine.workers': 2, 'engine.executions_per_worker': 2 });
});
afterAll(() => test.engine.close());

const staying = () => test.engine.stats().workers.filter(({ state }) => state !== 'leaving').length;

it('more workers are started at once, fewer leave when nothing runs in them, and every execution ends as it would have', async () => {
  const { engine } = test;
  engine.scale(4);
  expect(engine.stats()).toMatchObject({ mostWorkers: 4 });
  expect(staying()).toBe(4);
  await expect.poll(() => engine.stats().workers.filter(({ state }) => state === 'ready').length, { timeout: 20_000 }).toBe(4);
  const runs = Array.from({ length: 40 }, (_one, n) => test.run(wait, { input: { n, ms: 300 } }));
  // Two in each of four, and no more.
  expect(engine.stats()).toMatchObject({ running: 8, waiting: 32 });
  const before = engine.stats().workers;
  engine.scale(1);
  expect(staying()).toBe(1);
  // Nothing was ended for it.
  expect(engine.stats().running).toBe(8);
  for (const { pid } of before) expect(isProcessAlive(pid!)).toBe(true);
  const ended = await Promise.all(runs);
  expect(ended.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 40 }, (_one, n) => ({ output: String(n), error: null })));
  // One for programs known to be quick, and one for others.
  await expect.poll(() => engine.stats().workers.length, { timeout: 20_000 }).toBeLessThanOrEqual(2);
  expect(engine.stats().restarts).toBe(0);
}, 60_000);

it('a worker that is to leave before it has started leaves, and counts as none that failed', async () => {
  const { engine } = test;
  engine.scale(6);
  engine.scale(2);
  expect((await test.run(wait, { input: { n: 7, ms: 1 } })).outcome.output).toBe('7');
  await expect.poll(() => engine.stats().workers.length, { timeout: 20_000 }).toBeLessThanOrEqual(4);
  expect(engine.stats().restarts).toBe(0);
}, 60_000);
