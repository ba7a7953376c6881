import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatchMode } from '../test-case.ts';
import { judgeOutput } from './judge-output.ts';
import { shortJson } from './short-json.ts';
import { valueDiff } from './value-diff.ts';

function judge(expected: unknown, received: unknown, match: MatchMode = 'exact') {
  return judgeOutput({ match, output: { value: expected, key: 'expected_output' } }, received);
}
const places = (expected: unknown, received: unknown, match?: MatchMode) => judge(expected, received, match)?.details ?? [];
const diff = (expected: unknown, received: unknown, match: MatchMode = 'exact') =>
  valueDiff(expected, received, match).map(({ sign, text }) => `${sign}${text}`);

describe('the output of a test', () => {
  it('is judged right when it is what was expected, and not judged when nothing was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value));
        expect(judge(value, copy)).toBeNull();
        expect(judge(value, copy, 'subset')).toBeNull();
      }),
    );
    expect(judgeOutput({ match: 'exact', output: null }, { a: 1 })).toBeNull();
  });

  it('is judged wrong with the place of each difference', () => {
    expect(judge({ items: [{ total: 1 }, { total: 3 }], name: 'a' }, { items: [{ total: 1 }, { total: 4 }], more: null })).toMatchObject({
      kind: 'output',
      message: 'The output differs from what is expected in 3 places.',
      details: [
        'at output.items[1].total: expected 3, received 4',
        'at output.name: expected "a", received nothing',
        'at output.more: expected nothing, received null',
      ],
    });
    expect(judge(1, 2)).toMatchObject({
      message: 'The output differs from what is expected in 1 place.',
      details: ['at output: expected 1, received 2'],
    });
  });

  it('may have more fields when a part is enough', () => {
    expect(judge({ a: 1 }, { a: 1, b: 2 }, 'subset')).toBeNull();
    expect(judge({ a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }, 'subset')).toBeNull();
    expect(places({ a: [1] }, { a: [1, 2] }, 'subset')).toEqual(['at output.a[1]: expected nothing, received 2']);
  });

  it('may be said in words where a list has to have a length', () => {
    expect(judge({ a: 'array_length:2' }, { a: [1, 2] })).toBeNull();
    expect(judge({ a: 'array_length:2' }, { a: 'array_length:2' })).toBeNull();
    expect(places({ a: 'array_length:3' }, { a: [1, 2] })).toEqual(['at output.a: expected "array_length:3", received [1,2]']);
  });

  it('with one item more or less in front is different in one place', () => {
    expect(places([1, 2, 3, 4], [0, 1, 2, 3, 4])).toEqual(['at output[0]: expected nothing, received 0']);
    expect(
      places(
        [
          { id: 1, n: [1] },
          { id: 2, n: [2, 2] },
        ],
        [{ id: 2, n: [2] }],
      ),
    ).toEqual([
      'at output[0].id: expected 1, received 2',
      'at output[0].n[0]: expected 1, received 2',
      'at output[1]: expected {"id":2,"n":[2,2]}, received nothing',
    ]);
  });

  it.each([
    [0.3, 0.1 + 0.2, / \(they differ by 5\.6e-17: .*close_to/],
    ['é', 'e\u0301', / \(the same text in two Unicode forms\)$/],
    ['a', 'a ', / \(they differ in blanks at the ends\)$/],
    ['a\nb', 'a\r\nb', / \(they differ in line ends\)$/],
    ['Abc', 'abc', / \(they differ in capitals\)$/],
    [1, '1', / \(string and number\)$/],
    ['null', null, / \(null and string\)$/],
  ])('%j for %j is told with what may be behind it', (received, expected, reason) => {
    expect(places(expected, received)[0]).toMatch(reason);
  });

  it('with many items more or less is told by their number', () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ index }));
    expect(places(many, [...many.slice(0, 10), { index: 77 }])).toEqual([
      'at output: expected 30 items, received 11',
      'at output[10].index: expected 10, received 77',
    ]);
  });

  it('lists no more places than a person reads', () => {
    const many = Array.from({ length: 40 }, (_, index) => index);
    expect(
      places(
        many,
        many.map((one) => one + 1_000),
      ).at(-1),
    ).toBe('and in 30 more places');
    const huge = Array.from({ length: 5_000 }, (_, index) => index);
    expect(
      judge(
        huge,
        huge.map((one) => -one - 1),
      )!.message,
    ).toBe('The output differs from what is expected in at least 1000 places.');
  });

  it('of any size and depth is judged', () => {
    const deep = (bottom: number) => JSON.parse(`${'[['.repeat(20_000)}${bottom}${']]'.repeat(20_000)}`) as unknown;
    expect(judge(deep(1), deep(2))!.message).toMatch(/1 place/);
    const ragged = (bottom: string) => JSON.parse(`${'[0,'.repeat(2_000)}${bottom}${']'.repeat(2_000)}`) as unknown;
    expect(judge(ragged('1'), ragged('2,3'))!.details).toHaveLength(2);
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key${index}`, 'x'.repeat(20)]));
    const { details, diff: lines } = judge(wide, { ...wide, key777: 'y' })!;
    expect(details).toEqual([expect.stringMatching(/^at output\.key777: expected "x+", received "y"$/)]);
    expect(lines!.length).toBeLessThan(20);
  });
});

describe('a diff', () => {
  it('shows what differs, what is around it, and how much is not shown', () => {
    const expected = { a: 1, b: 2, c: 3, d: 4, e: { f: [1, 2], g: 'x' }, h: 6, i: 7, j: 8, k: 9 };
    expect(diff(expected, { ...expected, e: { f: [1, 3], g: 'x' } })).toEqual([
      ' ... 5 unchanged lines',
      '   "e": {',
      '     "f": [',
      '       1,',
      '-      2,',
      '+      3,',
      '     ],',
      '     "g": "x",',
      '   },',
      ' ... 5 unchanged lines',
    ]);
  });

  it('shows a change in a list of any length', () => {
    const rows = (changed: string) => Array.from({ length: 50_000 }, (_, id) => ({ id, text: id === 40_000 ? changed : 'same' }));
    const lines = diff(rows('a'), rows('b'));
    const shown = ['   },', '   {', '     "id": 40000,', '-    "text": "a",', '+    "text": "b",', '   },', '   {', '     "id": 40001,'];
    expect(lines.slice(1, -1)).toEqual(shown);
    const hidden = [lines[0], lines.at(-1)].map((line) => Number(/^ \.\.\. (\d+) unchanged lines$/.exec(line!)![1]));
    // Four lines an item and two of the list, less what is shown.
    expect(hidden[0]! + hidden[1]!).toBe(50_000 * 4 + 2 - (shown.length - 1));
  });

  it('puts equal items side by side', () => {
    expect(diff([{ a: 1 }, { b: 2 }], [{ z: 0 }, { a: 1 }, { b: 3 }])).toEqual([
      ' [',
      '+  {',
      '+    "z": 0,',
      '+  },',
      '   {',
      '     "a": 1,',
      '   },',
      '   {',
      '-    "b": 2,',
      '+    "b": 3,',
      '   },',
      ' ]',
    ]);
  });

  it('shows values of two kinds, empty ones, and nothing at all', () => {
    expect(diff({ a: [] }, { a: {} })).toEqual([' {', '-  "a": [],', '+  "a": {},', ' }']);
    expect(diff(undefined, { a: 1 })).toEqual(['+{', '+  "a": 1,', '+}']);
    expect(diff('x', null)).toEqual(['-"x"', '+null']);
  });

  it('leaves out fields nobody asked for', () => {
    expect(diff({ a: 1 }, { a: 2, b: 3 }, 'subset')).toEqual([' {', '-  "a": 1,', '+  "a": 2,', ' }']);
  });

  it('cuts long texts where they begin to differ', () => {
    const lines = diff(`${'x'.repeat(1_000)}A${'y'.repeat(1_000)}`, `${'x'.repeat(1_000)}B${'y'.repeat(1_000)}`);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^-"\.\.\.x{40}Ay+\.\.\."$/);
    expect(lines[1]).toMatch(/^\+"\.\.\.x{40}By+\.\.\."$/);
  });

  it('has no more lines than a screen or two', () => {
    const many = (from: number) => Array.from({ length: 5_000 }, (_, index) => ({ value: from + index }));
    const lines = diff(many(0), many(100_000));
    expect(lines.length).toBeLessThanOrEqual(121);
    expect(lines.at(-1)).toMatch(/^ \.\.\. \d+ more lines$/);
  });

  it('of two values is made of both: taking + or - away gives each', () => {
    const small = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const lines = valueDiff(a, b, 'exact');
        if (lines.some(({ text }) => text.includes('...'))) return;
        const side = (sign: string) =>
          lines
            .filter((line) => line.sign === ' ' || line.sign === sign)
            .map(({ text }) => text)
            .join('\n')
            .replaceAll(/,(?=\n\s*[\]}])/g, '');
        const parsed = (value: string): unknown => JSON.parse(value);
        expect(JSON.stringify(sorted(parsed(side('-'))))).toBe(JSON.stringify(sorted(a)));
        expect(JSON.stringify(sorted(parsed(side('+'))))).toBe(JSON.stringify(sorted(b)));
      }),
      { numRuns: 500 },
    );
  });
});

/** With fields in one order, to compare as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

describe('a value in a message', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [{ a: [1, 'x', { b: null }] }, '{"a":[1,"x",{"b":null}]}'],
    ['x'.repeat(100), `"${'x'.repeat(79)}...`],
    [[], '[]'],
  ])('%j is written as %s', (value, text) => expect(shortJson(value)).toBe(text));
  it('costs no more than what is shown', () => {
    expect(
      shortJson(
        Array.from({ length: 1_000_000 }, (_, index) => index),
        20,
      ),
    ).toBe('[0,1,2,3,4,5,6,7,8,9...');
    expect(shortJson(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`), 1_000)).toBe(`${'['.repeat(20)}[...]${']'.repeat(20)}`);
  });
});
