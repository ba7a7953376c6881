import { attack } from './attack.ts';

// In Node an unhandled rejection ends the process: whose, when sandboxed code makes a hundred thousand?
attack({
  name: 'a flood of unhandled rejections',
  code: "return () => { for (let i = 0; i < 1e5; i++) Promise.reject(new Error('flood')); return 'done'; }",
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'],
});
attack({
  name: 'rejections of requests nobody waits for',
  code: "return async () => { for (let i = 0; i < 100; i++) fetch('http://127.0.0.1:1/').then(() => {}); await null; return 'done'; }",
  expect: ['none', 'TASK_FAILED', 'TASK_FAILED_TRANSIENT', 'REQUEST_FAILED_UNSEEN'],
});
attack({
  name: 'errors in timers, listeners and microtasks',
  code: "return () => new Promise((resolve) => { setTimeout(() => { throw new Error('timer'); }); queueMicrotask(() => { throw new Error('microtask'); }); setTimeout(resolve, 50); })",
  expect: ['TASK_FAILED'],
});
