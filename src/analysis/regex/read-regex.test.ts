import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements/verifies.ts';
import { positionAutomaton } from './position-automaton.ts';
import { probeRegex } from './probe-regex.ts';
import { regexTree } from './regex-tree.ts';
import { readRegex } from './read-regex.ts';

describe('a regular expression of a pattern', () => {
  it.each([
    ['a plain text', 'timed out'],
    ['flags in front', '(?i)(timeout|timed out)'],
    ['that of the contract', '(?i)(rate limit|too many requests|429)'],
    ['two words with anything between them', '(?i)database.*timeout|connection.*timeout|query.*timeout'],
    ['a class that is repeated', '^[\\w.-]+ is not a function$'],
    ['counted repetitions', '\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b'],
    ['repetitions inside a repetition that cannot be mixed up', '^(?:[a-z]+,)*[a-z]+$'],
    ['a named group', 'line (?<line>\\d+)'],
    ['a group with flags of its own', 'at (?i:main)\\.js'],
    ['escapes', '\\[E\\d{4}\\]\\x20\\u0041\\t'],
    ['a class with a range and signs', '[A-Za-z0-9_.+-]+@[^\\s\\]]+'],
    ['characters by their properties', '(?u)\\p{Lu}\\p{Ll}+'],
  ])('may be %s', (_name, said) => {
    expect(readRegex(said)).toEqual({ regex: expect.any(RegExp) });
  });

  it.each([
    ['a repetition inside a repetition', '(a+)+$'],
    ['the same with stars', '(a*)*b'],
    ['the same with counts', '(?:a{1,50}){1,50}b'],
    ['the same in lazy', '(?:a+?)+?b'],
    ['alternatives that overlap in a repetition', '(a|a)*b'],
    ['alternatives that overlap in part', '^(?:\\w|\\d)+$'],
    ['the same through case', '(?i)(?:a|A)*b'],
    ['the same in a group with flags', '(?i:a|A)*b'],
    ['optional parts in a repetition', '(?:a?b?)*c'],
    ['words with optional spaces', '^(\\w+\\s?)*$'],
    [
      'an e-mail address as it is often written',
      '^([a-zA-Z0-9])(([.-]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
    ],
    ['one that hides it behind a long start', `${'x'.repeat(100)}(?:[ab]|[bc])*d`],
  ])('is refused for %s', (_name, said) => {
    expect(readRegex(said)).toEqual({ problem: expect.stringContaining('several ways') });
  });

  it('is refused when it takes long without being exponential', () => {
    verifies('analysis.quick-patterns');
    expect(readRegex('a.*b.*c.*d.*e').problem).toContain('on a text of');
    expect(readRegex('\\s*\\s*\\s*\\s*x').problem).toContain('on a text of');
  });

  it('is stopped while it is being searched for, however long that would take', () => {
    const automaton = positionAutomaton(regexTree('(a+)+$', { ignoreCase: false, dotAll: false }));
    const before = performance.now();
    expect(probeRegex(/(a+)+$/, automaton)).toContain('or more on a text of');
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it.each([
    ['(a)\\1', 'refers back'],
    ['(?<x>a)\\k<x>', 'refers back'],
    ['a(?=b)', 'looks around'],
    ['(?<!a)b', 'looks around'],
    ['(', 'nterminated'],
    ['(?x)a', 'flag x'],
    ['(?:abcdefgh){3}'.repeat(20), 'more than 400 parts'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, '50 deep'],
  ])('%s is refused in words', (said, words) => {
    expect(readRegex(said).problem).toContain(words);
  });

  it('that was accepted is quick on texts of its own characters, whatever it is', { timeout: 30_000 }, () => {
    const atom = fc.constantFrom('a', 'b', '.', '\\w', '[ab]', '\\d', 'ab', '\\b', '^', '$');
    const sign = fc.constantFrom('', '*', '+', '?', '{2,}', '{1,5}', '*?');
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc
          .tuple(atom, sign)
          .map(([one, times]) =>
            one === '\\b' || one === '^' || one === '$' ? one : one.length === 2 && one === 'ab' ? `(?:${one})${times}` : one + times,
          ),
        fc.tuple(tie('tree'), tie('tree')).map(([one, next]) => one + next),
        fc.tuple(tie('tree'), tie('tree'), sign).map(([one, other, times]) => `(?:${one}|${other})${times}`),
        fc.tuple(tie('tree'), sign).map(([inner, times]) => `(${inner})${times}`),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.array(fc.constantFrom('a', 'b', '0', ' '), { minLength: 1, maxLength: 6 }), (said, word) => {
        const { regex } = readRegex(said);
        if (regex === undefined) return;
        const text = word.join('').repeat(2_048).slice(0, 1_023) + '\u0001';
        const before = process.threadCpuUsage();
        regex.test(text);
        const { user, system } = process.threadCpuUsage(before);
        // Some times what the judgement allows: it has not seen this very text.
        expect((user + system) / 1_000).toBeLessThan(100);
      }),
      { numRuns: 300 },
    );
  });
});
