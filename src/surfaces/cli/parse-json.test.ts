import { firstBadOffset, type RatchetError } from '#kernel/index.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

function problem(text: string): string {
  try {
    parseJson(text, '--input-json');
  } catch (caught) {
    return (caught as RatchetError).message;
  }
  throw new Error(`${text} was accepted`);
}

describe('JSON a person wrote', () => {
  it('is parsed, with or without a byte-order mark', () => {
    expect(parseJson('\uFEFF {"a": [1, -2.5e3, "x\\u00e9", null, true]}', 'x')).toEqual({ a: [1, -2500, 'xé', null, true] });
  });

  it('that is wrong is answered with the place', () => {
    expect(problem("{'num1': 5}")).toMatch(/^--input-json is not JSON: unexpected "'" at line 1, column 2/);
    expect(problem('{"a": 1,\n "b" 2}')).toMatch(/unexpected "2" at line 2, column 6/);
    expect(problem('{"a": [1, 2}')).toMatch(/unexpected "}" at line 1, column 12/);
    expect(problem('{"a": 1} x')).toMatch(/unexpected "x" at line 1, column 10/);
    expect(problem('[1,]')).toMatch(/unexpected "]" at line 1, column 4/);
    expect(problem('{"a": 01}')).toMatch(/unexpected "1" at line 1, column 8/);
    expect(problem('{"a": tru}')).toMatch(/unexpected "}" at line 1, column 10/);
    expect(problem('"line\nbreak"')).toMatch(/control character/);
    expect(problem('{"a": "x')).toMatch(/ends too early/);
    expect(problem('  ')).toMatch(/it is empty/);
  });

  it('is found good or bad exactly when the engine finds so', () => {
    const almost = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', 'x', '\\', '0', '\n')).map(([json, at, extra]) => {
      const cut = at % (json.length + 1);
      return json.slice(0, cut) + extra + json.slice(cut + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), almost, fc.string()), (text) => {
        let good = true;
        try {
          JSON.parse(text);
        } catch {
          good = false;
        }
        // Good JSON is walked to its end. In bad JSON everything before the place named is free of fault.
        const offset = firstBadOffset(text);
        return good ? offset === text.length : firstBadOffset(text.slice(0, offset)) === offset;
      }),
      { numRuns: 2000 },
    );
  });

  it('of megabytes does not exhaust the stack', () => {
    expect(firstBadOffset(`"${'x'.repeat(3_000_000)}"`)).toBe(3_000_002);
    expect(firstBadOffset('['.repeat(1_000_000))).toBe(1_000_000);
  });
});
