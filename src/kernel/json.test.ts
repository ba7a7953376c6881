import { expect, it } from 'vitest';
import { canonicalJson } from './json.ts';

it('equal values have equal texts, in whatever order their fields were written', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ a: true, b: [1, { c: 'x', d: null }] })).toBe(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true }));
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

it('a field without a value is as if it were not there, and what JSON cannot hold is null', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  expect(canonicalJson([undefined])).toBe('[null]');
});
