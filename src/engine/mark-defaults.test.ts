import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { markDefaults } from './mark-defaults.ts';

const bodyOf = (script: string) => script.slice('(function (module, exports) {\n'.length, -'\n})'.length);
const marked = (body: string) => bodyOf(markDefaults(programOf(body)).program.script);

describe('marked default values', () => {
  it.each([
    ['return (a = 1) => a', 'return (a = (1?1:0)) => a'],
    ['const { a = b, c: [d = (1, 2)] = [] } = x;', 'const { a = (1?b:0), c: [d = (1?(1, 2):0)] = (1?[]:0) } = x;'],
    ['function f(a = b = 2, c = d ? e : f, ...g) {}', 'function f(a = (1?b = 2:0), c = (1?d ? e : f:0), ...g) {}'],
    [
      'async function* f(a = (x = 1) => x, b = /* why */ 2 // so\n) {}',
      'async function* f(a = (x = (1?1:0)) => x, b = /* why */ (1?2:0) // so\n) {}',
    ],
    ['for (const [a = 1] of x) ({ b = 2 } = a);', 'for (const [a = (1?1:0)] of x) ({ b = (1?2:0) } = a);'],
  ])('do the same as %j', (body, expected) => {
    expect(marked(body)).toBe(expected);
    expect(() => new Script(`(async function* () {${expected}})`)).not.toThrow();
  });

  it('leave out functions and classes that are named by where they stand, and what has none', () => {
    for (const body of [
      'return (f = function () {}, g = () => 1, C = class {}, p = (() => 2)) => f',
      'return (a) => a',
      'let a = 1; a = 2;',
    ]) {
      const { program } = markDefaults(programOf(body));
      expect(bodyOf(program.script)).toBe(body);
      expect(program.insertions).toBeUndefined();
    }
    expect(marked('return (f = function named() {}) => f')).toContain('(1?function named() {}:0)');
  });

  it('leave code alone that cannot be parsed', () => {
    expect(marked('return (a = 1')).toBe('return (a = 1');
  });

  it('have a program of their own, so that neither its code nor its cache is mixed up with the plain one', () => {
    const program = programOf('return (a = 1) => a');
    expect(markDefaults(program).program.id).not.toBe(program.id);
    expect(markDefaults(program)).toBe(markDefaults(program));
  });

  it('are counted in offsets of the script as it was, wherever they stand', () => {
    const names = fc.array(fc.constantFrom('a = 1', 'bb = "two"', '{ c = 3 } = {}', '\n  d = 4', 'e', '[f = 5, g = [6]] = []'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(names, names, (first, second) => {
        const unique = (list: string[], mark: string) =>
          list.map((one, index) => one.replace(/[a-g]+(?= |$|\])/g, (name) => `${name}${mark}${index}`));
        const program = programOf(`function f(${unique(first, 'x').join(', ')}) {}\nreturn (${unique(second, 'y').join(', ')}) => 0;`);
        const { program: counted, unmark } = markDefaults(program);
        // Every range of the plain script, given in offsets of the marked one, comes back as it was.
        for (const part of ['function f', 'return', ') => 0', '"two"', '[6]']) {
          const [at, moved] = [program.script.indexOf(part), counted.script.indexOf(part)];
          if (at < 0) continue;
          const ranges = [{ start: moved, end: moved + part.length, count: 7 }];
          const back = unmark({ functions: [{ name: '', ranges }] }).functions[0]!.ranges[0]!;
          expect(program.script.slice(back.start, back.end)).toBe(part);
        }
        const value = counted.script.indexOf('?');
        if (value < 0) return;
        const end = counted.script.indexOf(':0)') + 2;
        const range = unmark({ functions: [{ name: '', ranges: [{ start: value, end, count: 0 }] }] }).functions[0]!.ranges[0]!;
        const last = counted.script.slice(value + 1, end - 2);
        expect(program.script.slice(range.start, range.end)).toBe(last.replaceAll(/\(1\?|:0\)/g, ''));
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});
