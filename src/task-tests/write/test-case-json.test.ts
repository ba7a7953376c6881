import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { HttpMock, MockAnswer } from '#engine/index.ts';
import { readTestCases } from '../read-test-cases.ts';
import type { TestCase } from '../test-case.ts';
import { testCaseJson, type NewTestCase } from './test-case-json.ts';
import { writeTestCase } from './write-test-case.ts';

const folder = mkdtempSync(join(tmpdir(), 'ratchet-write-'));
afterAll(() => rmSync(folder, { recursive: true }));

function readBack(test: NewTestCase): TestCase {
  const [found] = readTestCases({ files: {}, tests: [{ file: 'tests/a.json', text: testCaseJson(test) }] });
  if (found?.kind !== 'case') throw new Error(`${found?.message}\n${testCaseJson(test)}`);
  return found;
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

/** JSON bodies may lose their blanks, and nothing else. */
function normal(mock: HttpMock): unknown {
  return {
    ...mock,
    name: '',
    answers: mock.answers.map((answer) => {
      if ('failure' in answer) return answer;
      const type = answer.headers.find(([name]) => name === 'content-type')?.[1] ?? '';
      const text = Buffer.from(answer.body).toString('utf8');
      const isJson = type.includes('json') && Buffer.from(text).equals(Buffer.from(answer.body)) && text !== '';
      return {
        ...answer,
        headers: answer.headers.map((pair) => pair.join(': ')).toSorted(byText),
        body: isJson ? compact(text) : Buffer.from(answer.body).toString('hex'),
      };
    }),
  };
}
function compact(text: string): unknown {
  try {
    return { json: JSON.stringify(JSON.parse(text)), digits: text.replaceAll(/[^0-9]/g, '') };
  } catch {
    return text;
  }
}

const headerValue = fc.stringMatching(/^[a-z0-9=;/ -]{1,12}$/);
const anyBody = fc.oneof(
  fc.jsonValue().map((value) => [Buffer.from(JSON.stringify(value, null, 2)), 'application/json'] as const),
  fc.string().map((text) => [Buffer.from(text), 'text/html'] as const),
  fc.string().map((text) => [Buffer.from(text), 'application/json'] as const),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => [Buffer.from(bytes), null] as const),
  fc.constantFrom(
    [Buffer.from('{"id":12345678901234567890}'), 'application/json'] as const,
    [Buffer.from('{"a":1,"a":2}'), 'application/problem+json'] as const,
    [Buffer.from('1.0'), 'application/json'] as const,
  ),
);
const answer: fc.Arbitrary<MockAnswer> = fc.oneof(
  fc
    .record({
      status: fc.constantFrom(200, 201, 301, 404, 429, 503, 599),
      statusText: fc.constantFrom('OK', 'Not Found', '', 'Own Words'),
      extra: fc.array(fc.tuple(fc.constantFrom('x-one', 'set-cookie', 'retry-after'), headerValue), { maxLength: 3 }),
      body: anyBody,
      delayMs: fc.constantFrom(0, 5),
    })
    .map(({ extra, body: [bytes, type], ...rest }) => ({
      ...rest,
      body: bytes,
      headers: [...extra, ...(type === null ? [] : [['content-type', type] as const])],
    })),
  fc.record({
    failure: fc.constantFrom(
      { name: 'TimeoutError', reason: 'timeout', message: '' } as const,
      { name: 'NetworkError', reason: 'dns', message: '' } as const,
      { name: 'NetworkError', reason: 'reset', message: 'Cut.' } as const,
    ),
    delayMs: fc.constantFrom(0, 5),
  }),
);
const mock: fc.Arbitrary<HttpMock> = fc.record({
  name: fc.constant(''),
  rule: fc.record({
    method: fc.constantFrom('GET', 'POST', null),
    url: fc.option(
      fc.oneof(
        fc.webUrl().map((text) => ({ kind: text.includes('*') ? ('pattern' as const) : ('part' as const), text })),
        fc.constant({ kind: 'pattern' as const, text: '/a/*' }),
      ),
    ),
    query: fc.option(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(fc.string(), fc.constant(null), fc.constant(['a', 'b'])), { maxKeys: 2 }),
    ),
    headers: fc.option(fc.dictionary(fc.stringMatching(/^x-[a-z]{1,5}$/), fc.option(headerValue), { maxKeys: 2 })),
    body: fc.option(
      fc.oneof(
        fc.record({ kind: fc.constant('text' as const), text: fc.string(), match: fc.constantFrom('exact' as const, 'subset' as const) }),
        fc.record({
          kind: fc.constant('json' as const),
          value: fc
            .jsonValue()
            .filter((value) => typeof value !== 'string')
            .map((value): unknown => JSON.parse(JSON.stringify(value))),
          match: fc.constantFrom('exact' as const, 'subset' as const),
        }),
      ),
    ),
  }),
  answers: fc.array(answer, { minLength: 1, maxLength: 3 }),
  afterLast: fc.constantFrom('repeat' as const, 'nothing' as const),
});

