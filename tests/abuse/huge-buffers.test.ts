import { attack } from './attack.ts';

// The bytes of a buffer lie outside the JavaScript heap; a heap limit that does not count them is none.
attack({
  name: 'one buffer of eight gigabytes',
  code: 'return () => new ArrayBuffer(2 ** 33).byteLength',
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED'],
});
attack({
  name: 'many buffers of a megabyte, all written to',
  code: 'return () => { const all = []; for (;;) all.push(new Uint8Array(2 ** 20).fill(1)); }',
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'copies by slice, set and structuredClone',
  code: 'return () => { const all = [new Uint8Array(2 ** 23).fill(1)]; for (;;) all.push(all.at(-1).slice(), structuredClone(all[0])); }',
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED'],
});
