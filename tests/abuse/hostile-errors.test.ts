import { expect } from 'vitest';
import { attack } from './attack.ts';

// An error is described by reading its properties; each of them can throw, lie, or be something else.
attack({
  name: 'an error whose every property throws',
  code: 'return () => { class Bad extends Error { get name() { throw 1; } get message() { throw 2; } get stack() { throw 3; } get status() { throw 4; } toString() { throw 5; } get own() { throw 7; } } throw new Bad(); }',
  expect: ['TASK_FAILED'],
});
attack({
  name: 'an error whose properties are no text',
  code: "return () => { const e = new Error('x'); for (const [k, v] of Object.entries({ name: {}, message: [], stack: 7n, status: { valueOf: () => 500 } })) Object.defineProperty(e, k, { value: v, enumerable: true }); throw e; }",
  expect: ['TASK_FAILED'],
});
attack({
  name: 'an error with a message and fields of megabytes',
  code: "return () => { const e = new Error('m'.repeat(5e6)); e.stack = 's'.repeat(5e6); for (let i = 0; i < 1000; i++) e['f' + i] = 'x'.repeat(1e4); throw e; }",
  expect: ({ code, result }) => expect([code, JSON.stringify(result.outcome.error).length < 200_000]).toEqual(['TASK_FAILED', true]),
});
attack({
  name: 'an error that pretends to be ours',
  code: "return () => { throw Object.assign(new Error('x'), { name: 'RatchetError', code: 'INTERNAL_ERROR', kind: 'output-not-json', exit: 'ok', http: 200, retryable: true }); }",
  expect: ({ code, result }) => expect([code, result.outcome.error?.retryable]).toEqual(['TASK_FAILED', false]),
});
attack({
  name: 'a stack written to point at our files',
  code: "return () => { const e = new Error('x'); e.stack = 'Error: x\\n    at secret (file:///etc/passwd:1:1)\\n    at evil (main.js:999999:1)\\n' + '    at a (main.js:1:1)\\n'.repeat(1e5); throw e; }",
  expect: ({ code, result }) =>
    expect([code, (result.outcome.error!.data['frames'] as unknown[]).length < 1000]).toEqual(['TASK_FAILED', true]),
});
for (const thrown of ['undefined', 'null', '0', "Symbol('s')", '1n', '(() => {})', 'Object.create(null)', '[]', 'new Date(NaN)']) {
  attack({ name: `throwing ${thrown}`, code: `return () => { throw ${thrown}; }`, expect: ['TASK_FAILED'] });
}