it('an answer that is given a number of times is written once, with the number', () => {
  const busy: MockAnswer = { status: 429, statusText: 'Too Many Requests', headers: [], body: new Uint8Array(0), delayMs: 0 };
  const rule = { method: 'GET', url: { kind: 'part', text: 'https://a.example.com/' }, query: null, headers: null, body: null } as const;
  const test: NewTestCase = {
    name: 'busy',
    input: {},
    mocks: [{ name: '', rule, answers: Array.from({ length: 50 }, () => busy), afterLast: 'nothing' }],
    mayThrowTyped: true,
    skipsWaits: true,
  };
  expect(JSON.parse(testCaseJson(test))).toMatchObject({ skip_waits: true, mock: { http: { times: 50, response: { status: 429 } } } });
  expect(readBack(test)).toMatchObject({ skipsWaits: true, mocks: [{ answers: { length: 50 }, afterLast: 'nothing' }] });
});

describe('a written test case', () => {
  it('reads back with the same mocks', () => {
    fc.assert(
      fc.property(mock, (one) => {
        const { mocks } = readBack({ name: 'n', input: {}, mocks: [one] });
        expect(mocks.map(normal)).toEqual([normal(one)].map((made) => JSON.parse(JSON.stringify(made)) as unknown));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads back with the same input, expectations, clock and seed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (input, value) => {
        const read = readBack({
          name: 'n',
          input,
          output: { value },
          seed: 'ab'.repeat(32),
          clock: { kind: 'fixed', atMs: 5, stepMs: 1 },
          timeoutMs: 7,
        });
        expect(JSON.stringify([read.input, read.output!.value])).toBe(JSON.stringify([input, value]));
        expect(read).toMatchObject({ seed: 'ab'.repeat(32), clock: { kind: 'fixed', atMs: 5, stepMs: 1 }, timeoutMs: 7, match: 'exact' });
      }),
    );
    const clocks = [
      { kind: 'fixed', atMs: Date.UTC(2026, 0, 1), stepMs: 0 },
      { kind: 'fixed', atMs: -0.5, stepMs: 0 },
      {
        kind: 'recorded',
        reads: [
          [1, 2],
          [5, 1],
        ],
      },
    ] as const;
    for (const clock of clocks) expect(readBack({ name: 'n', input: {}, clock }).clock).toEqual(clock);
    expect(readBack({ name: 'n', input: {}, clock: { kind: 'live' } }).clock).toBeNull();
    expect(readBack({ name: 'n', input: {}, error: '/usr/lib' }).error!.said).toEqual({ kind: 'part', text: '/usr/lib' });
    expect(readBack({ name: 'n', input: {}, error: '/a.b/' }).error!.said).toEqual({
      kind: 'pattern',
      source: String.raw`\/a\.b\/`,
      flags: '',
    });
    expect(readBack({ name: 'n', input: {}, error: { class: 'HttpError', status: 404, message: 'gone' } }).error).toMatchObject({
      errorClass: 'HttpError',
      status: 404,
    });
    expect(readBack({ name: 'n', input: {}, mayThrowTyped: true })).toMatchObject({ mayThrowTyped: true, assertions: null });
    expect(readBack({ name: 'n', input: {}, logs: [{ level: 'warn', message: 'x' }], progress: [1] })).toMatchObject({
      logs: [{ level: 'warn', message: { text: 'x' } }],
      progress: [1],
    });
  });

  it('that expects nothing expects the end without an error', () => {
    expect(readBack({ name: 'n', input: {} })).toMatchObject({ assertions: [], expectsSomething: true });
  });

  it('looks like one a person wrote', () => {
    const json = [['content-type', 'application/json']] as const;
    const rule = { method: 'GET', url: { kind: 'part', text: 'https://a.test/x' }, query: null, headers: null, body: null } as const;
    const body = Buffer.from('{ "n": 1 }');
    expect(
      testCaseJson({
        name: 'counts',
        input: { n: 1 },
        mocks: [{ name: '', rule, answers: [{ status: 200, statusText: 'OK', headers: json, body, delayMs: 0 }], afterLast: 'repeat' }],
        output: { value: 1 },
      }),
    ).toBe(`{
  "name": "counts",
  "input": {
    "n": 1
  },
  "mock": {
    "http": {
      "method": "GET",
      "url": "https://a.test/x",
      "response": {
        "status": 200,
        "body": {
          "n": 1
        }
      }
    }
  },
  "expected_output": 1
}
`);
  });

  it('gets the next name that is free', () => {
    const path = mkdtempSync(join(folder, 'task-'));
    expect(writeTestCase(path, 'fuzz', { name: 'one', input: 1 })).toBe('tests/fuzz-001.json');
    writeFileSync(join(path, 'tests/fuzz-002.json'), 'mine');
    expect(writeTestCase(path, 'fuzz', { name: 'two', input: 1 })).toBe('tests/fuzz-003.json');
    expect(readFileSync(join(path, 'tests/fuzz-002.json'), 'utf8')).toBe('mine');
    expect(JSON.parse(readFileSync(join(path, 'tests/fuzz-003.json'), 'utf8'))).toMatchObject({ name: 'two', input: 1, assertions: [] });
  });

  it('cannot be written into an archive, or where a file is in the way', () => {
    const file = join(folder, 'task.zip');
    writeFileSync(file, '');
    expect(() => writeTestCase(file, 'fuzz', { name: 'n', input: 1 })).toThrow(/it is not a folder/);
    const path = mkdtempSync(join(folder, 'task-'));
    writeFileSync(join(path, 'tests'), '');
    expect(() => writeTestCase(path, 'fuzz', { name: 'n', input: 1 })).toThrow(/EEXIST|ENOTDIR/);
    mkdirSync(join(path, 'other'));
  });
});
