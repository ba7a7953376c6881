import { attack } from './attack.ts';

// Arguments go on the stack; a million of them overflow it inside the engine.
attack({
  name: 'spreading ten million arguments',
  code: 'return () => Math.max(...new Array(1e7).fill(1))',
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED', 'WORKER_CRASHED'],
});
attack({
  name: 'applying with a length that lies',
  code: 'return () => Function.prototype.apply.call((...all) => all.length, null, { length: 2 ** 31 })',
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'an array spread into itself for ever',
  code: 'return () => { let a = [1]; for (;;) a = [...a, ...a]; }',
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED', 'WORKER_CRASHED'],
});
attack({
  name: 'objects spread into each other for ever',
  code: 'return () => { let o = {}; for (let i = 0; ; i++) o = { ...o, ["k" + i]: { ...o } }; }',
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
