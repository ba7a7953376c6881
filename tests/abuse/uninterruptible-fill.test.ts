import { attack } from './attack.ts';

// One call of a built-in that runs for seconds and cannot be interrupted, while it takes a gigabyte.
attack({
  name: 'filling an array of 128 million elements',
  code: 'return () => new Array(2 ** 27).fill(0).length',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED'],
});
attack({
  name: 'filling one after the other',
  code: 'return () => { for (;;) new Array(2 ** 25).fill(0); }',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED'],
});
