import { expect } from 'vitest';
import { attack } from './attack.ts';

// Names the platform looks for on its own objects can be planted on the prototype of all objects.
const names =
  "['kind', 'path', 'reason', 'chars', 'text', 'then', 'toJSON', 'status', 'failure', 'error', 'unhandled', 'get', 'set', 'value', 'writable', 'limits', 'outputChars', 'main', 'default', 'headers', 'method', 'body', 'signal', 'throwOnError', 'redirect', 'retry']";
attack({
  name: 'planted properties do not become part of a result',
  code: `return () => { for (const name of ${names}.filter((n) => !['then', 'toJSON', 'get', 'set', 'value', 'writable'].includes(n))) Object.defineProperty(Object.prototype, name, { value: 'planted', writable: true, configurable: true }); return { real: [1, {}] }; }`,
  expect: ({ output }) => expect(output).toEqual({ real: [1, {}] }),
});
attack({
  name: 'planted getters and setters do not hide a failure',
  code: `return () => { for (const name of ${names}.filter((n) => !['get', 'set', 'value', 'writable'].includes(n))) Object.defineProperty(Object.prototype, name, { get() { return 'planted'; }, set() {}, configurable: true }); throw new RangeError('real'); }`,
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('real')]),
});
attack({
  name: 'a planted then makes promises of everything, of the task only',
  code: "return () => { Object.prototype.then = function (yes) { delete Object.prototype.then; yes('thenned'); }; return { a: 1 }; }",
  expect: ({ output }) => expect(output).toBe('thenned'),
});
