import { attack } from './attack.ts';

// Arithmetic on numbers of a million digits is one instruction of the task.
attack({
  name: 'squaring a BigInt for ever',
  code: 'return () => { let n = 3n; for (;;) n *= n; }',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'printing a BigInt of a hundred million bits',
  code: 'return () => String(1n << 30000000n).length',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT', 'none'],
});
attack({ name: 'a power that cannot be', code: 'return () => 2n ** (2n ** 40n)', expect: ['TASK_FAILED', 'CPU_LIMIT_EXCEEDED'] });
