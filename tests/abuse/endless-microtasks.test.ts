import { attack } from './attack.ts';

// Microtasks never let the event loop turn, so a limit that waits for its turn never comes.
attack({ name: 'an endless chain of promises', code: 'return async () => { for (;;) await null; }', expect: ['CPU_LIMIT_EXCEEDED'] });
attack({
  name: 'an endless chain of queueMicrotask',
  code: 'return () => new Promise(() => { const again = () => queueMicrotask(again); again(); })',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'an endless chain of process.nextTick',
  code: 'return () => { const again = () => process.nextTick(again); again(); return 1; }',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
