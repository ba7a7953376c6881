import { attack } from './attack.ts';

// Replacing every character of a long text by a long text.
attack({
  name: 'replacing 16 million characters by many',
  code: "return () => 'x'.repeat(2 ** 24).replaceAll('x', 'yyyyyyyyyyyyyyyyyyyyyyyy').length",
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TASK_FAILED', 'TIMED_OUT', 'WORKER_CRASHED', 'none'],
});
attack({
  name: 'replacing by a pattern, again and again',
  code: "return () => { let s = 'x'.repeat(2 ** 20); for (;;) s = s.replace(/x/g, 'xx'); }",
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TASK_FAILED', 'TIMED_OUT', 'WORKER_CRASHED'],
});
