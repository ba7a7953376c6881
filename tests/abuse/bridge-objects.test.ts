import { expect } from 'vitest';
import { attack } from './attack.ts';

// The realm talks to its worker through a callback and a reference. Whoever holds one could speak in the platform's name.
attack({
  name: 'no object of the bridge can be reached from the global object',
  code: `return async () => {
    const seen = new Set(), found = [];
    const stack = [['globalThis', globalThis]];
    for (const name of ['fetch', 'console', 'URL', 'crypto', 'performance', 'process', 'setTimeout', 'Response', 'AbortController', 'reportProgress', 'structuredClone', 'TextEncoder', 'Date', 'Intl', 'NetworkError'])
      stack.push([name, globalThis[name]]);
    stack.push(['response', new Response('x')], ['lazy', fetch('http://127.0.0.1:1/', { throwOnError: false })], ['signal', new AbortController().signal], ['date', new Date()]);
    while (stack.length > 0 && seen.size < 20000) {
      const [path, value] = stack.pop();
      if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) continue;
      seen.add(value);
      const name = (() => { try { return value.constructor?.name; } catch { return ''; } })();
      if (['Reference', 'Callback', 'ExternalCopy', 'Isolate', 'Context', 'Module', 'Script'].includes(name) || typeof value.applySyncPromise === 'function' || typeof value.derefInto === 'function') found.push(path);
      stack.push([path + '.__proto__', Object.getPrototypeOf(value)]);
      for (const key of Reflect.ownKeys(value)) {
        const d = Reflect.getOwnPropertyDescriptor(value, key);
        stack.push([path + '.' + String(key), d.value], [path + '.get ' + String(key), d.get], [path + '.set ' + String(key), d.set]);
      }
    }
    return { found, looked: seen.size > 500 };
  }`,
  limits: { cpuMs: 1000 },
  expect: ({ output }) => expect(output).toEqual({ found: [], looked: true }),
});
