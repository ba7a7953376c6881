import { attack } from './attack.ts';

// Each turn is short; only the sum is endless.
attack({
  name: 'an interval that never stops',
  code: 'return () => new Promise(() => setInterval(() => {}, 0))',
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'timers that start timers',
  code: 'return () => new Promise(() => { const again = () => setTimeout(again); for (let i = 0; i < 100; i++) again(); })',
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'immediates that start immediates',
  code: 'return () => new Promise(() => { const again = () => { setImmediate(again); }; again(); })',
  expect: ['CPU_LIMIT_EXCEEDED', 'TIMED_OUT'],
});
attack({
  name: 'a loop in a timer',
  code: 'return () => new Promise(() => setTimeout(() => { for (;;); }, 5))',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a timer that sleeps for 24 days',
  code: 'return () => new Promise((resolve) => setTimeout(resolve, 2 ** 31 - 1))',
  expect: ['TIMED_OUT'],
});
