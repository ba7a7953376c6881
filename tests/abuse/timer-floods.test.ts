import { attack } from './attack.ts';

// Each timer is a message to the worker and a timer there.
attack({
  name: 'a hundred thousand timers',
  code: 'return () => { for (let i = 0; i < 1e5; i++) setTimeout(() => {}, 1e6); return 1; }',
  expect: ['TASK_FAILED', 'none', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a hundred thousand timers, each caught and cleared',
  code: 'return () => { for (let i = 0; i < 1e5; i++) { try { clearTimeout(setTimeout(() => {}, 0)); } catch {} } return 1; }',
  expect: ['none', 'CPU_LIMIT_EXCEEDED'],
});
