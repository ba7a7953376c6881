import { attack } from './attack.ts';

// Memory of resizable buffers is not counted by the isolate at all: only the size of the whole process shows it.
attack({
  name: 'a resizable buffer grown to gigabytes',
  code: 'return () => { const b = new ArrayBuffer(0, { maxByteLength: 2 ** 33 }); for (let n = 2 ** 24; ; n += 2 ** 24) { b.resize(n); new Uint8Array(b, n - 2 ** 24).fill(1); } }',
  limits: { cpuMs: 1_000 },
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'WORKER_CRASHED'],
});
attack({
  name: 'many resizable buffers made large',
  code: 'return () => { const all = []; for (;;) all.push(new Uint8Array(new ArrayBuffer(2 ** 27, { maxByteLength: 2 ** 27 })).fill(1)); }',
  limits: { cpuMs: 1_000 },
  crashes: true,
  expect: ['TASK_FAILED', 'MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'WORKER_CRASHED'],
});
