import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { editConfigText } from './edit-config-text.ts';

const edit = (text: string, key: string, value: unknown) => editConfigText(text, { path: key.split('.'), value });

it.each([
  ['a value in its place', 'http:\n  timeout: 10s # slow\n', 'http.timeout', '20s', 'http:\n  timeout: 20s # slow\n'],
  ['a quoted one', "a: {b: '1', c: 2}\n", 'a.b', 'x y', 'a: {b: x y, c: 2}\n'],
  ['a list', 'a:\n  - 1\n  - 2\nb: 1\n', 'a', [3], 'a:\n  - 3\nb: 1\n'],
  [
    'a new key below its section',
    '# top\nhttp:\n  timeout: 1 # one\n\n# next\nlogging: {}\n',
    'http.retries',
    2,
    '# top\nhttp:\n  timeout: 1 # one\n  retries: 2\n\n# next\nlogging: {}\n',
  ],
  ['a new key at the end of the file', 'a:\n  b: 1', 'a.c', true, 'a:\n  b: 1\n  c: true\n'],
  ['a new section', 'a: 1\n', 'b.c.d', 'x', 'a: 1\nb:\n  c:\n    d: x\n'],
  ['a section in a deeper one', 'a:\n    b:\n        c: 1\nz: 1\n', 'a.x.y', 2, 'a:\n    b:\n        c: 1\n    x:\n      y: 2\nz: 1\n'],
  ['an empty section', 'a: # nothing\n# yet\nb: 1\n', 'a.c', 2, 'a: # nothing\n  c: 2\n# yet\nb: 1\n'],
  ['an empty section of an empty section', 'a:\nb:\n  c:\n', 'b.c.d.e', 2, 'a:\nb:\n  c:\n    d:\n      e: 2\n'],
  ['an empty file', '', 'a.b', 1, 'a:\n  b: 1\n'],
  ['a file of comments', '# only\n', 'a', 1, '# only\na: 1\n'],
  ['a file of Windows', 'a:\r\n  b: 1\r\n', 'a.c', 2, 'a:\r\n  b: 1\r\n  c: 2\r\n'],
  ['a file that is JSON', '{\n    "a": {"b": 1}\n}\n', 'a.c', 'x', '{\n    "a": {\n        "b": 1,\n        "c": "x"\n    }\n}\n'],
])('changes %s and nothing else', (_what, text, key, value, expected) => {
  expect(edit(text, key, value)).toBe(expected);
});

it('keeps comments and order where a line cannot be put in its place', () => {
  expect(edit('# one\na: {b: 1} # two\n# three\nc: 1\n', 'a.d', 2)).toBe('# one\na: { b: 1, d: 2 } # two\n# three\nc: 1\n');
});

it('refuses what would change something else', () => {
  expect(edit('base: &base {timeout: 1}\nhttp: *base\n', 'http.timeout', 2)).toBeNull();
  expect(edit('a: b: c\n', 'a', 1)).toBeNull();
  // A comment that would go.
  expect(edit('a:\n  - 1 # one\n  - 2\n', 'a', [3])).toBeNull();
  // One that is merged in is covered by a key of its own.
  expect(parse(edit('base: &base\n  timeout: 1\nhttp:\n  <<: *base\n  x: 1\n', 'http.timeout', 2)!, { merge: true })).toEqual({
    base: { timeout: 1 },
    http: { timeout: 2, x: 1 },
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd e', 'true', '1');
const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }));
const tree = fc.letrec((tie) => ({
  node: fc.dictionary(name, fc.oneof({ depthSize: 'small' }, leaf, tie('node')), { maxKeys: 4 }),
})).node;

it('gives a file that holds the new value and all that was there before', () => {
  fc.assert(
    fc.property(tree, fc.array(name, { minLength: 1, maxLength: 3 }), leaf, fc.boolean(), (before, path, value, isFlow) => {
      const text = `# first\n${stringify(before, isFlow ? { collectionStyle: 'flow' } : {})}# last\n`;
      const edited = editConfigText(text, { path, value });
      // A value that stands where a section would have to be is not written over.
      let level: unknown = before;
      const isSection = path.slice(0, -1).every((key) => {
        level = level === undefined ? undefined : (level as Record<string, unknown>)[key];
        return level === undefined || (typeof level === 'object' && level !== null && !Array.isArray(level));
      });
      if (!isSection) return;
      expect(edited).toContain('# first');
      const expected = structuredClone(before);
      let at = expected;
      for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
      at[path.at(-1)!] = value;
      expect(parse(edited!)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
