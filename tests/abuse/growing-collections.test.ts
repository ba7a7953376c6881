import { attack } from './attack.ts';

// Maps and sets rehash into twice their size: the heap jumps where arrays creep.
attack({
  name: 'a map without end',
  code: "return () => { const m = new Map(); for (let i = 0; ; i++) m.set('k' + i, { i }); }",
  limits: { cpuMs: 2000 },
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED', 'WORKER_CRASHED', 'TIMED_OUT'],
});
attack({
  name: 'a set of objects without end',
  code: 'return () => { const s = new Set(); for (;;) s.add({}); }',
  limits: { cpuMs: 2000 },
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED', 'WORKER_CRASHED', 'TIMED_OUT'],
});
attack({
  name: 'properties without end',
  code: "return () => { const o = {}; for (let i = 0; ; i++) o['k' + i] = i; }",
  limits: { cpuMs: 2000 },
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'CPU_LIMIT_EXCEEDED', 'TASK_FAILED', 'WORKER_CRASHED', 'TIMED_OUT'],
});
attack({
  name: 'weak references kept strong',
  code: 'return () => { const all = []; for (;;) all.push(new WeakRef(new Array(1000).fill(all.length))); }',
  limits: { cpuMs: 2000 },
  crashes: true,
  expect: ['MEMORY_LIMIT_EXCEEDED', 'WORKER_CRASHED', 'CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
