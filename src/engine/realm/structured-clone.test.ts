import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';

describe('structuredClone', () => {
  it.each([
    `({ a: [1, 'x', null, undefined, true, 5n], when: new Date(5), re: /a/gi, ['__proto__']: 1 })`,
    `new Map([[{ k: 1 }, new Set([1, [2]])]])`,
    `[new Uint8Array([1, 2, 3]).subarray(1), new Float64Array([0.5]), new ArrayBuffer(3), new DataView(new ArrayBuffer(4), 1, 2)]`,
    `Object.assign([1, , 3], { extra: 1 })`,
    `[new TypeError('t', { cause: { why: 1 } }), Object.assign(new Error('own'), { code: 1 }), Object.assign(new Error('x'), { name: 'Custom' })].map((e) => { e.stack = 's'; return e })`,
    `[Object('s'), Object(1), Object(false)]`,
    `new (class Point { x = 1; get y() { return 2 } })()`,
    `Object.create({ inherited: 1 }, { seen: { get: () => 5, enumerable: true }, hidden: { value: 1 } })`,
    `-0`,
  ])('copies %s as Node does', async (expression) => {
    // Node judges: the copy made in the realm is described there in the same words as the copy made here.
    const describeCopy = `(v) => { const tag = (x) => Object.prototype.toString.call(x); const seen = []; const walk = (x) => {
      if (typeof x === 'bigint') return x + 'n'; if (Object.is(x, -0)) return '-0'; if (x === undefined) return 'undefined'; if (typeof x !== 'object' || x === null) return x;
      if (seen.includes(x)) return 'seen'; seen.push(x);
      if (x instanceof Map) return ['Map', [...x].map(walk)]; if (x instanceof Set) return ['Set', [...x].map(walk)]; if (x instanceof Date) return ['Date', +x]; if (x instanceof RegExp) return String(x);
      if (x instanceof ArrayBuffer) return ['buffer', [...new Uint8Array(x)]]; if (ArrayBuffer.isView(x)) return [tag(x), x.byteOffset, x.byteLength, walk(x.buffer)];
      if (x instanceof Error) return [x.name, Object.getPrototypeOf(x).name, x.message, x.stack, walk(x.cause), Object.keys(x)];
      return [tag(x), Array.isArray(x) ? x.length : 0, Object.getPrototypeOf(x) === (Array.isArray(x) ? Array : Object).prototype || tag(x), Object.keys(x).map((k) => [k, walk(x[k])])] }; return walk(v) }`;
    const body = `return (${describeCopy})(structuredClone(${expression}))`;
    const here = new Function(body) as () => unknown;
    expect((await runIn(`() => { ${body} }`)).output).toEqual(JSON.parse(JSON.stringify(here())));
  });

  it('keeps cycles and shared parts', async () => {
    const code = `() => { const shared = { x: 1 }; const a = { shared, again: shared, map: new Map() }; a.self = a; a.map.set('a', a); const b = new Uint8Array(2); a.views = [b, b.buffer];
      const c = structuredClone(a); return [c !== a, c.self === c, c.shared === c.again, c.shared !== shared, c.map.get('a') === c, c.views[0].buffer === c.views[1]] }`;
    expect((await runIn(code)).output).toEqual([true, true, true, true, true, true]);
  });

  it.each(['() => 1', 'Symbol()', '({ f() {} })', 'new WeakMap()', 'Promise.resolve()', '[new WeakRef({})]', '(function* () {})()'])(
    'refuses %s',
    async (expression) => {
      const code = `() => { try { structuredClone(${expression}) } catch (e) { return [e.name, e.code, e instanceof DOMException] } }`;
      expect((await runIn(code)).output).toEqual(['DataCloneError', 25, true]);
    },
  );
});
