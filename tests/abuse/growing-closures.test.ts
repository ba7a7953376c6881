import { attack } from './attack.ts';

// Functions and promises hold on to what they close over.
attack({
  name: 'closures over closures',
  code: 'return () => { let f = () => 0; for (;;) { const g = f, data = new Array(100).fill(1); f = () => g() + data.length; } }',
  limits: { cpuMs: 2000 },
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'a million promises that wait',
  code: 'return async () => { const all = []; for (;;) all.push(new Promise(() => {}).then(() => new Array(10))); }',
  limits: { cpuMs: 2000 },
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
