import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonDifferences, pathText } from './json-differences.ts';

const exact = (expected: unknown, received: unknown) =>
  jsonDifferences(expected, received, { match: 'exact' }).map(({ path, expected: e, received: r }) => [pathText('v', path), e, r]);
const subset = (expected: unknown, received: unknown) =>
  jsonDifferences(expected, received, { match: 'subset' }).map(({ path }) => pathText('v', path));

describe('differences of JSON values', () => {
  it('are none between a value and its copy, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value));
        expect(exact(value, copy)).toEqual([]);
        expect(subset(value, copy)).toEqual([]);
      }),
    );
  });

  it('are found exactly where JSON text differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const sorted = (value: unknown): string =>
          JSON.stringify(value, (_, one: unknown) =>
            typeof one === 'object' && one !== null && !Array.isArray(one)
              ? Object.fromEntries(Object.entries(one).toSorted(([x], [y]) => (x < y ? -1 : 1)))
              : one,
          );
        expect(exact(a, b).length === 0).toBe(sorted(a) === sorted(b));
      }),
    );
  });

  it.each([
    [{ a: 1 }, { a: 2 }, [['v.a', 1, 2]]],
    [{ a: null }, {}, [['v.a', null, undefined]]],
    [{}, { a: null }, [['v.a', undefined, null]]],
    [[1, 2], [1], [['v[1]', 2, undefined]]],
    [[], {}, [['v', [], {}]]],
    [{ a: [] }, { a: null }, [['v.a', [], null]]],
    [1, '1', [['v', 1, '1']]],
    [-0, 0, []],
    ['\u00e9', 'e\u0301', [['v', '\u00e9', 'e\u0301']]],
    [{ 'a b': { 0: 1 } }, { 'a b': { 0: 2 } }, [['v["a b"]["0"]', 1, 2]]],
    [JSON.parse('{"__proto__": 1}'), {}, [['v.__proto__', 1, undefined]]],
    [{}, JSON.parse('{"toString": 1}'), [['v.toString', undefined, 1]]],
    [{ toString: 1 }, {}, [['v.toString', 1, undefined]]],
  ])('of %j and %j', (a, b, found) => expect(exact(a, b)).toEqual(found));

  it('leave out fields nobody asked for when a part is enough, but not items of lists', () => {
    expect(subset({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 })).toEqual([]);
    expect(subset({ a: 1 }, {})).toEqual(['v.a']);
    expect(subset([{ a: 1 }], [{ a: 1, b: 2 }])).toEqual([]);
    expect(subset([1], [1, 2])).toEqual(['v[1]']);
    expect(subset({}, [])).toEqual(['v']);
  });

  it('are found in values of any depth, and no more than asked for', () => {
    const deep = (bottom: number) => JSON.parse(`${'[{"a":'.repeat(50_000)}${bottom}${'}]'.repeat(50_000)}`) as unknown;
    const [found] = jsonDifferences(deep(1), deep(2), { match: 'exact' });
    expect(found).toMatchObject({ expected: 1, received: 2 });
    expect(found!.path).toHaveLength(100_000);
    const many = Array.from({ length: 1_000 }, (_, index) => index);
    expect(jsonDifferences(many, [], { match: 'exact', most: 3 })).toHaveLength(3);
  });

  it('are judged by somebody who knows better', () => {
    const accepts = (wanted: unknown, given: unknown) => wanted === 'any' && given !== undefined;
    expect(jsonDifferences({ a: 'any', b: 'any' }, { a: [1] }, { match: 'exact', accepts })).toEqual([
      { path: ['b'], expected: 'any', received: undefined },
    ]);
  });
});
