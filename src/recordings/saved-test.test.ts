import { describe, expect, it } from 'vitest';
import { testCaseJson } from '#task-tests/index.ts';
import { recordingForTest } from './recording-for-test.ts';
import type { RecordedEffect, Recording } from './recording.ts';
import { savedTest } from './saved-test.ts';

function effect(number: number, method: string, url: string, sent: string | null, outcome: RecordedEffect['outcome']): RecordedEffect {
  const request = {
    method,
    url,
    headers: [],
    body: sent === null ? null : Buffer.from(sent),
    timeoutMs: null,
    redirect: 'follow',
    retry: null,
  } as const;
  return { number, startedMs: 0, durationMs: 1, attempts: 1, hasBodies: true, isIntact: true, request, outcome };
}
const said = (text: string, headers: [string, string][] = [['content-type', 'application/json']]): RecordedEffect['outcome'] => ({
  answer: { status: 200, statusText: 'OK', url: '', redirected: false, headers, body: Buffer.from(text) },
});
const fileOf = (parts: Partial<Recording>, name: string | null = null) =>
  JSON.parse(testCaseJson(savedTest(recordingForTest(parts), name))) as Record<string, unknown> & { mock: { http: unknown } };

describe('a test made of a recording', () => {
  it('has the name it is given, or the moment of the recording', () => {
    expect(fileOf({}, 'my name')['name']).toBe('my name');
    expect(fileOf({})['name']).toBe('recorded 2023-11-14 22:13:20');
  });

  it('expects what came, under the same clock and seed', () => {
    expect(fileOf({ input: '{"a":1}', output: '{"b":2}' })).toMatchObject({
      input: { a: 1 },
      expected_output: { b: 2 },
      seed: '5eed'.repeat(16),
      clock: { reads: [[1_700_000_000_000, 2]] },
    });
  });

  it('expects the error that was thrown, or the limit that was reached', () => {
    const thrown = {
      code: 'TASK_FAILED',
      message: 'x',
      hint: '',
      retryable: false,
      data: { errorClass: 'HttpError', message: 'gone', status: 410 },
    };
    expect(fileOf({ error: thrown })['expected_error']).toEqual({ class: 'HttpError', message: 'gone', status: 410 });
    const late = { code: 'TIMED_OUT', message: 'x', hint: '', retryable: false, data: { limitMs: 1 } };
    expect(fileOf({ error: late })).toMatchObject({ expected_error: { code: 'TIMED_OUT' }, timeout: 2_000 });
  });

  it('answers one address once, or with one answer after the other', () => {
    const once = effect(1, 'GET', 'https://a.test/x', null, said('{"n":1}'));
    expect(fileOf({ effects: [once] }).mock.http).toEqual({
      method: 'GET',
      url: 'https://a.test/x',
      response: { status: 200, body: { n: 1 } },
    });
    const again = effect(2, 'GET', 'https://a.test/x', null, said('{"n":2}'));
    expect(fileOf({ effects: [once, again] }).mock.http).toMatchObject({
      responses: [{ body: { n: 1 } }, { body: { n: 2 } }],
      repeat: false,
    });
  });

  it('tells requests to one address apart by their bodies', () => {
    const effects = [
      effect(1, 'POST', 'https://a.test/x', '{"q":1}', said('"one"')),
      effect(2, 'POST', 'https://a.test/x', 'plain', said('"two"')),
    ];
    expect(fileOf({ effects }).mock.http).toMatchObject([{ body: { q: 1 } }, { body: 'plain' }]);
  });

  it('leaves secret parameters to the task that is tested, and headers of the wire out', () => {
    const url = 'https://a.test/x?api_key=__secret_api_key__&page=2';
    const headers: [string, string][] = [
      ['content-type', 'application/json'],
      ['date', 'today'],
      ['content-length', '2'],
      ['x-page', '2'],
    ];
    expect(fileOf({ effects: [effect(1, 'GET', url, null, said('{}', headers))] }).mock.http).toMatchObject({
      url: 'https://a.test/x',
      query: { page: '2' },
      response: { headers: { 'x-page': '2' } },
    });
  });

  it('fails requests as they failed', () => {
    const failure = { name: 'NetworkError', message: 'No connection', reason: 'refused' } as const;
    expect(fileOf({ effects: [effect(1, 'GET', 'https://a.test/', null, { failure })] }).mock.http).toMatchObject({
      response: { failure: { reason: 'refused', message: 'No connection' } },
    });
  });
});
