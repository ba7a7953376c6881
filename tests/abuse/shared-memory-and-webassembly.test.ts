import { expect } from 'vitest';
import { attack } from './attack.ts';

// Memory of WebAssembly and shared buffers lies outside the heap limit, and shared memory makes a fine clock.
attack({
  name: 'there is no WebAssembly, no shared memory and no way to get them back',
  code: `return () => {
    const names = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry'];
    const direct = names.filter((name) => typeof globalThis[name] !== 'undefined');
    const evaluated = names.filter((name) => (0, eval)('typeof ' + name) !== 'undefined' || Function('return typeof ' + name)() !== 'undefined');
    let shared = 'no';
    try { shared = new ArrayBuffer(8, { shared: true }).constructor.name; } catch {}
    return { direct, evaluated, shared };
  }`,
  expect: ({ output }) => expect(output).toEqual({ direct: [], evaluated: [], shared: 'ArrayBuffer' }),
});
