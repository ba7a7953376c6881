import { expect } from 'vitest';
import { attack } from './attack.ts';

// Methods of strings, functions, regular expressions, sets and maps, used by the platform's own code.
const poison =
  "for (const holder of [String.prototype, Function.prototype, RegExp.prototype, Set.prototype, Map.prototype, Number.prototype, Error.prototype]) for (const name of Reflect.ownKeys(holder)) { if (name === 'constructor') continue; try { Object.defineProperty(holder, name, { value: () => { throw 'poison'; } }); } catch {} } Reflect.apply = Reflect.ownKeys = Object.keys = Object.defineProperty = Array.isArray = String = Number = () => { throw 'poison'; }; Error.captureStackTrace = () => { throw 'poison'; };";
attack({
  name: 'with strings, functions and sets poisoned, an output is honest or refused',
  code: `return () => { ${poison} return { a: ['real', 1] }; }`,
  expect: ({ code, output }) => (code === 'none' ? expect(output).toEqual({ a: ['real', 1] }) : expect(code).toBe('TASK_FAILED')),
});
attack({
  name: 'with strings, functions and sets poisoned, a failure is a failure',
  code: `return () => { ${poison} throw new TypeError('real'); }`,
  expect: ['TASK_FAILED'],
});
attack({
  name: 'with strings, functions and sets poisoned, a bad output is refused',
  code: `return () => { ${poison} return [NaN]; }`,
  expect: ['OUTPUT_NOT_JSON', 'TASK_FAILED'],
});
