import { expect } from 'vitest';
import { attack } from './attack.ts';

// A promise that nothing can settle would hold its place until the time limit, and an hour is a legal limit.
attack({
  name: 'a promise that nothing can settle ends at once',
  code: 'return () => new Promise(() => {})',
  expect: ({ code, result }) => expect([code, result.cost.wallMs - result.cost.waitedMs < 1000]).toEqual(['TASK_NEVER_SETTLED', true]),
});
attack({
  name: 'one with an interval that keeps it alive ends at its limit',
  code: 'return () => new Promise(() => { setInterval(() => {}, 200); })',
  expect: ['TIMED_OUT'],
});
attack({
  name: 'awaiting itself',
  code: 'return () => { const p = (async () => { await null; return p; })(); return p; }',
  expect: ['TASK_FAILED', 'TASK_NEVER_SETTLED'],
});
