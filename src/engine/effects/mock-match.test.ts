import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from './effect.ts';
import { fitRule, nearestMock } from './mock-match.ts';
import type { HttpMock, MockRule } from './mock.ts';
import { fitsPattern, fitUrl } from './url-rule.ts';

const anything: MockRule = { method: null, url: null, query: null, headers: null, body: null };

function request(url: string, more: Partial<Omit<HttpRequest, 'body'>> & { body?: string } = {}): HttpRequest {
  const body = more.body === undefined ? null : new TextEncoder().encode(more.body);
  return { method: 'GET', headers: [], timeoutMs: null, redirect: 'follow', retry: null, ...more, url: new URL(url).href, body };
}
const part = (text: string, url: string) => fitUrl({ kind: 'part', text }, new URL(url).href);
const pattern = (text: string, url: string) => fitUrl({ kind: 'pattern', text }, new URL(url).href);

describe('the URL of a mock', () => {
  it.each([
    ['https://api.example.com/a', 'https://api.example.com/a', 4],
    ['https://api.example.com', 'https://api.example.com/', 4],
    ['HTTPS://API.example.com/a', 'https://api.example.com/a', 4],
    ['https://api.example.com/s?q=New York', 'https://api.example.com/s?q=New%20York', 4],
    ['https://api.example.com/s?q=New York', 'https://api.example.com/s?q=New+York', 4],
    ['https://api.example.com/ü', 'https://api.example.com/%C3%BC', 4],
    ['https://api.example.com/a#top', 'https://api.example.com/a', 4],
    ['api.openweathermap.org/data/2.5/weather', 'https://api.openweathermap.org/data/2.5/weather?q=London&appid=k', 3],
    ['/users/7', 'https://api.example.com/users/7?x=1', 3],
    ['https://api.example.com/a?x=1', 'https://api.example.com/a', 1],
    ['https://api.example.com/users/', 'https://api.example.com/', 1],
    ['https://api.example.com/users/1', 'https://api.example.com/users/10', 2],
    ['weathermap', 'https://api.openweathermap.org/', 2],
    ['https://api.example.com/users', 'https://api.example.com/user', 0],
    ['https://api.example.com/b', 'https://api.example.com/a', 0],
    ['https://api.example.com/100%', 'https://api.example.com/100%', 4],
  ])('%s fits %s: %i', (mock, url, fit) => expect(part(mock, url)).toBe(fit));

  it.each([
    ['https://api.example.com/users/*', 'https://api.example.com/users/7', true],
    ['https://api.example.com/users/*', 'https://api.example.com/users/7?verbose=1', true],
    ['https://api.example.com/users/*', 'https://api.example.com/users/7/posts', false],
    ['https://api.example.com/users/**', 'https://api.example.com/users/7/posts', true],
    ['https://api.example.com/users/*?page=*', 'https://api.example.com/users/7?page=2', true],
    ['https://api.example.com/users/*?page=*', 'https://api.example.com/users/7', false],
    ['api.example.com/users/*', 'https://api.example.com/users/7', true],
    ['/users/*/posts', 'https://api.example.com/users/7/posts?x=1', true],
    ['/users', 'https://api.example.com/users/7', false],
    ['**/posts', 'https://api.example.com/users/7/posts', true],
    ['*.example.com/**', 'https://api.example.com/', true],
    ['/a b/*', 'https://api.example.com/a%20b/c', true],
  ])('pattern %s on %s: %s', (mock, url, isFit) => expect(pattern(mock, url)).toBe(isFit ? 3 : 0));

  it('fits by any part of itself, and its part fits it', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.nat(), fc.nat(), (text, from, length) => {
        const { href } = new URL(text);
        const start = from % href.length;
        const piece = href.slice(start, start + 1 + (length % (href.length - start)));
        expect(part(piece, href)).toBeGreaterThanOrEqual(piece === href ? 4 : 2);
        expect(part(`${href}/more`, href)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('as a pattern means what the same pattern means as a regular expression', () => {
    const token = fc.constantFrom('*', '**', '/', 'a', 'b', '.', '?');
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 7 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '?'), maxLength: 8 }),
        (tokens, text) => {
          const source = tokens
            .join('')
            .replaceAll(/[.?]/g, String.raw`\$&`)
            .replaceAll(/\*+/g, (stars) => (stars.length > 1 ? '[^]*' : '[^/]*'));
          expect(fitsPattern(tokens.join(''), text)).toBe(new RegExp(`^${source}$`).test(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('cannot be a pattern that takes for ever', () => {
    expect(fitsPattern(`${'*a'.repeat(100)}b`, 'a'.repeat(3_000))).toBe(false);
  });
});

describe('a mock fits a request', () => {
  const differences = (rule: Partial<MockRule>, made: HttpRequest) => fitRule({ ...anything, ...rule }, made).differences;

  it('of any kind when it asks for nothing', () => {
    expect(fitRule(anything, request('https://a.test/'))).toEqual({ fit: 3, differences: [] });
  });

  it('of its method only', () => {
    expect(differences({ method: 'POST' }, request('https://a.test/'))).toEqual(['the method is GET, not POST']);
  });

  it('with its query parameters, whatever else is in the query', () => {
    const made = request('https://a.test/?a=1&b=x%20y&tag=1&tag=2');
    expect(differences({ query: { a: '1', b: 'x y', tag: '2', none: null } }, made)).toEqual([]);
    expect(differences({ query: { tag: ['1', '2'] } }, made)).toEqual([]);
    expect(differences({ query: { tag: ['2', '1'] } }, made)).toEqual(['query parameter tag is "1", "2", not "2", "1"']);
    expect(differences({ query: { a: '2', c: '3', b: null } }, made)).toEqual([
      'query parameter a is "1", not "2"',
      'query parameter c is absent, not "3"',
      'query parameter b is "x y", not absent',
    ]);
  });

  it('with its headers', () => {
    const made = request('https://a.test/', { headers: [['authorization', 'Bearer x']] });
    expect(differences({ headers: { authorization: 'Bearer x', cookie: null } }, made)).toEqual([]);
    expect(differences({ headers: { authorization: 'Bearer y', accept: 'text/html' } }, made)).toEqual([
      'header authorization is "Bearer x", not "Bearer y"',
      'header accept is absent, not "text/html"',
    ]);
    expect(differences({ headers: { authorization: null } }, made)).toEqual(['header authorization is "Bearer x", not absent']);
  });

  it('with its body as JSON, exactly or in part, however it is written', () => {
    const made = request('https://a.test/', { method: 'POST', body: '{ "b": [1, {"c": 2}], "a": 1 }' });
    const json = (value: unknown, match: 'exact' | 'subset' = 'exact') => differences({ body: { kind: 'json', value, match } }, made);
    expect(json({ a: 1, b: [1, { c: 2 }] })).toEqual([]);
    expect(json({ a: 1 }, 'subset')).toEqual([]);
    expect(json({ a: 1 })).toEqual(['body.b is [1,{"c":2}], not absent (body_match: "subset" would allow it)']);
    expect(json({ b: [1, { c: 3 }] }, 'subset')).toEqual(['body.b[1].c is 2, not 3']);
    expect(differences({ body: { kind: 'text', text: '{"a":1,"b":[1,{"c":2}]}', match: 'exact' } }, made)).toEqual([]);
  });

  it('with its form as an object of texts', () => {
    const headers = [['content-type', 'application/x-www-form-urlencoded;charset=UTF-8']] as const;
    const made = request('https://a.test/', { method: 'POST', headers, body: 'grant=code&n=1&s=a%20b&s=c+d' });
    const form = (value: unknown) => differences({ body: { kind: 'json', value, match: 'exact' } }, made);
    expect(form({ grant: 'code', n: '1', s: ['a b', 'c d'] })).toEqual([]);
    expect(form({ grant: 'code', n: 1, s: ['a b', 'c d'] })).toEqual(['body.n is "1", not 1']);
    expect(differences({ body: { kind: 'text', text: 'n=1', match: 'subset' } }, made)).toEqual([]);
  });

  it('with its text, and says when there is none or no JSON', () => {
    const text = (body: string | undefined, wanted: string) =>
      differences({ body: { kind: 'text', text: wanted, match: 'exact' } }, request('https://a.test/', body === undefined ? {} : { body }));
    expect(text('hello', 'hello')).toEqual([]);
    expect(text('hello', 'bye')).toEqual(['the body is "hello", not "bye"']);
    expect(text(undefined, 'bye')).toEqual(['the body is "", not "bye"']);
    const json = { body: { kind: 'json', value: { a: 1 }, match: 'exact' } } as const;
    expect(differences(json, request('https://a.test/'))).toEqual(['there is no body, and "{\\"a\\":1}" is wanted']);
    expect(differences(json, request('https://a.test/', { body: 'x' }))).toEqual(['the body is the text "x", not JSON']);
    expect(
      differences({ body: { kind: 'text', text: 'q', match: 'subset' } }, request('https://a.test/', { body: 'x'.repeat(200) }))[0],
    ).toHaveLength(`the body is "${'x'.repeat(80)}"..., which does not contain "q"`.length);
  });
});

describe('the nearest mock', () => {
  const mock = (name: string, rule: Partial<MockRule>): HttpMock => ({
    name,
    rule: { ...anything, ...rule },
    answers: [{ status: 200, statusText: 'OK', headers: [], body: new Uint8Array(0), delayMs: 0 }],
    afterLast: 'repeat',
  });
  it('has the fewest differences, and the most similar URL among equals', () => {
    const mocks = [
      mock('one', { url: { kind: 'part', text: 'https://b.test/orders' }, method: 'POST' }),
      mock('two', { url: { kind: 'part', text: 'https://a.test/orders' } }),
      mock('three', { url: { kind: 'part', text: 'https://zzz.test/x' } }),
    ];
    expect(nearestMock(mocks, request('https://a.test/order'))).toEqual({
      name: 'two',
      differences: ['the URL is https://a.test/order, not https://a.test/orders'],
    });
    expect(nearestMock([], request('https://a.test/'))).toBeNull();
  });
  it('says when it has no answer left', () => {
    expect(nearestMock([mock('one', {})], request('https://a.test/'), () => true)).toEqual({
      name: 'one',
      differences: ['all 1 of its answers have been given'],
    });
  });
});
