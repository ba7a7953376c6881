import { describe, expect, it } from 'vitest';
import { ExpectedErrorField } from '../format/expectations.ts';
import { errorView, judgeError, type ErrorView } from './judge-error.ts';
import { isUntyped } from './untyped.ts';

const notFound: ErrorView = {
  class: 'HttpError',
  message: 'HTTP 404: Not Found',
  status: 404,
  code: 'TASK_FAILED',
  fields: { code: 'E_GONE' },
};
const platform: ErrorView = { class: null, message: 'The input does not match.', status: null, code: 'INPUT_INVALID', fields: {} };

function judge(expected: unknown, error = notFound): readonly string[] {
  return judgeError(ExpectedErrorField.parse(expected), error)?.details ?? [];
}

describe('an expected error', () => {
  it.each([
    [true],
    ['404'],
    ['HttpError'],
    ['HttpError: HTTP 404'],
    ['TASK_FAILED'],
    ['/^HttpError: .*Found$/'],
    ['/not found/i'],
    [{ class: 'HttpError' }],
    [{ status: 404, message: 'Not Found' }],
    [{ message: '/^HTTP \\d+/' }],
    [{ code: 'TASK_FAILED' }],
    [{ code: 'E_GONE' }],
  ])('%j is what came', (expected) => expect(judge(expected)).toEqual([]));

  it.each([
    ['500', ['at error: expected a text that contains "500", received "HttpError: HTTP 404: Not Found"']],
    ['TASK', ['at error: expected a text that contains "TASK", received "HttpError: HTTP 404: Not Found"']],
    ['/^HTTP/', ['at error: expected a text that matches /^HTTP/, received "HttpError: HTTP 404: Not Found"']],
    [
      { class: 'DataError', status: 500, message: 'x', code: 'E_OTHER' },
      [
        'at error.class: expected "DataError", received "HttpError"',
        'at error.message: expected a text that contains "x", received "HTTP 404: Not Found"',
        'at error.status: expected 500, received 404',
        'at error.code: expected "E_OTHER", received "TASK_FAILED"',
      ],
    ],
  ])('%j is not', (expected, details) => expect(judge(expected)).toEqual(details));

  it('may be one of the platform', () => {
    expect(judge('INPUT_INVALID', platform)).toEqual([]);
    expect(judge('does not match', platform)).toEqual([]);
    expect(judge({ class: 'TypeError', status: 1 }, platform)).toEqual([
      'at error.class: expected "TypeError", received nothing',
      'at error.status: expected 1, received nothing',
    ]);
  });

  it('with a pattern that would run for ever is given up', () => {
    expect(judge('/^(a+)+$/', { ...platform, message: `${'a'.repeat(60)}b` })[0]).toMatch(/took longer than a second/);
  });
});

describe('an error as tests see it', () => {
  it('is what the task threw, or what the platform says', () => {
    const data = { errorClass: 'HttpError', message: 'gone', status: 404, fields: { code: 7 }, stack: '', frames: [] };
    expect(errorView({ code: 'TASK_FAILED', message: 'The task threw HttpError: gone', data })).toEqual({
      class: 'HttpError',
      message: 'gone',
      status: 404,
      code: 'TASK_FAILED',
      fields: { code: 7 },
    });
    expect(errorView({ code: 'TIMED_OUT', message: 'It took too long.', data: { limitMs: 5 } })).toEqual({
      class: null,
      message: 'It took too long.',
      status: null,
      code: 'TIMED_OUT',
      fields: {},
    });
  });

  it('is typed when its class is not one of the language', () => {
    expect(['Error', 'TypeError', 'RangeError', ''].map(isUntyped)).toEqual([true, true, true, true]);
    expect(['DataError', 'HttpError', 'MyError'].map(isUntyped)).toEqual([false, false, false]);
  });
});
