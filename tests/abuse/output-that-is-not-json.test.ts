import { expect } from 'vitest';
import { attack } from './attack.ts';

// An output must be what it seems or be refused; what JSON would quietly lose is a wrong answer.
for (const [name, value, path] of [
  ['a cycle', '(() => { const a = { b: [] }; a.b.push(a); return a; })()', 'b[0]'],
  ['a number that is none', '({ a: [1, NaN] })', 'a[1]'],
  ['a BigInt', '({ deep: { big: 1n } })', 'deep.big'],
  ['a function', '[() => 1]', '[0]'],
  ['a map', '({ m: new Map([[1, 2]]) })', 'm'],
  ['an error', '({ e: new Error("x") })', 'e'],
] as const) {
  attack({
    name: `${name} in the output is refused, with its place`,
    code: `return () => ${value}`,
    expect: ({ code, result }) => expect([code, result.outcome.error?.data['path']]).toEqual(['OUTPUT_NOT_JSON', path]),
  });
}
