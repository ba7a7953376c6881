import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyHost, networkGrowth } from './network-growth.ts';

const grown = (before: readonly string[] | null | undefined, after: readonly string[] | null) => networkGrowth(before, after, false);

describe('the growth of a network list', () => {
  it('is every line of a task that was not there before', () => {
    expect(grown(undefined, ['api.example.com'])).toEqual(['api.example.com']);
    expect(grown(undefined, [])).toEqual([]);
    expect(grown(undefined, null)).toEqual([everyHost]);
  });

  it('is what no line before let through', () => {
    expect(grown(['api.example.com'], ['api.example.com', 'API.example.com.', 'evil.example.net'])).toEqual(['evil.example.net']);
    expect(grown(['*.example.org'], ['a.example.org', '*.b.example.org', '*.example.org', 'example.org', '*.org'])).toEqual([
      'example.org',
      '*.org',
    ]);
    expect(grown(['*'], ['anything.test', '*.anything.test', 'anything.test:8080'])).toEqual(['anything.test:8080']);
    expect(grown([everyHost], ['a.test:1', '*'])).toEqual([]);
  });

  it('knows ports: none means 80 and 443', () => {
    expect(grown(['a.test'], ['a.test:443', 'a.test:80', 'a.test:8443', 'a.test:*'])).toEqual(['a.test:8443', 'a.test:*']);
    expect(grown(['a.test:443'], ['a.test'])).toEqual(['a.test']);
    expect(grown(['a.test:*'], ['a.test', 'a.test:1'])).toEqual([]);
  });

  it('is everything when the list goes away, and nothing when one comes where there was none', () => {
    expect(grown(['a.test'], null)).toEqual([everyHost]);
    expect(grown(null, null)).toEqual([]);
    expect(grown(null, ['a.test', '10.0.0.1', '*'])).toEqual([]);
  });

  it('is each host named exactly where such a name opens private addresses', () => {
    expect(networkGrowth(null, ['a.test', '*.b.test'], true)).toEqual(['a.test']);
    expect(networkGrowth(['*.test', 'a.test'], ['a.test', 'b.test'], true)).toEqual(['b.test']);
  });

  it('is nothing for a list that stays, or loses lines', () => {
    const line = fc
      .tuple(fc.constantFrom('a.test', '*.a.test', '*', '192.0.2.7', '[2001:db8::1]'), fc.constantFrom('', ':80', ':*', ':8443'))
      .map(([host, port]) => host + port);
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat({ max: 9 })), fc.boolean(), (before, kept, isTrusted) => {
        expect(networkGrowth(before, before, isTrusted)).toEqual([]);
        expect(
          networkGrowth(
            before,
            before.filter((_, index) => kept.includes(index)),
            isTrusted,
          ),
        ).toEqual([]);
      }),
    );
  });
});
