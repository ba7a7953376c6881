import { describe, expect, it } from 'vitest';
import { filesFromMemory, loadFrom } from '#tasks/index.ts';
import { readTestCases } from './read-test-cases.ts';
import type { BrokenTest, TestCase } from './test-case.ts';

async function readAll(files: Record<string, unknown>, metadata: object = {}): Promise<readonly (TestCase | BrokenTest)[]> {
  const texts = Object.entries(files).map(([name, value]) => [`tests/${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
  const task = await loadFrom(
    filesFromMemory('memory', {
      'main.js': 'x => x',
      'metadata.json': JSON.stringify({ label: 'A', version: '1.0.0', ...metadata }),
      ...(Object.fromEntries(texts) as Record<string, string>),
    }),
  );
  return readTestCases(task);
}
async function read(value: unknown): Promise<TestCase> {
  const [found] = await readAll({ 'a.json': value });
  if (found?.kind !== 'case') throw new Error(found?.message);
  return found;
}
async function broken(value: unknown): Promise<string> {
  const [found] = await readAll({ 'a.json': value });
  return found?.kind === 'broken' ? found.message : 'it is fine';
}
describe('a test case', () => {
  it('may say next to nothing', async () => {
    expect(await read({ expected_output: 1 })).toMatchObject({
      kind: 'case',
      file: 'tests/a.json',
      path: [],
      name: 'a',
      description: null,
      input: {},
      match: 'exact',
      output: { value: 1, key: 'expected_output' },
      error: null,
      assertions: null,
      logs: null,
      progress: null,
      requests: null,
      expectsSomething: true,
      mocks: [],
      skip: null,
      only: false,
      timeoutMs: null,
      clock: null,
      seed: null,
    });
    expect((await read({})).expectsSomething).toBe(false);
    expect((await read({ assertions: [] })).expectsSomething).toBe(true);
  });

  it.each([
    [{ expected_output: null }, { output: { value: null } }],
    [{ expected: [1] }, { output: { value: [1], key: 'expected' } }],
    [{ expectedOutput: 1 }, { output: { value: 1, key: 'expectedOutput' } }],
    [{ 'expected-output': 1 }, { output: { value: 1 } }],
    [{ expected: 1, input: null }, { input: null }],
    [{ expected: 1, match: 'partial' }, { match: 'subset' }],
    [{ expected: 1, skip: true }, { skip: '' }],
    [{ expected: 1, skip: 'the service is down' }, { skip: 'the service is down' }],
    [
      { expected: 1, skip: false, only: true },
      { skip: null, only: true },
    ],
    [{ expected: 1, timeout: 250 }, { timeoutMs: 250 }],
    [{ expected: 1, timeout: '2s' }, { timeoutMs: 2000 }],
    [{ expected: 1, timeoutMs: 5 }, { timeoutMs: 5 }],
    [{ expected: 1, clock: '2026-01-31T12:00:00Z' }, { clock: { kind: 'fixed', atMs: Date.UTC(2026, 0, 31, 12), stepMs: 0 } }],
    [{ expected: 1, clock: { at: 5, stepMs: 10 } }, { clock: { kind: 'fixed', atMs: 5, stepMs: 10 } }],
    [{ expected: 1, clock: { reads: [[5, 2]] } }, { clock: { kind: 'recorded', reads: [[5, 2]] } }],
    [{ expected: 1, clock: 'real' }, { clock: null }],
    [{ expected: 1, seed: 'AB'.repeat(32) }, { seed: 'ab'.repeat(32) }],
    [{ expected: 1, seed: 7 }, { seed: expect.stringMatching(/^[0-9a-f]{64}$/) as string }],
    [
      { name: 'n', description: 'd', expected: 1, tags: ['x'], id: 7, _why: 1, $schema: 's', comment: 'c' },
      { name: 'n', description: 'd' },
    ],
    [{ should_fail: true }, { error: { said: null, message: null, errorClass: null, status: null, code: null }, output: null }],
    [{ should_fail: true, expected: null }, { output: null }],
    [
      { should_fail: true, expected: 'no city' },
      { error: { said: { kind: 'part', text: 'no city' } }, output: null },
    ],
    [
      { should_fail: false, expected: 1 },
      { error: null, output: { value: 1 } },
    ],
    [{ should_fail: false }, { expectsSomething: true }],
    [{ may_throw: 'typed' }, { expectsSomething: true, mayThrowTyped: true, error: null }],
    [{ skip_waits: true }, { skipsWaits: true }],
    [{ skipWaits: false }, { skipsWaits: false }],
    [
      { may_throw: 'typed', expected: 1 },
      { mayThrowTyped: true, output: { value: 1 } },
    ],
    [{ expected_output: 1, expected_error: null }, { error: null }],
    [{ expected_error: true }, { error: { said: null } }],
    [{ expected_error: 'no city' }, { error: { said: { kind: 'part', text: 'no city' } } }],
    [{ expected_error: '/^no .*y$/i' }, { error: { said: { kind: 'pattern', source: '^no .*y$', flags: 'i' } } }],
    [
      { expectedError: { name: 'HttpError', status: 404, message: 'gone', code: 'E' } },
      { error: { said: null, errorClass: 'HttpError', status: 404, message: { kind: 'part', text: 'gone' }, code: 'E' } },
    ],
    [
      {
        assertions: [
          { path: 'a.b[0]', operator: '>=', expected: 3 },
          { path: '$', value: 1 },
        ],
      },
      {
        assertions: [
          { path: 'a.b[0]', steps: ['a', 'b', 0], operator: 'at_least', expected: 3 },
          { steps: [], operator: 'equals', expected: 1 },
        ],
      },
    ],
    [
      { expected_logs: ['hi', { level: 'WARN', message: '/x+/' }] },
      {
        logs: [
          { level: null, message: { kind: 'part', text: 'hi' } },
          { level: 'warn', message: { kind: 'pattern', source: 'x+' } },
        ],
      },
    ],
    [{ expected_progress: [0.5, { message: 'half' }] }, { progress: [0.5, { message: 'half' }] }],
    [{ expected_requests: 2 }, { requests: 2 }],
    [
      { expectedRequests: ['POST https://a.test/x', '/y', { url: '/z', body: { a: 1 }, body_match: 'subset' }] },
      {
        requests: [
          { method: 'POST', url: { kind: 'part', text: 'https://a.test/x' }, query: null, headers: null, body: null },
          { method: null, url: { kind: 'part', text: '/y' } },
          { method: 'GET', body: { kind: 'json', value: { a: 1 }, match: 'subset' } },
        ],
      },
    ],
  ])('%j is understood', async (written, meant) => expect(await read(written)).toMatchObject(meant));

  it.each([
    [{ expected_ouput: 1 }, '"expected_ouput" is no field of a test. Did you mean expected_output?'],
    [{ expected: 1, whatever: 1 }, '"whatever" is no field of a test.'],
    [{ expected: 1, expected_output: 1 }, 'expected and expected_output say the same thing; keep one of them.'],
    [{ expected: 1, expected_error: 'x' }, 'The test expects both an output and an error; a run ends with one of them.'],
    [{ should_fail: false, expected_error: 'x' }, 'should_fail is false, yet an error is expected.'],
    [{ may_throw: 'typed', should_fail: true }, 'The test expects an error, so may_throw says nothing; leave it out.'],
    [{ may_throw: true }, 'may_throw must be "typed".'],
    [{ expected: 1, match: 'fuzzy' }, 'match must be "exact" or "subset".'],
    [{ expected: 1, timeout: '2' }, 'timeout must be milliseconds of at least 1, or a text with its unit such as "500ms" or "2s".'],
    [{ expected: 1, timeout: 0 }, 'timeout must be milliseconds of at least 1, or a text with its unit such as "500ms" or "2s".'],
    [{ expected: 1, clock: 'noon' }, 'clock must be a time such as "2026-01-31T12:00:00Z".'],
    [{ expected: 1, clock: { step_ms: 1 } }, 'clock must be a time, or an object with either at or reads.'],
    [{ expected: 1, skip: 7 }, 'skip must be true, false or the reason.'],
    [{ expected_error: '/(/' }, /^Invalid regular expression/],
    [
      { expected_error: 7 },
      'expected_error must be a text, an object such as {"class": "HttpError", "status": 404}, or true for any error.',
    ],
    [{ expected_error: { clas: 'x' } }, 'expected_error.clas: "clas" is no field of an expected error. Did you mean class?'],
    [
      { assertions: [{ path: 'a', operator: 'equls', expected: 1 }] },
      'assertions[0].operator: "equls" is no operator. Did you mean equals?',
    ],
    [{ assertions: [{ path: 'a', operator: '>', expected: {} }] }, 'assertions[0].expected: Operator > needs a number or a text.'],
    [{ assertions: [{ path: 'a..b', expected: 1 }] }, 'assertions[0].path: "a..b" is no path; write it like items[0].total.'],
    [{ assertions: {} }, 'assertions must be a list of assertions.'],
    [7, 'A test must be an object.'],
    [[], 'The file holds no test.'],
    ['{"input": }', 'It is not JSON: unexpected "}".'],
    ['', 'It is not JSON: it is empty.'],
  ])('%j is refused', async (written, message) =>
    expect(await broken(written)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message)),
  );

  it('that is broken says where, by the line of the field as its author wrote it', async () => {
    const [found] = await readAll({ 'a.json': '[\n  {"expected": 1},\n  {\n    "expected": 1,\n    "timeOut": "2"\n  }\n]' });
    expect(found?.kind).toBe('case');
    const [, second] = await readAll({ 'a.json': '[\n  {"expected": 1},\n  {\n    "expected": 1,\n    "timeOut": "2"\n  }\n]' });
    expect(second).toMatchObject({ kind: 'broken', file: 'tests/a.json', path: [1], name: 'a[1]', line: 5, column: 16 });
    expect((await readAll({ 'b.json': '{\n "a": 1,\n}' }))[0]).toMatchObject({ kind: 'broken', name: 'b', line: 3, column: 1 });
  });

  it('tells every problem at once, but not a page of them', async () => {
    expect(await broken({ expected: 1, match: 7, timeout: -1, skip: [] })).toMatch(/match must.* timeout must.* skip must/);
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`zzzzzzzzzzzzzzz${index}`, 1]));
    expect(await broken(many)).toMatch(/And 4 more\.$/);
  });
});

describe('a file of tests', () => {
  it('may hold a list of cases, or cases with what they have in common', async () => {
    const found = await readAll({
      'b.json': [{ expected: 1 }, { name: 'two', expected: 2 }],
      'a.json': {
        name: 'sums',
        match: 'subset',
        timeout: 100,
        cases: [
          { name: 'one', expected: 1, timeout: 200 },
          { expected: 2, match: 'exact' },
        ],
      },
    });
    expect(found.map((one) => [one.file, one.path, one.name, one.kind === 'case' && [one.match, one.timeoutMs]])).toEqual([
      ['tests/a.json', ['cases', 0], 'sums: one', ['subset', 200]],
      ['tests/a.json', ['cases', 1], 'sums[1]', ['exact', 100]],
      ['tests/b.json', [0], 'b[0]', ['exact', null]],
      ['tests/b.json', [1], 'two', ['exact', null]],
    ]);
  });

  it('takes what it does not say from tests/_defaults.json, which is no test itself', async () => {
    const mock = (url: string) => ({ http: { url, response: { body: 1 } } });
    const found = await readAll({
      '_defaults.json': { match: 'subset', clock: '2026-01-01T00:00:00Z', mock: mock('/token') },
      'a.json': { expected: 1, mock: mock('/a') },
      'b.json': { expected: 1, match: 'exact', clock: 'real' },
    });
    expect(found).toMatchObject([
      { match: 'subset', clock: { kind: 'fixed' }, mocks: [{ rule: { url: { text: '/a' } } }, { rule: { url: { text: '/token' } } }] },
      { match: 'exact', clock: null, mocks: [{ rule: { url: { text: '/token' } } }] },
    ]);
  });

  it('is told when the defaults are wrong', async () => {
    const found = await readAll({ '_defaults.json': { expected: 1 }, 'a.json': { expected: 1 } });
    expect(found).toMatchObject([
      { kind: 'broken', file: 'tests/_defaults.json', message: '"expected" is no field of the defaults of tests.' },
      { kind: 'case', file: 'tests/a.json' },
    ]);
  });

  it('may be the metadata', async () => {
    const metadata = {
      test_cases: [
        { name: 'from metadata', input: 1, expected_output: 1 },
        { expected_output: 1, wrong_field: 1 },
      ],
    };
    expect(await readAll({}, metadata)).toMatchObject([
      { kind: 'case', file: 'metadata.json', path: ['test_cases', 0], name: 'from metadata' },
      {
        kind: 'broken',
        file: 'metadata.json',
        path: ['test_cases', 1],
        name: 'test_cases[1]',
        line: 1,
        column: expect.any(Number) as number,
      },
    ]);
  });
});
