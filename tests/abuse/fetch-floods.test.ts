import { attack } from './attack.ts';

// A request costs the host far more than the task.
attack({
  name: 'a hundred thousand requests started at once',
  code: "return () => { for (let i = 0; i < 1e5; i++) fetch('http://127.0.0.1:1/' + i, { throwOnError: false }); return 1; }",
  limits: { cpuMs: 2_000 },
  crashes: true,
  expect: ['none', 'REQUEST_FAILED_UNSEEN', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'fifty requests with bodies of nine megabytes',
  code: "return async () => { const body = 'x'.repeat(9e6); await Promise.all(Array.from({ length: 50 }, () => fetch('http://127.0.0.1:1/', { method: 'POST', body }).catch(() => 0))); return 1; }",
  limits: { cpuMs: 1_000 },
  crashes: true,
  expect: [
    'none',
    'CPU_LIMIT_EXCEEDED',
    'MEMORY_LIMIT_EXCEEDED',
    'WORKER_CRASHED',
    'TIMED_OUT',
    'TASK_FAILED',
    'TASK_FAILED_TRANSIENT',
    'REQUEST_FAILED_UNSEEN',
  ],
});
