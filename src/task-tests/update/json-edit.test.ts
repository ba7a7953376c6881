import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withValue } from './json-edit.ts';

describe('a JSON text with one value replaced', () => {
  it('has that value there and nothing else changed, whatever the text', () => {
    const indents = fc.constantFrom<string | number | undefined>(undefined, 1, 2, 4, '\t');
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), indents, (rest, old, value, indent) => {
        const text = JSON.stringify({ rest, expected: old, more: [rest] }, null, indent);
        const edited: unknown = JSON.parse(withValue(text, ['expected'], value));
        expect(edited).toEqual(JSON.parse(JSON.stringify({ rest, expected: value, more: [rest] })));
        expect(withValue(text, ['expected'], old)).toBe(text);
        const added: unknown = JSON.parse(withValue(JSON.stringify({ rest }, null, indent), ['expected'], value, 'rest'));
        expect(added).toEqual(JSON.parse(JSON.stringify({ rest, expected: value })));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps blanks, comments in fields, and the order of fields', () => {
    const text = `{\n    "expected_output" : { "b":1,   "a": [ 1,2 ] },\n    "input": {}\n}\n`;
    expect(withValue(text, ['expected_output'], { a: [1, 3], b: 1 })).toBe(
      `{\n    "expected_output" : { "b":1,   "a": [ 1,3 ] },\n    "input": {}\n}\n`,
    );
  });

  it('stays on one line where it was on one, and takes several where it was on several', () => {
    const inline = `{\n  "expected_output": { "sum": 10 }\n}`;
    expect(withValue(inline, ['expected_output'], { sum: 10, product: 25 })).toBe(
      `{\n  "expected_output": { "sum": 10, "product": 25 }\n}`,
    );
    const tight = '{"expected_output":{"sum":10}}';
    expect(withValue(tight, ['expected_output'], { sum: 10, list: [1, 2] })).toBe('{"expected_output":{"sum":10,"list":[1,2]}}');
    const block = `{\n\t"expected_output": {\n\t\t"sum": 10\n\t}\n}`;
    expect(withValue(block, ['expected_output'], { sum: 10, x: [1] })).toBe(
      `{\n\t"expected_output": {\n\t\t"sum": 10,\n\t\t"x": [\n\t\t\t1\n\t\t]\n\t}\n}`,
    );
    const long = withValue(inline, ['expected_output'], { text: 'x'.repeat(150) });
    expect(long).toBe(`{\n  "expected_output": {\n    "text": "${'x'.repeat(150)}"\n  }\n}`);
  });

  it('puts a value where there was none behind the field it belongs to', () => {
    expect(withValue('{\n  "input": { "a": 1 },\n  "name": "x"\n}\n', ['expected_output'], [1], 'input')).toBe(
      '{\n  "input": { "a": 1 },\n  "expected_output": [\n    1\n  ],\n  "name": "x"\n}\n',
    );
    expect(withValue('[{ "name": "x" }]', [0, 'expected_output'], 1, 'input')).toBe('[{ "name": "x", "expected_output": 1 }]');
    expect(withValue('[{"name":"x"}]', [0, 'expected_output'], 1)).toBe('[{"name":"x","expected_output":1}]');
    expect(withValue('[{}]', [0, 'expected_output'], 1)).toBe('[{ "expected_output": 1 }]');
    expect(withValue('{\n  "a": {\n  }\n}', ['a', 'b'], 1)).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
  });

  it('keeps the line ends of its file', () => {
    expect(withValue('{\r\n  "e": {\r\n    "a": 1\r\n  }\r\n}\r\n', ['e'], { a: 1, b: 2 })).toBe(
      '{\r\n  "e": {\r\n    "a": 1,\r\n    "b": 2\r\n  }\r\n}\r\n',
    );
  });

  it('changes the last of two fields with one name, which is the one that counts', () => {
    expect(withValue('{"e":1,"e":2}', ['e'], 3)).toBe('{"e":1,"e":3}');
  });
});
