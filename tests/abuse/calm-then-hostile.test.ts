import { afterAll, beforeAll, expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { engineOf, type TestEngine } from '#testing/engine-of.ts';

// A program that behaves is trusted with the worker's own thread for a few milliseconds. One that has waited for that must gain nothing.
const limits = { cpuMs: 300, wallMs: 1_500 };
const sane = programOf('return (input) => input + 1');

let test: TestEngine;
beforeAll(async () => {
  test = await engineOf({ 'engine.workers': 1 });
});
afterAll(() => test.engine.close());

it.each([
  ['loops', 'for (;;);'],
  ['loops in promises', 'return (async () => { for (;;) await null; })()'],
  ['backtracks', 'return /^(a+)+$/.test("a".repeat(40) + "!")'],
  ['fills what cannot be interrupted', 'return new Array(2 ** 27).fill(0).length'],
  ['aborts the engine', 'return "x".repeat(2 ** 28).split("").length'],
  ['fills the heap', 'const all = []; for (;;) all.push(new Array(1000).fill(1));'],
  ['floats a rejection that cannot be copied', 'Promise.reject({ get message() { for (;;); }, get stack() { for (;;); } }); return 1'],
  [
    'floats an error that cannot be copied',
    'Promise.reject(Object.defineProperty(new Error(), "message", { get() { for (;;); } })); return 1',
  ],
  ['throws what cannot be looked at', 'throw new Proxy({}, { get() { for (;;); } })'],
])('a program that %s after it was calm is stopped like any other', async (_name, attack) => {
  const patient = programOf(`return (input) => { if (input === 'calm') return 1; ${attack} }`);
  for (let i = 0; i < 8; i++) expect((await test.run(patient, { input: 'calm', limits })).outcome.output).toBe('1');

  const { outcome, cost } = await test.run(patient, { input: 'now', limits });

  expect(outcome.error?.code).toMatch(/^(CPU_LIMIT_EXCEEDED|TIMED_OUT|MEMORY_LIMIT_EXCEEDED|WORKER_CRASHED|TASK_FAILED)$/);
  expect(cost.wallMs - cost.waitedMs).toBeLessThan(limits.wallMs + 1_500);
  for (let i = 0; i < 5; i++) expect((await test.run(sane, { input: i, limits })).outcome.output).toBe(`${i + 1}`);
});
