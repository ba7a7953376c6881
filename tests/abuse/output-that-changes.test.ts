import { expect } from 'vitest';
import { attack } from './attack.ts';

// A value that looks harmless when it is checked and is something else when it is read.
attack({
  name: 'a getter that gives text first and a BigInt then is read once or refused',
  code: "return () => { let n = 0; return { get a() { n++; return n === 1 ? 'first' : 1n; } }; }",
  expect: ({ code, output }) =>
    code === 'none' ? expect(output).toEqual({ a: 'first' }) : expect(['TASK_FAILED', 'OUTPUT_NOT_JSON']).toContain(code),
});
attack({
  name: 'a getter that gives a small text first and a huge one then stays within the limit of outputs',
  code: "return () => { let n = 0; return { get a() { n++; return n === 1 ? 'first' : 'x'.repeat(2e7); } }; }",
  crashes: true,
  expect: ({ code, output }) =>
    code === 'none'
      ? expect(output).toEqual({ a: 'first' })
      : expect(['OUTPUT_TOO_LARGE', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED']).toContain(code),
});
attack({
  name: 'a getter that gives a small value first and an endless one then',
  code: 'return () => { let n = 0; const deep = () => ({ get a() { return deep(); } }); return { get a() { n++; return n === 1 ? 1 : deep(); } }; }',
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'OUTPUT_TOO_LARGE'],
});
attack({
  name: 'a toJSON that gives another value at every call is called once',
  code: "return () => { let n = 0; return { toJSON() { n++; return n === 1 ? ['first'] : () => {}; } }; }",
  expect: ({ output }) => expect(output).toEqual(['first']),
});
attack({
  name: 'an array that grows while it is read',
  code: 'return () => { const a = [{ toJSON() { a.push(a[0], a[0]); return 1; } }]; return a; }',
  expect: ['none', 'CPU_LIMIT_EXCEEDED', 'OUTPUT_TOO_LARGE', 'MEMORY_LIMIT_EXCEEDED'],
});
attack({
  name: 'a getter that throws while the output is read',
  code: "return () => ({ ok: 1, get a() { throw new TypeError('too late'); } })",
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('too late')]),
});
