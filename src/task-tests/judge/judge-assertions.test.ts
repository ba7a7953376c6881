import { describe, expect, it } from 'vitest';
import { AssertionField } from '../format/expectations.ts';
import { judgeAssertions } from './judge-assertions.ts';
import { operatorAliases } from './operator-aliases.ts';
import { operators } from './operators.ts';
import { readPath, valueAt } from './value-path.ts';

const output = {
  n: 5,
  zero: 0,
  text: 'Hello, World',
  empty: '',
  none: null,
  yes: true,
  list: [1, { a: 1, b: 2 }, 'x'],
  nothing: [],
  object: { 'a b': { 'c.d': [10, 20] }, length: 'own' },
};

function judge(path: string, operator: string, expected?: unknown): string | null {
  const assertion = AssertionField.parse({ path, operator, ...(expected === undefined ? {} : { expected }) });
  return judgeAssertions([assertion], output, 'output')[0]?.message ?? null;
}

describe('a path', () => {
  it.each([
    ['', []],
    ['$', []],
    ['.', []],
    ['a', ['a']],
    ['a.b[0].c', ['a', 'b', 0, 'c']],
    ['$.a.b', ['a', 'b']],
    ['$[0]', [0]],
    ['[0][-1]', [0, -1]],
    ['a["b c"].d', ['a', 'b c', 'd']],
    ["a['b.c']", ['a', 'b.c']],
    ['a.0.b', ['a', '0', 'b']],
    ['/a/b~1c/0', ['a', 'b/c', '0']],
    ['$ref', ['$ref']],
    ['a-b.ü', ['a-b', 'ü']],
    ['a..b', null],
    ['a[', null],
    ['a[x]', null],
    ['a]', null],
    ['a.', null],
    ['a["b', null],
  ])('%j leads to %j', (text, steps) => expect(readPath(text)).toEqual(steps));

  it('is walked over own fields, items and lengths', () => {
    const at = (path: string) => valueAt(output, readPath(path)!, 'output');
    expect(at('list.length')).toEqual({ value: 3 });
    expect(at('text.length')).toEqual({ value: 12 });
    expect(at('object.length')).toEqual({ value: 'own' });
    expect(at('list[-1]')).toEqual({ value: 'x' });
    expect(at('list.1.b')).toEqual({ value: 2 });
    expect(at('object["a b"]["c.d"][1]')).toEqual({ value: 20 });
    expect(at('toString')).toEqual({ missing: 'output has n, zero, text, empty, none, yes, list, nothing and 1 more' });
    expect(at('list[3].a')).toEqual({ missing: 'output.list has 3 items' });
    expect(at('n.x')).toEqual({ missing: 'output.n is 5' });
    expect(at('none.x')).toEqual({ missing: 'output.none is null' });
    expect(at('object["a b"].x')).toEqual({ missing: 'output.object.a b has c.d' });
  });
});

