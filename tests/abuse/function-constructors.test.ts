import { expect } from 'vitest';
import { attack } from './attack.ts';

// Each kind of function has a constructor that compiles text; all of them have to compile it inside the realm.
attack({
  name: 'the constructors of every kind of function stay in the realm',
  code: `return async () => {
    const kinds = [function () {}, async () => {}, function* () {}, async function* () {}].map((f) => f.constructor);
    const body = 'return [typeof require, typeof module, typeof __filename, typeof process?.binding, globalThis === arguments[0]].join()';
    const found = [];
    for (const Kind of kinds) {
      let value = await new Kind(body)(globalThis);
      if (typeof value.next === 'function') value = (await value.next()).value;
      found.push(value);
    }
    return found;
  }`,
  expect: ({ output }) => expect(output).toEqual(Array(4).fill('undefined,undefined,undefined,undefined,true')),
});
