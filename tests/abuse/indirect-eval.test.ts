import { expect } from 'vitest';
import { attack } from './attack.ts';

// Evaluated text runs in the global scope: nothing of the wrapping, the boot script or Node may be visible from there.
attack({
  name: 'indirect eval sees the realm and nothing behind it',
  code: `return () => {
    const names = ['require', 'module', 'exports', '__dirname', 'connect', 'enter', 'call', 'send', 'waiter', 'run', 'ivm', '$0', '_ivm'];
    return names.filter((name) => (0, eval)('typeof ' + name) !== 'undefined');
  }`,
  expect: ({ output }) => expect(output).toEqual([]),
});
