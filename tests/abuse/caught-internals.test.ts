import { expect } from 'vitest';
import { attack } from './attack.ts';

// Setters on Array.prototype and Object.prototype see every value the platform stores carelessly. A record of a request leads to the
// record of the execution, and whoever holds that can raise its own limits.
attack({
  name: 'setters on the built-in prototypes catch nothing of the platform',
  code: `return async () => {
    const caught = [];
    const trap = (target, key) => Object.defineProperty(target, key, { configurable: true, get() { return undefined; }, set(value) {
      if (value !== null && typeof value === 'object' && ['run', 'options', 'limits', 'pending', 'timers'].some((name) => Object.hasOwn(value, name))) caught.push(String(key) + ': ' + Reflect.ownKeys(value).slice(0, 5).map(String).join());
      Object.defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true });
    } });
    const keys = ['options', 'limits', 'run', 'holder', 'head', 'failure', 'id', 'done', 'state', 'promise'];
    for (let i = 0; i < 4; i++) trap(Array.prototype, String(i));
    for (const key of keys) trap(Object.prototype, key);
    for (let i = 0; i < 3; i++) fetch('http://127.0.0.1:1/' + i, { throwOnError: false });
    try { await fetch('http://127.0.0.1:1/'); } catch {}
    try { fetch('http://127.0.0.1:1/').status; } catch {}
    console.log({ a: [1, { b: 2 }] });
    reportProgress({ a: [{ b: [1] }] });
    structuredClone({ a: [1, { b: 2 }] });
    performance.now();
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (let i = 0; i < 4; i++) delete Array.prototype[i];
    for (const key of keys) delete Object.prototype[key];
    return caught;
  }`,
  expect: ({ output }) => expect(output).toEqual([]),
});
