import { attack } from './attack.ts';

// The global object's own prototype chain is where the platform keeps what it makes on demand.
attack({
  name: 'a global object with a hostile prototype',
  code: `return () => {
    let tried = [];
    try { Object.setPrototypeOf(globalThis, new Proxy({}, { get() { throw new Error('mine now'); }, has() { for (;;); } })); tried.push('set'); } catch (error) { tried.push(error.name); }
    console.log(1);
    return tried;
  }`,
  expect: ['none', 'TASK_FAILED', 'CPU_LIMIT_EXCEEDED'],
});
