import { expect } from 'vitest';
import { attack } from './attack.ts';

// Whatever has a then is taken for a promise. It can answer twice, contradict itself, throw afterwards, or never answer.
attack({
  name: 'a thenable that answers twice and differently counts once',
  code: "return () => ({ then(yes, no) { yes('first'); yes('second'); no(new Error('third')); throw new Error('fourth'); } })",
  expect: ({ output }) => expect(output).toBe('first'),
});
attack({
  name: 'a thenable that fails first has failed',
  code: "return () => ({ then(yes, no) { no(new Error('first')); yes('second'); } })",
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('first')]),
});
attack({
  name: 'a then getter that throws',
  code: "return () => ({ get then() { throw new Error('no then'); } })",
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('no then')]),
});
attack({
  name: 'a then getter that gives a function only once',
  code: "return () => { let n = 0; return { get then() { return n++ === 0 ? (yes) => yes('once') : undefined; }, n: 5 }; }",
  expect: ['none', 'TASK_FAILED', 'OUTPUT_NOT_JSON'],
});
attack({ name: 'a thenable that never answers', code: 'return () => ({ then() {} })', expect: ['TASK_NEVER_SETTLED'] });
attack({
  name: 'a thenable that gives itself',
  code: 'return () => { const t = { then(yes) { yes(t); } }; return t; }',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a thenable that answers from a timer and from a microtask',
  code: "return () => ({ then(yes, no) { setTimeout(() => no(new Error('late')), 5); queueMicrotask(() => yes('early')); } })",
  expect: ({ output }) => expect(output).toBe('early'),
});
