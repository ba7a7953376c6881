import { matchesGlob } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern } from './match-pattern.ts';

describe('a pattern of paths', () => {
  it.each([
    ['tasks/addition', 'tasks/*', true],
    ['tasks/a/b', 'tasks/*', false],
    ['tasks/a/b', 'tasks/**', true],
    ['a', '**/a', true],
    ['x/y/a', '**/a', true],
    ['x/y/a', 'x/**/a', true],
    ['x/a', 'x/**/a', true],
    ['ab', 'a?', true],
    ['a', 'a?', false],
    ['b', '[a-c]', true],
    ['d', '[!a-c]', true],
    ['b', '[!a-c]', false],
    ['v1.2.0', 'v*.*.0', true],
    ['main', '{main,release/*}', true],
    ['release/1', '{main,release/*}', true],
    ['ac', '{a,b{x,y}}c', true],
    ['byc', '{a,b{x,y}}c', true],
    ['a.b', 'a.b', true],
    ['axb', 'a.b', false],
    ['a+b', 'a+b', true],
    ['[', '[', true],
    ['Grüße', 'Gr??e', true],
  ])('%s fits %s: %s', (path, pattern, isSo) => expect(matchesPattern(path, pattern)).toBe(isSo));

  it('means what it means elsewhere, where that takes no years', () => {
    const name = fc.stringMatching(/^[abc]{1,4}$/);
    const word = fc.stringMatching(/^[abc?*]{1,4}$/).filter((text) => !text.includes('**'));
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const pattern = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(path, pattern, (one, wanted) => matchesPattern(one, wanted) === matchesGlob(one, wanted)),
      { numRuns: 2_000 },
    );
  });

  it('is through in no time, whatever it is', () => {
    const began = performance.now();
    for (const pattern of [
      '{a,b}'.repeat(90),
      '+(a|aa)'.repeat(30),
      '*a'.repeat(200),
      '**/'.repeat(150),
      '[!'.repeat(200),
      '{'.repeat(400),
      '{,'.repeat(200),
    ]) {
      matchesPattern('a'.repeat(200), pattern);
      matchesPattern('a/'.repeat(100), pattern);
    }
    expect(performance.now() - began).toBeLessThan(1_000);
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.string({ maxLength: 60 }),
        (path, pattern) => typeof matchesPattern(path, pattern) === 'boolean',
      ),
    );
  });
});
