import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAllowList, parseHostPattern } from './allow-list.ts';

function allows(lines: string[] | null, url: string): boolean {
  return createAllowList(lines).allows(new URL(url));
}

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const domain = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
const port = fc.integer({ min: 1, max: 65_535 });

describe('the network list of a task', () => {
  it('allows everything when there is none, and nothing when it is empty', () => {
    expect(allows(null, 'http://anything.example:81/')).toBe(true);
    expect(allows([], 'https://anything.example/')).toBe(false);
  });

  it.each([
    ['api.example.com', 'https://api.example.com/x', true],
    ['api.example.com', 'http://api.example.com/x', true],
    ['api.example.com', 'http://API.Example.COM./x', true],
    ['api.example.com', 'https://api.example.com:8443/x', false],
    ['api.example.com', 'https://evil-api.example.com/', false],
    ['api.example.com', 'https://api.example.com.evil.test/', false],
    ['api.example.com', 'https://sub.api.example.com/', false],
    ['*.example.org:8443', 'https://a.b.example.org:8443/', true],
    ['*.example.org:8443', 'https://example.org:8443/', false],
    ['*.example.org:8443', 'https://a.example.org/', false],
    ['*.example.org', 'https://evilexample.org/', false],
    ['example.com:*', 'http://example.com:12345/', true],
    ['*', 'https://any.test/', true],
    ['*', 'https://any.test:81/', false],
    ['*:*', 'https://any.test:81/', true],
    ['192.0.2.7', 'http://192.0.2.7/', true],
    ['192.0.2.7', 'http://3221225991/', true],
    ['[2001:db8::1]:8080', 'http://[2001:DB8:0::1]:8080/', true],
    ['2001:db8::1', 'http://[2001:db8::1]/', true],
    ['2001:db8::1', 'http://[2001:db8::2]/', false],
    ['b\u00fccher.example', 'https://xn--bcher-kva.example/', true],
    ['api.example.com', 'http://api.example.com@evil.test/', false],
  ])('%s against %s is %s', (pattern, url, expected) => {
    expect(allows([pattern], url)).toBe(expected);
  });

  it.each([
    '',
    '*.',
    '**',
    'a.*.b',
    '*.0.0.1',
    'http://a.test',
    'a.test/path',
    'a@b.test',
    'a.test:0',
    'a.test:65536',
    'a.test:',
    ':80',
    '[::1',
    'a b',
    '*.[::1]',
  ])('takes %j for no pattern, and lets it allow nothing', (text) => {
    expect(parseHostPattern(text)).toBeNull();
    expect(allows([text], 'http://a.test/')).toBe(false);
  });

  it('matches a host and port with itself, and with no other host or port', () => {
    fc.assert(
      fc.property(domain, domain, port, port, (host, other, itsPort, otherPort) => {
        expect(allows([`${host}:${itsPort}`], `http://${host}:${itsPort}/`)).toBe(true);
        expect(allows([`${host}:${itsPort}`], `http://${other}:${itsPort}/`)).toBe(host === other);
        expect(allows([`${host}:${itsPort}`], `http://${host}:${otherPort}/`)).toBe(itsPort === otherPort);
      }),
    );
  });

  it('lets a wildcard cover every name below and never the name itself', () => {
    fc.assert(
      fc.property(domain, label, (host, sub) => {
        expect(allows([`*.${host}`], `https://${sub}.${host}/`)).toBe(true);
        expect(allows([`*.${host}`], `https://${host}/`)).toBe(false);
        expect(allows([`*.${host}`], `https://${sub}${host}/`)).toBe(false);
      }),
    );
  });

  it('never throws, whatever the line', () => {
    fc.assert(fc.property(fc.string(), (text) => void createAllowList([text]).allows(new URL('http://a.test/'))));
  });

  it('names a host exactly only where no wildcard does', () => {
    const list = createAllowList(['*.a.test', 'b.test', '*']);
    expect(list.namesExactly(new URL('http://b.test/'))).toBe(true);
    expect(list.namesExactly(new URL('http://x.a.test/'))).toBe(false);
    expect(list.namesExactly(new URL('http://c.test/'))).toBe(false);
  });
});
