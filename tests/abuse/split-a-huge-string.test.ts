import { attack } from './attack.ts';

// V8 aborts its whole process on this one, in every sandbox there is: only another process survives it. On a busy machine the 300 ms
// of processor time may be over before it gets that far.
attack({
  name: 'splitting a string of 256 million characters',
  code: "return () => 'x'.repeat(2 ** 28).split('').length",
  crashes: true,
  expect: ['WORKER_CRASHED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED'],
});
