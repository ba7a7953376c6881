import { attack } from './attack.ts';

// Sorting calls back into the task; a comparator can lie, throw, change the array, or never end.
attack({
  name: 'a comparator that is never the same',
  code: 'return () => { for (;;) Array.from({ length: 1e5 }, Math.random).sort(() => Math.random() - 0.5); }',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a comparator that empties and grows the array',
  code: 'return () => { const a = Array.from({ length: 1e4 }, (_, i) => i); a.sort(() => { a.length = 0; a.push(...Array(100).fill(1)); return -1; }); return a.length; }',
  expect: ['none', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED'],
});
attack({
  name: 'sorting ten million numbers as text',
  code: 'return () => new Array(1e7).fill(0).map((_, i) => i).sort().length',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED'],
});
attack({
  name: 'sorting a typed array of a hundred million',
  code: 'return () => new Float64Array(1e8).map(Math.random).sort().length',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TASK_FAILED', 'TIMED_OUT', 'WORKER_CRASHED'],
});
