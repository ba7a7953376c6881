import { attack } from './attack.ts';

// Whatever one execution leaves on the global object would be read, or run, by the next customer of the realm.
attack({
  name: 'globals, getters and replaced functions do not outlive their execution',
  code: `return () => {
    globalThis.leak = 'secret'; var implicit; undeclared = 1; (0, eval)('var evaluated = 2; function hoisted() {}');
    for (const name of Object.getOwnPropertyNames(globalThis)) { try { if (name !== 'Object') globalThis[name] = () => 'stolen'; } catch {} }
    Object.defineProperty(globalThis, 'fixed', { value: 1, configurable: false });
    try { Object.freeze(globalThis); } catch {}
    return 'done';
  }`,
  expect: ['none', 'TASK_FAILED'],
});
