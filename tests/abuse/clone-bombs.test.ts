import { attack } from './attack.ts';

// structuredClone walks whatever it is given.
attack({
  name: 'cloning getters, cycles and proxies that do not end',
  code: 'return () => { const endless = new Proxy({}, { get: (t, k) => endless, ownKeys: () => ["a"], getOwnPropertyDescriptor: () => ({ value: endless, enumerable: true, configurable: true }) }); structuredClone({ get a() { return { get b() { return endless; } }; } }); return 1; }',
  expect: ['TASK_FAILED', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'none'],
});
attack({
  name: 'cloning ever larger values',
  code: 'return () => { let a = [1]; for (;;) a = [structuredClone(a), structuredClone(a)]; }',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TASK_FAILED', 'TIMED_OUT'],
});
attack({
  name: 'transferring a buffer twice and reading it after',
  code: 'return () => { const b = new ArrayBuffer(8); structuredClone(b, { transfer: [b] }); try { structuredClone(b, { transfer: [b, b] }); } catch {} return b.byteLength; }',
  expect: ['none', 'TASK_FAILED'],
});
