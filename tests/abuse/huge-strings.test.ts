import { attack } from './attack.ts';

// Strings double with every concatenation; a few statements make gigabytes.
attack({
  name: 'a string that doubles for ever',
  code: "return () => { let s = 'ab'; for (;;) s += s; }",
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a string that doubles and is made flat',
  code: "return () => { const all = []; let s = 'ab'; for (;;) { s += s; all.push(s.slice(1)); s.charCodeAt(9); } }",
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'padding and repetition to the limit of the engine',
  code: "return () => { const all = []; for (let i = 0; ; i++) all.push('x'.repeat(2 ** 24 + i), ''.padEnd(2 ** 24, 'y' + i)); }",
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a huge string as the output',
  code: "return () => 'x'.repeat(2 ** 29 - 25)",
  crashes: true,
  expect: ['OUTPUT_TOO_LARGE', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED'],
});
