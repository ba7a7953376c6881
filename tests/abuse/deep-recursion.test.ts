import { expect } from 'vitest';
import { attack } from './attack.ts';

// A stack overflow must stay an error of the task, also where the platform's own code is on the stack.
attack({
  name: 'a function that calls itself',
  code: 'return () => { const f = () => f() + 1; return f(); }',
  expect: ({ code, result }) => expect([code, result.outcome.error?.data['errorClass']]).toEqual(['TASK_FAILED', 'RangeError']),
});
attack({
  name: 'a toJSON that stringifies itself',
  code: 'return () => ({ toJSON() { return JSON.stringify(this); } })',
  expect: ['TASK_FAILED'],
});
attack({ name: 'a getter that reads itself', code: 'return () => ({ get a() { return this.a; } })', expect: ['TASK_FAILED'] });
attack({
  name: 'a console call on the last bit of stack',
  code: 'return () => { let n = 0; const f = () => { try { f(); } catch (e) { if (n++ < 200) { console.log({ a: [1] }); new URL("http://a/"); setTimeout(() => {}, 0); fetch("http://127.0.0.1:1/", { throwOnError: false }); f(); } } }; f(); return n; }',
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED'],
});
attack({
  name: 'the result given on the last bit of stack',
  code: 'return () => new Promise((resolve, reject) => { const f = () => { try { f(); } catch { resolve({ get a() { return f(); } }); } }; f(); })',
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED', 'TASK_NEVER_SETTLED'],
});
attack({
  name: 'promises that adopt each other without end',
  code: 'return () => { let p = Promise.resolve(1); for (let i = 0; i < 1e5; i++) p = Promise.resolve().then(() => p); return p; }',
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED', 'TASK_NEVER_SETTLED'],
});
