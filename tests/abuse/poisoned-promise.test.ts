import { expect } from 'vitest';
import { attack } from './attack.ts';

// The platform waits for the task's promise: with which then, and whose constructor?
attack({
  name: 'with then, catch and resolve poisoned, an async result is still the result',
  code: "return async () => { Promise.prototype.then = (yes) => yes('forged'); Promise.prototype.catch = Promise.resolve = Promise.reject = () => 'forged'; await null; return 'real'; }",
  expect: ({ output }) => expect(output).toBe('real'),
});
attack({
  name: 'with then poisoned, a rejection is still a failure',
  code: "return async () => { Promise.prototype.then = (yes) => yes('forged'); throw new Error('real'); }",
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('real')]),
});
attack({
  name: 'a promise whose constructor has a species of its own',
  code: "return () => { const p = Promise.resolve('real'); p.constructor = { [Symbol.species]: class { constructor(run) { run(() => {}, () => {}); } } }; return p; }",
  expect: ({ output }) => expect(output).toBe('real'),
});
attack({
  name: 'a global Promise replaced before anything is awaited',
  code: "return async () => { globalThis.Promise = class { static resolve() { return 'forged'; } then(yes) { yes('forged'); } }; await null; return 'real'; }",
  expect: ({ output }) => expect(output).toBe('real'),
});
attack({
  name: 'instanceof Promise that lies',
  code: 'return () => { Object.defineProperty(Promise, Symbol.hasInstance, { value: () => true }); return { plain: 1 }; }',
  expect: ['none', 'TASK_FAILED'],
});
