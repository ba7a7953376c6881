import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runIn } from './realm-harness.ts';
import { serialise } from './serialise.ts';

describe('serialise', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(serialise(value, 1e6)).toEqual(JSON.stringify(value));
      }),
    );
  });

  it.each([
    [{ a: undefined, b: [undefined, 1], c: { d: undefined } }],
    [{ when: new Date(0), odd: { toJSON: () => undefined }, key: { toJSON: (k: string) => k } }],
    [[Object('s'), Object(1), Object(false)]],
    [{ 'a"b': -0, ['__proto__']: 1, nul: null }],
    [Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } })],
    [new Uint8Array([1, 2])],
    [['\ud800', '\u2028', '\n']],
  ])('agrees on corner cases %#', (value) => {
    expect(serialise(value, 1e6)).toEqual(JSON.stringify(value));
  });

  it('writes plain values as the engine does, and looks at everything else piece by piece with the same text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(serialise(value, 1e6)).toBe(text);
        // A null prototype is enough to take the long way.
        const wrapped = Object.assign(Object.create(null) as object, { value });
        expect(serialise(wrapped, 1e6)).toBe(`{"value":${text}}`);
      }),
    );
  });

  it('is not deceived by a getter that first gives one thing and then another', () => {
    let reads = 0;
    const value = { get a() { return reads++ === 0 ? 'short' : 'x'.repeat(200); } }; // prettier-ignore
    expect(serialise(value, 100)).toEqual({ chars: 208 });
  });

  it('takes the same object twice, but not inside itself', () => {
    const shared = { x: 1 };
    expect(serialise([shared, shared, { shared }], 100)).toBe('[{"x":1},{"x":1},{"shared":{"x":1}}]');
  });

  it('stops soon after the limit', () => {
    let bomb: unknown = 'x'.repeat(100);
    for (let i = 0; i < 40; i += 1) bomb = [bomb, bomb];
    const result = serialise(bomb, 10_000) as { chars: number };
    expect(result.chars).toBeGreaterThan(10_000);
    expect(result.chars).toBeLessThan(200_000);
  });
});

describe('an output that is not JSON', () => {
  it.each([
    ['{ items: [0, 1, 2, { total: NaN }] }', 'items[3].total', 'NaN is not a JSON number'],
    ['{ a: { "b c": -Infinity } }', 'a["b c"]', '-Infinity is not a JSON number'],
    ['10n', '', 'a BigInt is not JSON'],
    ['[1, 2n]', '[1]', 'a BigInt is not JSON'],
    ['{ f() {} }', 'f', 'a function is not JSON'],
    ['[Symbol("s")]', '[0]', 'a symbol is not JSON'],
    ['{ m: new Map([[1, 2]]) }', 'm', 'a Map is not JSON; use Object.fromEntries(map) or [...map]'],
    ['new Set()', '', 'a Set is not JSON; use [...set]'],
    ['{ w: new WeakMap() }', 'w', 'a WeakMap or WeakSet is not JSON'],
    ['{ p: Promise.resolve(1) }', 'p', 'a promise is not JSON; await it first'],
    ['{ e: new TypeError("x") }', 'e', 'an error object is not JSON; return its message'],
    ['Object(NaN)', '', 'NaN is not a JSON number'],
  ])('%s', async (value, path, reason) => {
    expect(await runIn(`() => (${value})`)).toMatchObject({ failure: { kind: 'output-not-json', path, reason }, settles: 1 });
  });

  it('names the place where a value contains itself', async () => {
    const code = `() => { const a = { list: [{}] }; a.list[0].up = a; return a }`;
    expect((await runIn(code)).failure).toEqual({ kind: 'output-not-json', path: 'list[0].up', reason: 'the value contains itself' });
  });

  it('is null for undefined', async () => {
    expect(await runIn('() => {}')).toMatchObject({ output: null, settles: 1 });
  });

  it('may be 1,000 levels deep', async () => {
    const { output, settles, thrown } = await runIn(`() => { let v = 1; for (let i = 0; i < 1000; i++) v = { v }; return v }`);
    let depth = 0;
    for (let v = output; typeof v === 'object' && v !== null; v = (v as { v: unknown }).v) depth += 1;
    expect({ depth, settles, thrown }).toEqual({ depth: 1_000, settles: 1, thrown: [] });
  });

  it('is refused when it is deeper than that, and does not overflow anybody’s stack', async () => {
    const { failure, settles, thrown } = await runIn(`() => { let v = 1; for (let i = 0; i < 100000; i++) v = [v]; return v }`);
    expect({ settles, thrown }).toEqual({ settles: 1, thrown: [] });
    expect(failure).toMatchObject({ kind: 'output-not-json', reason: 'it is nested more than 1000 levels deep' });
  });

  it('is refused when it is too long', async () => {
    const outcome = await runIn(`() => 'x'.repeat(2000)`, { limits: { outputChars: 1000 } });
    expect(outcome.failure).toEqual({ kind: 'output-too-large', chars: 2002, limit: 1000 });
  });

  it('passes on what its getters and toJSON throw', async () => {
    expect((await runIn(`() => ({ get a() { throw new RangeError('mine') } })`)).failure).toMatchObject({
      kind: 'threw',
      name: 'RangeError',
    });
    expect((await runIn(`() => new Proxy({}, { ownKeys() { throw 'text' } })`)).failure).toMatchObject({ name: 'string', message: 'text' });
  });
});
