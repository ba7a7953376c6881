import { describe, expect, it } from 'vitest';
import { nextHop, type Hop } from './redirect.ts';

const body = Buffer.from('body');
const hop: Hop = {
  url: new URL('https://a.test/start'),
  method: 'POST',
  headers: [
    ['authorization', 'secret'],
    ['cookie', 'a=1'],
    ['content-type', 'text/plain'],
    ['x-own', '1'],
  ],
  body,
};

describe('following a redirect', () => {
  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('%i makes of %s a %s', (status, method, expected) => {
    const next = nextHop({ ...hop, method }, status, '/next')!;
    expect(next.method).toBe(expected);
    const keepsBody = expected === method && method !== 'HEAD';
    if (keepsBody) expect(next.body).toBe(body);
    else if (expected === 'GET') expect(next.headers.map(([name]) => name)).not.toContain('content-type');
  });

  it('keeps credentials on the same origin and drops them on any other', () => {
    const names = (location: string) => nextHop(hop, 307, location)!.headers.map(([name]) => name);
    expect(names('/next')).toContain('authorization');
    for (const other of ['http://a.test/', 'https://a.test:444/', 'https://b.test/', 'https://sub.a.test/']) {
      expect(names(other)).toEqual(['content-type', 'x-own']);
    }
  });

  it('is no redirect without a Location or with another status', () => {
    expect(nextHop(hop, 302, undefined)).toBeNull();
    expect(nextHop(hop, 300, '/x')).toBeNull();
    expect(nextHop(hop, 304, '/x')).toBeNull();
  });

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'https://user:pw@b.test/', 'http://[bad'])('refuses to go to %s', (location) => {
    expect(() => nextHop(hop, 302, location)).toThrow(/redirects to/);
  });
});
