import { expect } from 'vitest';
import { attack } from './attack.ts';

// In Node's own vm module this classic reaches the host's process object through the constructor of any object of the host.
attack({
  name: 'the constructor of the constructor of whatever is at hand finds no Node',
  code: `return function (input, context) {
    const found = [this, globalThis, input, context, Object, [], () => {}, Symbol.iterator].map((thing) => {
      try { return thing.constructor.constructor('return [typeof require, typeof process?.binding, typeof process?.mainModule, typeof process?.getBuiltinModule, typeof Deno].join()')(); }
      catch (error) { return error.name; }
    });
    return [...new Set(found)];
  }`,
  expect: ({ output }) => expect(output).toEqual(['undefined,undefined,undefined,undefined,undefined']),
});
