import { describe, expect, it } from 'vitest';
import {
  outputInvalid,
  requestFailedUnseen,
  taskFailed,
  taskFailedForNow,
  wallTimeExceeded,
  type Thrown as TaskThrown,
} from '#engine/index.ts';
import type { Execution } from '#executions/index.ts';
import type { RatchetError } from '#kernel/index.ts';
import { headline } from './headline.ts';
import { alike, judge, type JudgeRules, type Wrong } from './judge.ts';

const strict: JudgeRules = { isExpected: () => false };

function judged(error: RatchetError | null, rules = strict, repeated: string | null = null) {
  const execution = { error, output: error === null ? '{}' : null } as unknown as Execution;
  return judge(execution, { repeated: () => repeated }, rules);
}

function thrown(errorClass: string, message: string, line = 4): TaskThrown {
  return {
    errorClass,
    message,
    stack: `${errorClass}: ${message}`,
    frames: [{ function: 'main', file: 'main.js', line, column: 3 }],
    fields: {},
  };
}

function key(error: RatchetError): string {
  return (judged(error) as Wrong).key;
}

describe('the end of a run', () => {
  it('is fine with an output, and with an error of a class that says something', () => {
    expect(judged(null)).toEqual({ is: 'fine' });
    for (const name of [
      'AuthenticationError',
      'AuthorizationError',
      'NetworkError',
      'HttpError',
      'ValidationError',
      'ConfigurationError',
      'RateLimitError',
      'ServiceUnavailableError',
      'TimeoutError',
      'DataError',
      'OrderError',
    ]) {
      expect([name, judged(taskFailed(thrown(name, 'no'))).is]).toEqual([name, 'fine']);
    }
    expect(judged(taskFailedForNow(thrown('NetworkError', 'no'))).is).toBe('fine');
  });

  it.each(['Error', 'TypeError', 'ReferenceError', 'RangeError', 'SyntaxError', 'URIError', 'AggregateError', 'string', 'number', 'undefined', 'null', 'Object', 'AbortError', 'InvalidCharacterError'])(
    'is bad with %s',
    (name) => {
      expect(judged(taskFailed(thrown(name, 'no')))).toMatchObject({ is: 'bad', kind: 'untyped-error', errorClass: name });
      expect(judged(taskFailed(thrown(name, 'no')), { isExpected: ({ errorClass }) => errorClass === name })).toEqual({ is: 'fine' });
    },
  ); // prettier-ignore

  it('says nothing where the machine or a person ended it', () => {
    const cancelled = { code: 'CANCELLED', message: 'stopped', data: {} } as unknown as RatchetError;
    expect(judged(cancelled)).toEqual({ is: 'void', why: 'stopped' });
  });

  it('is no fault of the task where our input makes a URL that is too long for anybody', () => {
    expect(judged(taskFailed(thrown('TypeError', 'The URL is 40000 characters long; at most 32768 are allowed.'))).is).toBe('fine');
  });

  it('is about the repeated request, whatever the task makes of it', () => {
    expect(judged(null, strict, 'GET https://a.example.com/1?b=2')).toMatchObject({
      kind: 'too-many-requests',
      about: 'GET https://a.example.com/1',
    });
  });
});

describe('two runs show the same bug', () => {
  it('when they throw the same class on the same line', () => {
    expect(key(taskFailed(thrown('TypeError', 'x of undefined')))).toBe(key(taskFailed(thrown('TypeError', 'y of null'))));
    expect(key(taskFailed(thrown('TypeError', 'x', 4)))).not.toBe(key(taskFailed(thrown('TypeError', 'x', 5))));
    expect(key(taskFailed(thrown('TypeError', 'x')))).not.toBe(key(taskFailed(thrown('RangeError', 'x'))));
  });

  it('when the same place of the output is wrong in the same way, whatever the index', () => {
    const at = (path: string, keyword = 'type') => key(outputInvalid({ problems: [{ path, message: 'must be', keyword }] }));
    expect(at('items[3].total')).toBe(at('items[12].total'));
    expect(at('items[3].total')).not.toBe(at('items[3].name'));
    expect(at('a', 'type')).not.toBe(at('a', 'minimum'));
  });

  it('when the same kind of request goes unseen', () => {
    const of = (url: string) => key(requestFailedUnseen({ method: 'GET', url, errorClass: 'HttpError', message: 'no' }));
    expect(of('https://a.example.com/users/1?x=1')).toBe(of('https://a.example.com/users/22?x=2'));
    expect(of('https://a.example.com/users/1')).not.toBe(of('https://a.example.com/orders/1'));
  });

  it('when both did not end, by whichever limit', () => {
    expect(judged(wallTimeExceeded({ limitMs: 1 }))).toMatchObject({ kind: 'endless' });
  });
});

it('messages are alike when they differ in numbers and quoted values', () => {
  expect(alike(`no city "Graz \\" x" after 12 tries`)).toBe(alike(`no city 'Wien' after 3 tries`));
  expect(alike('text "cut in the midd')).toBe('text ...');
});

it('bugs have short names', () => {
  const name = (error: RatchetError) => headline({ wrong: judged(error) as Wrong });
  expect(name(taskFailed(thrown('TypeError', 'x')))).toBe('TypeError at main.js:4');
  expect(name(outputInvalid({ problems: [{ path: 'items[0].total', message: 'x' }] }))).toBe('output invalid at output.items[0].total');
  expect(name(outputInvalid({ problems: [{ path: '', message: 'x' }] }))).toBe('output invalid at output');
});
