import { expect } from 'vitest';
import { attack } from './attack.ts';

// A finalizer runs when the collector likes: after its execution, in the time of another.
attack({
  name: 'weak references bring nothing back, and there are no finalizers',
  code: `return async () => {
    if (typeof FinalizationRegistry !== 'undefined') return 'finalizers exist';
    const weak = new WeakRef({ secret: 1 });
    for (let i = 0; i < 20; i++) { new Array(1e4).fill(i); await new Promise((resolve) => setTimeout(resolve)); }
    return typeof (weak.deref()?.secret ?? 1);
  }`,
  expect: ({ output }) => expect(output).toBe('number'),
});
