import { expect } from 'vitest';
import { attack } from './attack.ts';

// In Node's vm module the error of a failed import() is an object of the host and leads to its process.
attack({
  name: 'import() gives nothing, and its error belongs to the realm',
  code: `return async () => {
    const found = [];
    for (const name of ['node:fs', 'fs', 'node:child_process', './main.js', 'data:text/javascript,export default 1', 'file:///etc/passwd', 'isolated-vm']) {
      try { await import(name); found.push(name + ' was imported'); }
      catch (error) {
        if (!(error instanceof Error)) found.push(name + ' rejects with a foreign error');
        if (error.constructor.constructor('return typeof require')() !== 'undefined') found.push(name + ' leads out');
      }
    }
    return found;
  }`,
  expect: ({ output }) => expect(output).toEqual([]),
});
