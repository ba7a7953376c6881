import { attack } from './attack.ts';

// Describing what was thrown runs traps of the thrown thing; outside the limits they could run for ever.
for (const [name, handler, codes] of [
  [
    'throws in every trap',
    '{ get() { throw new Error(1) }, ownKeys() { throw new Error(2) }, getPrototypeOf() { throw new Error(3) }, has() { throw new Error(4) } }',
    ['TASK_FAILED'],
  ],
  ['loops in every trap', '{ get() { for (;;); }, ownKeys() { for (;;); }, getPrototypeOf() { for (;;); } }', ['CPU_LIMIT_EXCEEDED']],
  ['answers every question with itself', '{ get(t, k, r) { return r; }, apply(t, that, args) { return that; } }', ['TASK_FAILED']],
  ['loops when its prototype is asked for', '{ getPrototypeOf() { for (;;); } }', ['CPU_LIMIT_EXCEEDED']],
] as const) {
  attack({ name: `a thrown proxy that ${name}`, code: `return () => { throw new Proxy({}, ${handler}); }`, expect: codes });
  attack({ name: `a rejection with a proxy that ${name}`, code: `return () => Promise.reject(new Proxy({}, ${handler}))`, expect: codes });
}
