import { attack } from './attack.ts';

// Some questions are answered by the worker's main thread, which every execution of the worker shares.
attack({
  name: 'addresses parsed without end',
  code: "return () => { for (let i = 0; ; i++) new URL('http://a/' + i); }",
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'digests of eight megabytes without end',
  code: "return async () => { const data = new Uint8Array(8e6); for (;;) await crypto.subtle.digest('SHA-512', data); }",
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED'],
});
attack({
  name: 'an address of twenty million characters',
  code: "return () => new URL('http://a/' + '\u00e9'.repeat(2e7)).href.length",
  crashes: true,
  expect: ['none', 'TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'TIMED_OUT', 'WORKER_CRASHED'],
});
attack({
  name: 'random bytes without end',
  code: 'return () => { const b = new Uint8Array(65536); for (;;) crypto.getRandomValues(b); }',
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'decoding and encoding without end',
  code: 'return () => { const b = new Uint8Array(1e6).fill(0xc3); for (;;) new TextEncoder().encode(new TextDecoder().decode(b)); }',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT', 'MEMORY_LIMIT_EXCEEDED'],
});
