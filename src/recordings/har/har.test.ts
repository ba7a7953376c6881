import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { recordingForTest } from '../recording-for-test.ts';
import type { RecordedEffect } from '../recording.ts';
import { harOf } from './har-of.ts';
import { recordingFromHar } from './recording-from-har.ts';

const isHar = (() => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  const folder = dirname(fileURLToPath(import.meta.resolve('har-schema')));
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    ajv.addSchema(JSON.parse(readFileSync(join(folder, name), 'utf8')) as object);
  }
  return ajv.getSchema('har.json#')!;
})();

const base: RecordedEffect = {
  number: 1,
  startedMs: 10,
  durationMs: 25,
  attempts: 1,
  hasBodies: true,
  isIntact: true,
  request: {
    url: 'https://a.test/x?q=1&q=2&empty=',
    method: 'POST',
    headers: [
      ['content-type', 'application/json'],
      ['cookie', 'a=1; b=2'],
    ],
    body: Buffer.from('{"a":1}'),
    timeoutMs: null,
    redirect: 'follow',
    retry: null,
  },
  outcome: {
    answer: {
      status: 201,
      statusText: '',
      url: 'https://a.test/x',
      redirected: false,
      headers: [
        ['content-type', 'text/plain; charset=utf-8'],
        ['set-cookie', 'id=7; Path=/'],
      ],
      body: Buffer.from('grün'),
    },
  },
};
const get = { ...base.request!, method: 'GET', body: null, headers: [] };
const effects: RecordedEffect[] = [
  base,
  { ...base, number: 2, request: get, outcome: { failure: { name: 'TimeoutError', message: 'too late', reason: 'timeout' } } },
  { ...base, number: 3, request: get, outcome: null },
  { ...base, number: 4, request: null, outcome: { failure: { name: 'TypeError', message: 'bad', reason: 'invalid' } } },
  {
    ...base,
    number: 5,
    request: { ...base.request!, body: new Uint8Array([0xff, 0, 1]) },
    outcome: {
      answer: { status: 200, statusText: 'OK', url: 'https://a.test/', redirected: false, headers: [], body: new Uint8Array([0xff, 0xd8]) },
    },
  },
];

describe('HAR', () => {
  it.each([
    ['without requests', []],
    ['with requests of every kind', effects],
  ])('is valid by the published schema %s', (_name, all) => {
    const har = JSON.parse(JSON.stringify(harOf(recordingForTest({ effects: all })))) as unknown;
    expect([isHar(har), isHar.errors]).toEqual([true, null]);
  });

  it('is not called valid whatever it holds', () => {
    const har = JSON.parse(JSON.stringify(harOf(recordingForTest({ effects })))) as { log: { entries: { request: { url?: string } }[] } };
    delete har.log.entries[0]!.request.url;
    expect(isHar(har)).toBe(false);
  });

  it('says what was sent and what came: real types, query, cookies, times', () => {
    const [entry] = harOf(recordingForTest({ effects })).log.entries;
    expect(entry).toMatchObject({
      startedDateTime: '2023-11-14T22:13:20.010Z',
      time: 25,
      request: {
        method: 'POST',
        cookies: [
          { name: 'a', value: '1' },
          { name: 'b', value: '2' },
        ],
        queryString: [
          { name: 'q', value: '1' },
          { name: 'q', value: '2' },
          { name: 'empty', value: '' },
        ],
        postData: { mimeType: 'application/json', text: '{"a":1}' },
        bodySize: 7,
      },
      response: {
        status: 201,
        statusText: 'Created',
        cookies: [{ name: 'id', value: '7' }],
        content: { mimeType: 'text/plain; charset=utf-8', text: 'grün', size: 5 },
      },
    });
  });

  it('becomes the same requests and answers again when it is read, bytes and failures included', () => {
    const har = JSON.stringify(harOf(recordingForTest({ effects: effects.filter(({ request, outcome }) => request && outcome) })));
    const read = recordingFromHar({ har, input: '{}', output: null }, 'requests.har');
    expect(read.effects.map(({ request }) => request && [request.method, request.url, request.body && [...request.body]])).toEqual([
      ['POST', base.request!.url, [...Buffer.from('{"a":1}')]],
      ['GET', base.request!.url, null],
      ['POST', base.request!.url, [0xff, 0, 1]],
    ]);
    expect(read.effects.map(({ outcome }) => outcome && ('answer' in outcome ? [...outcome.answer.body] : outcome.failure))).toEqual([
      [...Buffer.from('grün')],
      { name: 'TimeoutError', message: 'too late', reason: 'timeout' },
      [0xff, 0xd8],
    ]);
  });

  it('is read as browsers write it: unsorted, with fields missing and fields of their own, hops of a redirect apart', () => {
    const entry = (second: number, url: string, response: object) => ({
      _initiator: { type: 'script' },
      startedDateTime: `2026-01-01T00:00:0${second}.000Z`,
      time: -1,
      request: { method: 'GET', url, headers: [{ name: 'Accept', value: '*/*' }] },
      response,
      timings: {},
    });
    const har = {
      log: {
        entries: [
          entry(2, 'https://a.test/new', { status: 200, content: { text: 'aGk=', encoding: 'base64', mimeType: 'text/plain' } }),
          entry(1, 'https://a.test/old', { status: 302, redirectURL: '/new', headers: [] }),
          entry(3, 'https://a.test/gone', { status: 0, _error: 'net::ERR_NAME_NOT_RESOLVED' }),
        ],
      },
    };
    const { effects: read } = recordingFromHar({ har: `\uFEFF${JSON.stringify(har)}`, input: '{}', output: null }, 'x.har');
    expect(read).toHaveLength(2);
    expect(read[0]!.request).toMatchObject({ url: 'https://a.test/old', headers: [['accept', '*/*']] });
    const outcome = read[0]!.outcome!;
    expect('answer' in outcome && [outcome.answer.status, Buffer.from(outcome.answer.body).toString()]).toEqual([200, 'hi']);
    expect(read[1]!.outcome).toMatchObject({ failure: { name: 'NetworkError' } });
  });

  it.each([
    ['no JSON', 'nope', 'it is not JSON'],
    ['another document', '{"a":1}', 'it is no HAR 1.2'],
    ['entries without requests', '{"log":{"entries":[{}]}}', 'it is no HAR 1.2'],
  ])('says that it is %s', (_name, har, why) => {
    expect(() => recordingFromHar({ har, input: '{}', output: null }, 'x.har')).toThrow(why);
  });
});
