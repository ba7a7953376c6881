import { expect } from 'vitest';
import { attack } from './attack.ts';

// A timer that fires after its execution has ended would run a stranger's code in the time of another.
attack({
  name: 'timers and intervals left behind never fire',
  code: `return () => { for (let i = 0; i < 200; i++) { setTimeout(() => { console.log('late'); for (;;); }, i); setInterval(() => { throw new Error('late'); }, i + 1); } return 'gone'; }`,
  expect: ({ output, logs }) => expect([output, logs]).toEqual(['gone', []]),
});
