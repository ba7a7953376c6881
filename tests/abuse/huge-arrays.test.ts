import { attack } from './attack.ts';

// Growth by many small steps, and by one large one.
attack({
  name: 'arrays of arrays without end',
  code: 'return () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }',
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'joining four thousand million holes',
  code: 'return () => new Array(2 ** 32 - 1).join("x").length',
  expect: ['TASK_FAILED', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'an array that claims to be long, returned',
  code: 'return () => { const a = []; a.length = 2 ** 32 - 1; return a; }',
  crashes: true,
  expect: ['OUTPUT_TOO_LARGE', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT'],
});
attack({
  name: 'a sparse array turned dense',
  code: 'return () => { const a = []; a[2 ** 31] = 1; return [...a].length; }',
  expect: ['TASK_FAILED', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED'],
  crashes: true,
});
