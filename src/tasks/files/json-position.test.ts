import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeInJson } from './json-position.ts';

/** What stands at a place, parsed as the longest JSON value that begins there. */
function valueAt(text: string, { line, column }: { line: number; column: number }): unknown {
  const start =
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length +
    (line > 1 ? 1 : 0) +
    column -
    1;
  for (let end = text.length; end > start; end--) {
    try {
      return JSON.parse(text.slice(start, end)) as unknown;
    } catch {
      // Too long still.
    }
  }
  throw new Error('no value there');
}

describe('the place of a value in a JSON text', () => {
  it('is its line and column', () => {
    const text = '{\n  "a": 1,\n  "b": [true, { "c\\"": "x" }]\n}';
    expect(placeInJson(text, ['b', 1, 'c"'])).toEqual({ line: 3, column: 24 });
    expect(placeInJson(text, [])).toEqual({ line: 1, column: 1 });
  });

  it('is that of the closest ancestor when it is absent', () => {
    expect(placeInJson('{\n "a": []\n}', ['a', 3, 'x'])).toEqual({ line: 2, column: 7 });
  });

  it('is that of the last of equal keys, which is the one that counts', () => {
    expect(placeInJson('{"a": 1, "a": 2}', ['a'])).toEqual({ line: 1, column: 15 });
  });

  it('leads back to every value of any document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const visit = (part: unknown, path: (string | number)[]) => {
          expect(valueAt(text, placeInJson(text, path))).toEqual(JSON.parse(JSON.stringify(part)));
          if (typeof part !== 'object' || part === null) return;
          for (const [key, inner] of Object.entries(part)) visit(inner, [...path, Array.isArray(part) ? Number(key) : key]);
        };
        visit(JSON.parse(text), []);
      }),
      { numRuns: 200 },
    );
  });
});
