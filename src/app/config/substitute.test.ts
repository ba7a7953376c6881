import fc from 'fast-check';
import { expect, it } from 'vitest';
import { substitute } from './substitute.ts';

const blame = { key: 'some.key', source: 'ratchet.yaml:1' };
const read = (text: unknown, env: NodeJS.ProcessEnv = {}) => substitute(text, env, blame).value;

it('puts variables, and fallbacks where they are not set or empty', () => {
  expect(read('${A} and ${B:-b}', { A: 'a' })).toBe('a and b');
  expect(read('${A:-b}', { A: '' })).toBe('b');
  expect(read('${A:-}')).toBe('');
  expect(read('${A:-with: colons:-and more}')).toBe('with: colons:-and more');
});

it('lets a fallback hold variables itself', () => {
  expect(read('${A:-${B:-${C:-deep}}}')).toBe('deep');
  expect(read('x${A:-<${B:-b}>}y', { B: 'set' })).toBe('x<set>y');
  expect(read('${A:-${MISSING}}', { A: 'never looked at' })).toBe('never looked at');
});

it('leaves $${ and single signs alone', () => {
  expect(read('$${A} costs $5 {x} $$')).toBe('${A} costs $5 {x} $$');
  expect(read('${A:-$${B}}')).toBe('${B}');
});

it('does not look for variables in what a variable says', () => {
  expect(read('${A}', { A: '${B}' })).toBe('${B}');
});

it('goes into lists and mappings, where a number may come of it', () => {
  const { value, interpreted } = substitute({ ports: ['${P}', 'x${P}'], on: '${T}' }, { P: '80', T: 'true' }, blame);
  expect(value).toEqual({ ports: ['80', 'x80'], on: 'true' });
  expect(interpreted).toEqual({ ports: [80, 'x80'], on: true });
});

it('refuses what is not set, not closed or no name, and says where', () => {
  expect(() => read('${A}')).toThrow(/ratchet\.yaml:1.*variable A is not set/);
  expect(() => read('${A', { A: 'a' })).toThrow(/not closed/);
  expect(() => read('${not a name}')).toThrow(/no name of a variable/);
  for (const text of ['secret ${A}', 'secret ${A', '${se cret}']) expect(() => read(text)).not.toThrow(/se ?cret/);
});

it('throws nothing but that, whatever it is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', 'A', ' ') }), (text) => {
      try {
        expect(typeof read(text, { A: 'a' })).toBe('string');
      } catch (caught) {
        expect(caught).toMatchObject({ code: 'CONFIG_INVALID' });
      }
    }),
    { numRuns: 2_000 },
  );
});

it('gives back a text without the signs as it is', () => {
  fc.assert(fc.property(fc.string(), (text) => read(text.replaceAll('$', '')) === text.replaceAll('$', '')));
});
