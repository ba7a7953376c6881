import { expect } from 'vitest';
import { attack } from './attack.ts';

// Logs leave the sandbox while it runs; unbounded they would fill the worker's queue, the pipe and the host.
const chars = (logs: readonly { message: string }[]) => logs.reduce((sum, { message }) => sum + message.length, 0);
attack({
  name: 'a million lines',
  code: "return () => { for (let i = 0; i < 1e6; i++) console.log('line', i); return 1; }",
  limits: { cpuMs: 1_000 },
  expect: ({ code, logs }) => {
    expect(['none', 'CPU_LIMIT_EXCEEDED']).toContain(code);
    expect(logs.length).toBeLessThanOrEqual(10_001);
  },
});
attack({
  name: 'lines of eight million characters',
  code: "return () => { const long = 'x'.repeat(8e6); for (let i = 0; i < 100; i++) console.error(long + i); return 1; }",
  limits: { cpuMs: 1_000 },
  expect: ({ code, logs }) => {
    expect(['none', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED']).toContain(code);
    expect(chars(logs)).toBeLessThan(1_100_000);
  },
});
attack({
  name: 'values that are cyclic, hostile and enormous',
  code: "return () => { const big = {}; big.self = big; big.list = new Array(1e6).fill(big); for (let i = 0; i < 100; i++) console.log(big, new Map([[big, big]]), { get a() { throw 1; } }, Symbol('s'), 1n, () => {}, new Proxy({}, { get() { throw 2; } })); return 1; }",
  limits: { cpuMs: 1_000 },
  expect: ({ code, logs }) => {
    expect(['none', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED']).toContain(code);
    expect(chars(logs)).toBeLessThan(1_100_000);
  },
});
attack({
  name: 'a console that prints from inside its own printing',
  code: 'return () => { const o = { get a() { console.log(o); return 1; }, toJSON() { console.log(o); } }; console.log(o); return 1; }',
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED'],
});
