import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from './effect.ts';
import { checkRequest } from './request-check.ts';

const limits = { requestBytes: 1000, headerBytes: 500 };
const plain: HttpRequest = {
  url: 'http://a.test/',
  method: 'GET',
  headers: [],
  body: null,
  timeoutMs: null,
  redirect: 'follow',
  retry: null,
};

function check(change: Record<string, unknown>) {
  return checkRequest({ ...plain, ...change }, limits);
}

function failureOf(change: Record<string, unknown>) {
  const checked = check(change);
  if (!('failure' in checked)) throw new Error('the request was accepted');
  return checked.failure;
}

function accepted(change: Record<string, unknown>) {
  const checked = check(change);
  if (!('request' in checked)) throw new Error(checked.failure.message);
  return checked.request;
}

describe('checking a request of a task', () => {
  it.each([
    ['a line break in a value', [['x-a', 'b\r\nX-Injected: yes']]],
    ['a bare line feed in a value', [['x-a', 'b\nc']]],
    ['a line break at the end of a value', [['x-a', 'b\r\n']]],
    ['a NUL in a value', [['x-a', 'b\0c']]],
    ['a character beyond Latin-1 in a value', [['x-a', 'b\u010ac']]],
    ['a line break in a name', [['x\r\nhost', 'b']]],
    ['a colon in a name', [['x:', 'b']]],
    ['an empty name', [['', 'b']]],
    ['a value that is no string', [['x', 1]]],
    ['headers that are no list', { x: 'y' }],
    ['more headers than allowed', Array.from({ length: 50 }, (_, i) => [`x-${i}`, 'valuevalue'])],
  ])('refuses %s', (_what, headers) => {
    expect(failureOf({ headers })).toMatchObject({ name: 'TypeError', reason: 'invalid' });
  });

  it.each(['Host', 'connection', 'Transfer-Encoding', 'CONTENT-LENGTH', 'Expect', 'upgrade', 'Proxy-Authorization', 'proxy-anything'])(
    'refuses header %s, which only the host may set',
    (name) => {
      expect(failureOf({ headers: [[name, 'x']] }).message).toContain(name.toLowerCase());
    },
  );

  it.each(['CONNECT', 'TRACE', 'get', 'GET / HTTP/1.1\r\nX: y', '', 7])('refuses the method %j', (method) => {
    expect(failureOf({ method }).name).toBe('TypeError');
  });

  it.each([
    'file:///etc/passwd',
    'ftp://a.test/',
    'data:text/plain,x',
    'javascript:1',
    'not a url',
    '/relative',
    '',
    5,
    `http://a.test/${'x'.repeat(40_000)}`,
  ])('refuses the URL %s', (url) => {
    expect(failureOf({ url })).toMatchObject({ name: 'TypeError', reason: 'invalid' });
  });

  it('refuses credentials in a URL and repeats none of them', () => {
    for (const url of [
      'http://user:hunter2@a.test/',
      'http://good.com@127.0.0.1/',
      'http://user:hunter2@bad host/',
      'http://:hunter2@a.test/',
    ]) {
      const { message } = failureOf({ url });
      expect(message).not.toContain('hunter2');
      expect(message).not.toContain('good.com');
    }
  });

  it('tells nothing of the value of a refused header', () => {
    expect(failureOf({ headers: [['authorization', 'Bearer hunter2\n']] }).message).not.toContain('hunter2');
  });

  it('refuses a body over the limit as too large, and a body that is no bytes', () => {
    expect(failureOf({ body: new Uint8Array(1001) })).toMatchObject({ name: 'NetworkError', reason: 'too-large' });
    expect(failureOf({ body: 'text' })).toMatchObject({ name: 'TypeError' });
  });

  it('brings the request into one form', () => {
    const request = accepted({
      url: 'HTTP://A.test:80/x#fragment',
      headers: [
        ['X-A', ' 1 '],
        ['x-a', '2'],
        ['Cookie', 'a=1'],
        ['cookie', 'b=2'],
      ],
      retry: { attempts: 1e9, delayMs: 1e12, factor: 0 },
    });
    expect(request).toMatchObject({
      url: 'http://a.test/x',
      headers: [
        ['x-a', '1, 2'],
        ['cookie', 'a=1; b=2'],
      ],
      retry: { attempts: 10, delayMs: 60_000, factor: 1 },
    });
  });

  it.each([
    { timeoutMs: NaN },
    { timeoutMs: -1 },
    { timeoutMs: '5' },
    { redirect: 'maybe' },
    { retry: { attempts: NaN, delayMs: 1, factor: 1 } },
  ])('refuses %j', (change) => {
    expect(failureOf(change).name).toBe('TypeError');
  });

  it('never throws, whatever it is handed', () => {
    for (const value of [null, undefined, 7, 'text', []]) {
      expect(checkRequest(value as never, limits)).toMatchObject({ failure: { name: 'TypeError', reason: 'invalid' } });
    }
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(plain)), fc.anything(), (field, value) => {
        check({ [field]: value });
      }),
    );
  });

  it('never lets a header through that could end the header section', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        const checked = check({ headers: [[name, value]] });
        if ('request' in checked) expect(checked.request.headers.flat().join('')).not.toMatch(/[\r\n\0]/);
      }),
    );
  });
});
