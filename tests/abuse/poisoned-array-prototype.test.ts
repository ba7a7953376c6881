import { expect } from 'vitest';
import { attack } from './attack.ts';

// A task may break its own world; the verdict about it must stay true.
const poison =
  "for (const name of Object.getOwnPropertyNames(Array.prototype)) if (typeof Array.prototype[name] === 'function' && name !== 'constructor') Array.prototype[name] = () => { throw new Error('poison'); }; Object.defineProperty(Array.prototype, Symbol.iterator, { value: () => { throw new Error('poison'); } });";
attack({
  name: 'with every method of arrays poisoned, a result is still the result',
  code: `return () => { ${poison} return { a: [1, { b: [2] }] }; }`,
  expect: ({ output }) => expect(output).toEqual({ a: [1, { b: [2] }] }),
});
attack({
  name: 'with every method of arrays poisoned, a failure is still a failure',
  code: `return () => { ${poison} throw new TypeError('real'); }`,
  expect: ({ code, message, result }) =>
    expect([code, message, result.outcome.error?.data['errorClass']]).toEqual([
      'TASK_FAILED',
      expect.stringContaining('real'),
      'TypeError',
    ]),
});
attack({
  name: 'with every method of arrays poisoned, a bad output is still refused',
  code: `return () => { ${poison} return { a: [NaN] }; }`,
  expect: ['OUTPUT_NOT_JSON'],
});