describe('an assertion', () => {
  it.each([
    ['n', 'equals', 5],
    ['zero', 'equals', -0],
    ['list[1]', 'equals', { b: 2, a: 1 }],
    ['n', 'not_equals', 6],
    ['text', 'contains', 'World'],
    ['list', 'contains', 'x'],
    ['list', 'contains', { a: 1 }],
    ['list[1]', 'contains', 'a'],
    ['list[1]', 'contains', { b: 2 }],
    ['list', 'not_contains', 'y'],
    ['text', 'matches', '/^hello/i'],
    ['text', 'matches', 'W.rld$'],
    ['text', 'not_matches', '/^World/'],
    ['none', 'exists', undefined],
    ['n', 'exists', true],
    ['gone', 'exists', false],
    ['gone', 'not_exists', undefined],
    ['n', 'type', 'number'],
    ['n', 'type', 'integer'],
    ['none', 'type', 'null'],
    ['list', 'type', ['array', 'null']],
    ['n', 'greater_than', 4],
    ['n', 'at_least', 5],
    ['n', 'less_than', 6],
    ['n', 'at_most', 5],
    ['text', 'less_than', 'I'],
    ['n', 'between', [5, 6]],
    ['n', 'close_to', 5.000000000001],
    ['n', 'close_to', [5.4, 0.5]],
    ['list', 'length', 3],
    ['text', 'length', 12],
    ['list[1]', 'length', 2],
    ['list', 'min_length', 3],
    ['list', 'max_length', 3],
    ['n', 'one_of', [4, 5]],
    ['n', 'not_one_of', [4, 6]],
    ['list[1]', 'subset', { a: 1 }],
    ['text', 'starts_with', 'Hello'],
    ['text', 'ends_with', 'World'],
    ['empty', 'empty', undefined],
    ['nothing', 'empty', undefined],
    ['none', 'empty', undefined],
    ['list', 'empty', false],
    ['list', 'not_empty', undefined],
    ['n', 'not_type', 'string'],
    ['text', 'not_starts_with', 'World'],
    ['n', 'not_greater_than', 5],
    ['list', 'not_empty', undefined],
    ['nothing', 'not_empty', false],
    ['n', 'not_close_to', 6],
    ['list', 'not_length', 2],
    ['yes', 'truthy', undefined],
    ['zero', 'falsy', undefined],
    ['list.length', 'equals', 3],
  ])('holds: %s %s %j', (path, operator, expected) => {
    expect(judge(path, operator, expected)).toBeNull();
  });

  it.each([
    ['n', 'equals', '5', 'Expected that output.n is "5", but it is 5.'],
    ['', 'equals', 1, /^Expected that output is 1, but it is \{"n":5,/],
    ['n', 'not_equals', 5, 'Expected that output.n is not 5, but it is 5.'],
    ['text', 'contains', 'world', 'Expected that output.text contains "world", but it is "Hello, World".'],
    ['n', 'contains', 5, 'Expected that output.n contains 5, but it is 5.'],
    ['list', 'not_contains', 1, /does not contain 1, but it is/],
    ['n', 'matches', '5', 'Expected that output.n matches "5", but it is 5.'],
    ['gone', 'exists', undefined, /^Expected that output\.gone exists, but it does not exist: output has n, /],
    ['n', 'exists', false, 'Expected that output.n exists (false), but it is 5.'],
    ['n', 'not_exists', undefined, 'Expected that output.n does not exist, but it is 5.'],
    ['gone', 'equals', null, /does not exist/],
    ['gone', 'not_equals', 1, /does not exist/],
    ['n', 'type', 'string', 'Expected that output.n is of type "string", but it is 5.'],
    ['n', 'greater_than', 5, 'Expected that output.n is greater than 5, but it is 5.'],
    ['text', 'greater_than', 5, /is greater than 5, but it is "Hello/],
    ['n', 'between', [6, 7], 'Expected that output.n is between [6,7], but it is 5.'],
    ['n', 'close_to', [6, 0.5], /is close to/],
    ['list', 'length', 2, /has length 2, but it is \[1,/],
    ['n', 'length', 1, /has length 1, but it is 5/],
    ['n', 'min_length', 0, /has at least the length 0/],
    ['n', 'one_of', [1, 2], 'Expected that output.n is one of [1,2], but it is 5.'],
    ['list[1]', 'subset', { a: 2 }, /has at least \{"a":2\}/],
    ['n', 'starts_with', '5', /starts with "5", but it is 5/],
    ['list', 'empty', undefined, /is empty, but it is/],
    ['zero', 'empty', undefined, /is empty, but it is 0/],
    ['yes', 'falsy', undefined, /is falsy, but it is true/],
    ['$.n', 'equals', 6, 'Expected that output.n is 6, but it is 5.'],
    ['[0]', 'equals', 6, /^Expected that output\[0\] is 6, but it does not exist/],
  ])('does not hold: %s %s %j', (path, operator, expected, message) => {
    const got = judge(path, operator, expected);
    if (typeof message === 'string') expect(got).toBe(message);
    else expect(got).toMatch(message);
  });

  it('knows the names people give to its operators', () => {
    const aliases = Object.entries(operatorAliases);
    expect(aliases.filter(([, name]) => !Object.hasOwn(operators, name))).toEqual([]);
    expect(aliases.filter(([alias]) => Object.hasOwn(operators, alias))).toEqual([]);
    const words = ['==', 'Equals', 'greaterThan', 'GREATER THAN', 'not-equals', '>=', 'toEqual'];
    expect(words.filter((operator) => !AssertionField.safeParse({ path: 'a', operator, expected: 1 }).success)).toEqual([]);
  });

  it.each([
    ['matches', '('],
    ['matches', 7],
    ['type', 'text'],
    ['length', '3'],
    ['one_of', 3],
    ['between', [1]],
    ['close_to', 'x'],
    ['starts_with', 1],
    ['exists', 'yes'],
    ['greater_than', null],
  ])('cannot be %s %j', (operator, expected) => {
    expect(AssertionField.safeParse({ path: 'a', operator, expected }).success).toBe(false);
  });

  it('gives a pattern up that would run for ever', () => {
    const slow = AssertionField.parse({ path: '', operator: 'matches', expected: '^(a+)+$' });
    expect(judgeAssertions([slow], `${'a'.repeat(60)}b`, 'output')[0]!.message).toMatch(/took longer than a second/);
  });
});
