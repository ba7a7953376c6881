import { expect } from 'vitest';
import { attack } from './attack.ts';

// Recursion over a value as deep as memory allows overflows the stack of whoever recurses.
let deepInput: unknown = 1;
for (let i = 0; i < 4_000; i++) deepInput = { a: deepInput };
attack({
  name: 'input nested four thousand deep',
  code: 'return (input) => { let depth = 0; for (let at = input; at.a; at = at.a) depth++; return depth; }',
  input: deepInput,
  expect: ({ output }) => expect(output).toBe(4_000),
});
attack({
  name: 'output nested a hundred thousand deep',
  code: 'return () => { let d = 1; for (let i = 0; i < 1e5; i++) d = [d]; return d; }',
  expect: ['none', 'OUTPUT_NOT_JSON', 'OUTPUT_TOO_LARGE', 'TASK_FAILED'],
});
attack({
  name: 'parsing text nested a million deep',
  code: "return () => JSON.parse('['.repeat(1e6) + ']'.repeat(1e6)).length",
  expect: ['none', 'TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'printing, cloning and reporting a value a hundred thousand deep',
  code: 'return () => { let d = 1; for (let i = 0; i < 1e5; i++) d = { d }; console.log(d); reportProgress(d); try { structuredClone(d); } catch {} return 1; }',
  limits: { cpuMs: 1000 },
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED'],
});
