import { expect } from 'vitest';
import { attack } from './attack.ts';

// Microtasks of all realms of an isolate share one queue; one that queues itself for ever would run inside the next execution.
attack({
  name: 'a chain of microtasks left behind is charged to the execution that made it',
  code: 'return () => { const again = () => Promise.resolve().then(again); again(); return 1; }',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'requests left behind are waited for or given up, and promises without end are forgotten',
  code: `return () => { for (let i = 0; i < 100; i++) { new Promise(() => {}); (async () => { await new Promise(() => {}); console.log('late'); })(); } return 1; }`,
  expect: ({ output, logs }) => expect([output, logs]).toEqual([1, []]),
});
