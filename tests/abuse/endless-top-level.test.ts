import { programOf } from '#testing/code-program.ts';
import { attack } from './attack.ts';

// Code of a task runs before its function is known: loading it must be limited like running it.
attack({ name: 'an endless loop at the top level', program: programOf('for (;;);'), expect: ['CPU_LIMIT_EXCEEDED'] });
attack({
  name: 'an endless loop in the getter that gives the function',
  program: programOf('return { get main() { for (;;); } }'),
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'memory that grows at the top level',
  program: programOf('const all = []; for (;;) all.push(new Array(1000).fill(1));'),
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
