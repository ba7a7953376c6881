import { describe, expect, it } from 'vitest';
import type { HttpMock } from '#engine/index.ts';
import { readTestCases } from '../read-test-cases.ts';

function read(fields: object) {
  return readTestCases({ files: {}, tests: [{ file: 'tests/a.json', text: JSON.stringify({ expected: 1, ...fields }) }] })[0]!;
}
async function mocksOf(fields: object): Promise<readonly HttpMock[]> {
  const found = read(fields);
  if (found.kind === 'broken') throw new Error(found.message);
  return found.mocks;
}
const mocks = (http: unknown) => mocksOf({ mock: { http } });
async function wrong(http: unknown): Promise<string> {
  const found = read({ mock: { http } });
  return found.kind === 'broken' ? found.message : 'it is fine';
}
const text = (body: Uint8Array) => new TextDecoder().decode(body);

describe('the mocks of a case', () => {
  const answers = async (http: unknown) =>
    (await mocks(http))[0]!.answers.map((one) => ('failure' in one ? one.failure.reason : [one.status, text(one.body)]));

  it('are written as they always were', async () => {
    const http = { url: 'api.example.com/a', method: 'GET', response: { ok: true, status: 200, statusText: 'Fine', body: { n: 1 } } };
    expect(await mocks(http)).toEqual([
      {
        name: 'mock.http',
        rule: { method: 'GET', url: { kind: 'part', text: 'api.example.com/a' }, query: null, headers: null, body: null },
        answers: [
          {
            status: 200,
            statusText: 'Fine',
            headers: [['content-type', 'application/json']],
            body: Buffer.from('{"n":1}'),
            delayMs: 0,
          },
        ],
        afterLast: 'repeat',
      },
    ]);
    expect(await mocksOf({ mock: null })).toEqual([]);
    expect(await mocksOf({ mock: [http] })).toHaveLength(1);
  });

  it('take a method for GET, a star for any, and mean everything without a URL', async () => {
    const method = async (http: object) => (await mocks({ ...http, response: {} }))[0]!.rule.method;
    expect(await method({ url: '/' })).toBe('GET');
    expect(await method({ url: '/', method: 'post' })).toBe('POST');
    expect(await method({ url: '/', method: '*' })).toBeNull();
    expect(await method({})).toBeNull();
  });

  it('may ask for query, headers and body, beside the URL or in request', async () => {
    const fields = {
      urlPattern: '/users/*',
      query: { page: 2, tag: ['a', 'b'], none: null },
      headers: { Accept: 'x', Cookie: null },
      body: { a: 1 },
      bodyMatch: 'subset',
    };
    const rule = {
      method: 'GET',
      url: { kind: 'pattern', text: '/users/*' },
      query: { page: '2', tag: ['a', 'b'], none: null },
      headers: { accept: 'x', cookie: null },
      body: { kind: 'json', value: { a: 1 }, match: 'subset' },
    };
    expect((await mocks({ ...fields, response: {} }))[0]!.rule).toEqual(rule);
    expect((await mocks({ request: fields, response: {} }))[0]!.rule).toEqual(rule);
    expect((await mocks({ url: 'https://a.test/*', response: {} }))[0]!.rule.url).toEqual({ kind: 'pattern', text: 'https://a.test/*' });
    expect((await mocks({ url: '/', body: 'plain', response: {} }))[0]!.rule.body).toEqual({ kind: 'text', text: 'plain', match: 'exact' });
  });

  it('answer with what the response says', async () => {
    const response = async (written: object) => (await mocks({ url: '/', response: written }))[0]!.answers[0]!;
    expect(await response({})).toMatchObject({ status: 200, statusText: 'OK', headers: [], body: new Uint8Array(0) });
    expect(await response({ ok: false })).toMatchObject({ status: 500, statusText: 'Internal Server Error' });
    expect(await response({ status_code: 404, body: 'gone' })).toMatchObject({
      status: 404,
      statusText: 'Not Found',
      headers: [['content-type', 'text/plain;charset=utf-8']],
      body: Buffer.from('gone'),
    });
    expect(await response({ body: null })).toMatchObject({ body: Buffer.from('null') });
    expect(await response({ body_base64: '/w==' })).toMatchObject({ headers: [], body: Buffer.from([255]) });
    expect(await response({ headers: { 'Set-Cookie': ['a=1', 'b=2'], 'Content-Type': 'text/csv', 'X-N': 1 }, text: 'a,b' })).toMatchObject({
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['content-type', 'text/csv'],
        ['x-n', '1'],
      ],
    });
    expect(await response({ delayMs: 20 })).toMatchObject({ delayMs: 20 });
    expect(await response({ failure: 'ECONNREFUSED' })).toEqual({
      failure: { name: 'NetworkError', reason: 'refused', message: '' },
      delayMs: 0,
    });
  });

  it('may fail', async () => {
    const failure = async (written: unknown) => (await mocks({ url: '/', failure: written, delay_ms: 5 }))[0]!.answers[0];
    expect(await failure('timeout')).toEqual({ failure: { name: 'TimeoutError', reason: 'timeout', message: '' }, delayMs: 5 });
    expect(await failure({ reason: 'dns', message: 'No such name.' })).toMatchObject({
      failure: { name: 'NetworkError', reason: 'dns', message: 'No such name.' },
    });
  });

  it('may answer one after the other', async () => {
    expect(await answers({ url: '/', responses: [{ status: 503 }, { failure: 'reset' }, { body: 3 }] })).toEqual([
      [503, ''],
      'reset',
      [200, '3'],
    ]);
    expect(await answers({ url: '/', response: { body: 1 }, times: 3 })).toEqual([
      [200, '1'],
      [200, '1'],
      [200, '1'],
    ]);
    const after = async (http: unknown) => (await mocks(http)).map(({ name, afterLast }) => `${name} ${afterLast}`);
    expect(await after({ url: '/', response: {}, times: 1 })).toEqual(['mock.http nothing']);
    expect(await after({ url: '/', responses: [{}], repeat: false })).toEqual(['mock.http nothing']);
    expect(await after({ responses: [{}, {}] })).toEqual(['mock.http repeat']);
  });

  it('may be a list, in which two for the same request come one after the other', async () => {
    const found = await mocks([
      { url: '/a', response: { body: 1 } },
      { name: 'token', url: '/b', response: {} },
      { url: '/a', response: { body: 2 } },
    ]);
    expect(found.map(({ name, afterLast }) => `${name} ${afterLast}`)).toEqual([
      'mock.http[0] nothing',
      'mock.http[1] (token) repeat',
      'mock.http[2] repeat',
    ]);
  });

  it('may be a sequence of which each is used once', async () => {
    const sequence = [
      { url: '/a', response: {} },
      { url: '/b', response: {}, times: 2 },
    ];
    expect((await mocks({ sequence })).map(({ name, answers: all, afterLast }) => [name, all.length, afterLast])).toEqual([
      ['mock.http.sequence[0]', 1, 'nothing'],
      ['mock.http.sequence[1]', 2, 'nothing'],
    ]);
    expect(await answers({ url: '/', sequence: [{ status: 500 }, { body: 1 }] })).toEqual([
      [500, ''],
      [200, '1'],
    ]);
  });

  it.each([
    [{ url: '/' }, 'mock.http: A mock needs one of response, responses and failure.'],
    [{ url: '/', response: {}, failure: 'dns' }, 'mock.http: A mock needs one of response, responses and failure.'],
    [{ url: '/', respose: {} }, 'mock.http.respose: "respose" is no field of a mock. Did you mean response?'],
    [{ url: '/', response: { id: 7 } }, 'mock.http.response.id: "id" is no field of a response (what the task gets belongs in its body).'],
    [{ url: '/', response: 'text' }, 'mock.http.response: A response must be an object such as {"status": 200, "body": {...}}.'],
    [{ url: '/', response: { status: 99 } }, 'mock.http.response.status must be from 200 to 599.'],
    [{ url: '/', response: { ok: true, status: 404 } }, 'mock.http.response: ok is true, and status 404 says otherwise; leave ok out.'],
    [
      { url: '/', response: { body: 1, text: '1' } },
      'mock.http.response: The response has several bodies; keep one of body, text and body_base64.',
    ],
    [{ url: '/', response: { failure: 'dns', status: 200 } }, 'mock.http.response: A response that fails has no status and no body.'],
    [
      { url: '/', failure: 'timeuot' },
      'mock.http.failure.reason: "timeuot" is no failure. Did you mean timeout? There are timeout, refused, dns, reset, tls, protocol.',
    ],
    [{ url: '/', url_pattern: '/*', response: {} }, 'mock.http: url and url_pattern say the same thing; keep one of them.'],
    [
      { url: '/', request: { url: '/' }, response: {} },
      'mock.http: What the request has to be like stands either in request or beside it, not in both.',
    ],
    [
      { url: '/', method: 'FETCH', response: {} },
      'mock.http: method is FETCH, which is not one of GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS, and not "*" for any.',
    ],
    [{ url: '/', responses: [{}, {}], times: 1 }, 'mock.http: times is 1, but there are 2 responses.'],
    [{ url: '/', delay_ms: -1, response: {} }, 'mock.http.delay_ms must not be negative.'],
    [
      [
        { url: '/', response: {} },
        { url: '', response: {} },
      ],
      'mock.http[1].url must not be empty.',
    ],
    [{ sequence: [{ url: '/', response: {} }], url: '/' }, 'mock.http: Beside sequence with mocks of its own nothing else can stand.'],
    ['x', 'mock.http: A mock must be an object or a list of objects.'],
    [[7], 'mock.http[0]: A mock must be an object.'],
  ])('%j are refused', async (http, message) => expect(await wrong(http)).toBe(message));
});
