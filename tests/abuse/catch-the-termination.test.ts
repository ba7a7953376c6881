import { expect } from 'vitest';
import { attack } from './attack.ts';

// A termination that could be caught would be no termination.
attack({
  name: 'a finally block around an endless loop',
  code: "return () => { try { for (;;); } finally { console.log('caught'); return 'escaped'; } }",
  expect: ({ code, logs }) => expect([code, logs]).toEqual(['CPU_LIMIT_EXCEEDED', []]),
});
attack({
  name: 'a catch that starts over',
  code: 'return () => { for (;;) { try { for (;;); } catch {} finally { continue; } } }',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a promise chain that starts over',
  code: 'return () => { const again = () => new Promise((_, no) => { for (let i = 0; i < 1e5; i++); no(1); }).catch(again).finally(again); return again(); }',
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT'],
});
attack({
  name: 'out of memory, caught and tried again',
  code: "return () => { const all = []; for (;;) { try { for (;;) all.push('x'.repeat(1e6) + all.length); } catch {} } }",
  crashes: true,
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'TIMED_OUT'],
});
