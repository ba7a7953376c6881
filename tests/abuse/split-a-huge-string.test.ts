import { attack } from './attack.ts';

// V8 aborts its whole process on this one, in every sandbox there is: only another process survives it.
attack({
  name: 'splitting a string of 256 million characters',
  code: "return () => 'x'.repeat(2 ** 28).split('').length",
  crashes: true,
  expect: ['WORKER_CRASHED', 'MEMORY_LIMIT_EXCEEDED'],
});
