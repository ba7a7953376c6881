import { attack } from './attack.ts';

// Iteration protocols hide loops that no statement of the task shows.
attack({
  name: 'an async generator without end',
  code: 'return async () => { async function* all() { for (;;) yield 1; } for await (const _ of all()); }',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'spreading an iterator without end',
  code: 'return () => [...{ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }]',
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'],
});
attack({
  name: 'Array.fromAsync of a source without end',
  code: 'return () => Array.fromAsync((async function* () { for (;;) yield 1; })())',
  expect: ['CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED'],
});
