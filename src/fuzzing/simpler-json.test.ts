import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesIn, valueAt, withAt } from './json-places.ts';
import { jsonText } from './json-text.ts';
import { simplerJson } from './simpler-json.ts';

const all = (value: unknown) => [...simplerJson(fc, value)];

/** Greedily to a value of which no simpler one is bad. */
function smallest(value: unknown, isBad: (value: unknown) => boolean): { value: unknown; steps: number } {
  let steps = 0;
  for (let next: unknown = value; next !== undefined;) {
    value = next;
    steps += 1;
    next = all(value).find(isBad);
    if (steps > 5_000) throw new Error('it does not end');
  }
  return { value, steps };
}

describe('simpler JSON', () => {
  it('is none for what is simple already', () => {
    for (const value of [null, false, 0, '', [], {}]) expect(all(value)).toEqual([]);
  });

  it('leads from any value to the simplest of its kind', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const kind = (one: unknown) => (Array.isArray(one) ? 'array' : one === null ? 'null' : typeof one);
        const { value: end } = smallest(value, (one) => kind(one) === kind(value));
        expect([null, false, 0, '', [], {}]).toContainEqual(end);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('ends for any value and any wish', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 2, max: 7 }), (value, divisor) => {
        const { value: end } = smallest(value, (one) => jsonText(one).length % divisor !== 1);
        expect(all(end).every((one) => jsonText(one).length % divisor === 1)).toBe(true);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('keeps fields called like the prototype', () => {
    const value: unknown = JSON.parse('{"__proto__": {"a": 1}, "b": 2}');
    const { value: end } = smallest(value, (one) => jsonText(one).includes('__proto__'));
    expect(jsonText(end)).toBe('{"__proto__":{}}');
  });

  it('has few candidates for what is very long', () => {
    expect(all('x'.repeat(100_000)).length).toBeLessThan(100);
    expect(all(Array.from({ length: 10_000 }, (_, index) => index)).length).toBeLessThan(100);
  });
});

describe('places in JSON', () => {
  const value: unknown = JSON.parse('{"a": [1, {"b": null}], "__proto__": 2}');

  it('are all of it, from the outside in', () => {
    expect(placesIn(value).map((path) => path.join('.'))).toEqual(['', 'a', '__proto__', 'a.0', 'a.1', 'a.1.b']);
    expect(valueAt(value, ['a', 1, 'b'])).toBeNull();
    expect(valueAt(value, ['a', 7, 'b'])).toBeUndefined();
  });

  it('can be changed in a copy, and taken away', () => {
    expect(jsonText(withAt(value, ['a', 1, 'b'], -0))).toBe('{"a":[1,{"b":-0}],"__proto__":2}');
    expect(jsonText(withAt(value, ['a', 0], undefined))).toBe('{"a":[{"b":null}],"__proto__":2}');
    expect(jsonText(withAt(value, ['__proto__'], undefined))).toBe('{"a":[1,{"b":null}]}');
    expect(jsonText(withAt(value, [], 'all'))).toBe('"all"');
    expect(jsonText(value)).toBe('{"a":[1,{"b":null}],"__proto__":2}');
  });
});
