import { attack } from './attack.ts';

// The output is read after the task has returned; that, too, is time of the task.
attack({
  name: 'a getter in the output that never returns',
  code: 'return () => ({ get a() { for (;;); } })',
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'a getter of a thrown error that never returns',
  code: "return () => { throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;); } }); }",
  expect: ['CPU_LIMIT_EXCEEDED'],
});
attack({ name: 'a then that never returns', code: 'return () => ({ get then() { for (;;); } })', expect: ['CPU_LIMIT_EXCEEDED'] });
