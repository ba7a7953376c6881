import { expect } from 'vitest';
import { attack } from './attack.ts';

// Error.prepareStackTrace hands out call sites; in other sandboxes getThis() and getFunction() of the platform's frames were the way out.
const look = (cause: string) => `return () => {
  const seen = [];
  Error.stackTraceLimit = 100;
  Error.prepareStackTrace = (error, sites) => {
    for (const site of sites) {
      const file = String(site.getFileName());
      if (file === 'main.js') continue;
      const fn = site.getFunction(), that = site.getThis();
      if (typeof fn === 'function') seen.push(file + ' gives ' + fn.name);
      if (that !== undefined && that !== globalThis && that !== null) seen.push(file + ' gives this ' + typeof that);
    }
    return '';
  };
  const spring = () => { void new Error('x').stack; return 1; };
  try { ${cause} } catch {}
  return seen;
}`;

for (const [name, cause] of [
  ['a plain call', 'spring();'],
  ['a sort', '[3, 2, 1].sort(spring);'],
  ['an option of fetch', 'fetch({ toString: spring, get href() { return spring(); } }, { get method() { return spring(); } }).then;'],
  ['an argument of console', 'console.log({ get a() { return spring(); }, toString: spring, [Symbol.toPrimitive]: spring });'],
  ['a progress report', 'reportProgress({ toJSON: spring });'],
  ['a clone', 'structuredClone({ get a() { return spring(); } });'],
  ['an address', 'new URL({ toString: spring });'],
  ['an event', "const t = new EventTarget(); t.addEventListener('x', spring); t.dispatchEvent(new Event('x'));"],
] as const) {
  attack({
    name: `call sites seen from ${name} give nothing of the platform away`,
    code: look(cause),
    expect: ({ output }) => expect(output).toEqual([]),
  });
}
