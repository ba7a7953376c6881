import { attack } from './attack.ts';

// JSON.parse and JSON.stringify are single calls that work for as long as their text is.
attack({
  name: 'parsing ever longer texts',
  code: "return () => { const all = []; for (let n = 1e5; ; n *= 2) all.push(JSON.parse('[' + '[1,2,3],'.repeat(n) + '1]')); }",
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED'],
});
attack({
  name: 'stringifying ever larger values',
  code: 'return () => { let a = [1]; for (;;) { a = [a, a]; JSON.stringify(a); } }',
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED'],
});
attack({
  name: 'an input of ten megabytes',
  code: 'return (input) => input.text.length',
  input: { text: 'x'.repeat(10_000_000) },
  crashes: true,
  expect: ['none', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
