import { expect } from 'vitest';
import { attack } from './attack.ts';

// Turning the output into JSON runs traps of the output.
attack({
  name: 'a returned proxy with endless keys',
  code: 'return () => new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => "k" + i), getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })',
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'],
});
attack({
  name: 'a returned proxy of an array that claims to be four thousand million long',
  code: 'return () => new Proxy([], { get: (t, k) => k === "length" ? 2 ** 32 - 1 : k === "toJSON" ? undefined : 7 })',
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'OUTPUT_TOO_LARGE'],
});
attack({
  name: 'a returned proxy that throws in its traps fails like any task',
  code: 'return () => new Proxy({}, { ownKeys() { throw new RangeError("trap"); } })',
  expect: ({ code, message }) => expect([code, message]).toEqual(['TASK_FAILED', expect.stringContaining('trap')]),
});
attack({
  name: 'a returned proxy that pretends to be a promise',
  code: 'return () => new Proxy({}, { get: (t, k) => k === "then" ? (resolve) => resolve(5) : undefined, getPrototypeOf: () => Promise.prototype })',
  expect: ['none', 'TASK_FAILED'],
});
