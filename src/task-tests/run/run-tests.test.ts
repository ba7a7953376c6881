import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestReport } from '../report.ts';
import { add, runnerForTest, statesOf, type RunnerForTest } from './runner-for-test.ts';

let aid: RunnerForTest;
const run: RunnerForTest['run'] = (path, request) => aid.run(path, request);
const folderOf: RunnerForTest['folderOf'] = (files) => aid.folderOf(files);
const taskOf: RunnerForTest['taskOf'] = (code, tests, metadata) => aid.taskOf(code, tests, metadata);

beforeAll(async () => {
  aid = await runnerForTest();
});
afterAll(() => aid.close());

const messages = (report: TestReport) =>
  report.suites.flatMap(({ cases }) => cases.flatMap(({ failures }) => failures.map(({ message }) => message)));

describe('running tests', () => {
  it('passes what is as expected and fails what is not', async () => {
    const path = taskOf(add, {
      'a.json': { input: { a: 1, b: 2 }, expected_output: { sum: 3 } },
      'b.json': [
        { name: 'wrong', input: { a: 1, b: 2 }, expected: { sum: 4 } },
        { name: 'refused', input: { a: 'x' }, expected_error: { class: 'ValidationError', message: 'a is x' } },
        { name: 'thrown', input: { a: 'x' }, expected: {} },
      ],
    });
    const report = await run(path);
    expect(statesOf(report)).toEqual(['a passed', 'wrong failed', 'refused passed', 'thrown failed']);
    expect(report).toMatchObject({
      state: 'failed',
      path,
      tasks: { total: 1, failed: 1, passed: 0 },
      tests: { total: 4, passed: 2, failed: 2, skipped: 0, notRun: 0 },
      filteredOut: 0,
      bailed: false,
      updates: null,
    });
    const [suite] = report.suites;
    expect(suite).toMatchObject({ path, task: { name: 'demo', version: '1.0.0' }, state: 'failed', error: null });
    expect(suite!.cases[1]!.failures).toMatchObject([{ kind: 'output', details: ['at output.sum: expected 4, received 3'] }]);
    expect(suite!.cases[3]!).toMatchObject({
      file: 'tests/b.json',
      path: [2],
      line: 1,
      failures: [
        { kind: 'error', message: 'The task threw ValidationError: a is x', place: { file: 'main.js', line: 1, source: [{ line: 1 }] } },
      ],
    });
  });

  it('keeps the network out: a request is answered by a mock, or fails the test', async () => {
    const code = `async ({ urls }) => {
      const bodies = [];
      for (const url of urls) {
        try { bodies.push((await fetch(url)).body); } catch (error) { bodies.push(error.name); }
      }
      return bodies;
    }`;
    const urls = ['https://api.example.com/a', 'https://api.example.com/b'];
    const mock = { http: { url: urls[0], response: { body: { n: 1 } } } };
    const report = await run(taskOf(code, { 'a.json': { input: { urls }, mock, expected_output: [{ n: 1 }, 'NetworkError'] } }));
    expect(report.suites[0]!.cases[0]!.failures).toEqual([
      expect.objectContaining({
        kind: 'request',
        message: 'No mock answers GET https://api.example.com/b.',
        details: ['the nearest is mock.http:', '  the URL is https://api.example.com/b, not https://api.example.com/a'],
        place: expect.objectContaining({ file: 'main.js', line: 4 }) as object,
      }),
    ]);
  });

  it('says once that a mock is missing when the task dies of it', async () => {
    const report = await run(taskOf('async () => (await fetch("https://a.test/")).body', { 'a.json': { expected: 1 } }));
    expect(messages(report)).toEqual(['No mock answers GET https://a.test/.']);
    const unseen = await run(taskOf('async () => { fetch("https://a.test/"); }', { 'a.json': { expected: null } }));
    expect(messages(unseen)).toEqual(['No mock answers GET https://a.test/.']);
  });

  it('holds mocks to the list of hosts of the task, and tries again without waiting', async () => {
    const code = `async ({ url, retry }) => (await fetch(url, { retry })).body`;
    const http = [
      { url: 'https://ok.test/', responses: [{ status: 503 }, { status: 429, headers: { 'retry-after': '50' } }, { body: 'third' }] },
    ];
    const retry = { attempts: 3, delayMs: 30_000 };
    const report = await run(
      taskOf(
        code,
        {
          'a.json': { input: { url: 'https://ok.test/', retry }, mock: { http }, expected: 'third' },
          'b.json': { input: { url: 'https://no.test/' }, mock: { http }, expected_error: "is not in the task's network list" },
        },
        { network: ['ok.test'] },
      ),
    );
    expect(statesOf(report)).toEqual(['a passed', 'b passed']);
  });

  it('gives the same randomness each time, and time as the test says', async () => {
    const code = '() => ({ random: Math.random(), uuid: crypto.randomUUID(), now: Date.now(), again: Date.now() })';
    const tests = {
      'a.json': {
        match: 'subset',
        clock: { at: '2026-01-01T00:00:00Z', step_ms: 5 },
        expected: { now: 1767225600000, again: 1767225600005 },
      },
    };
    const path = taskOf(code, { ...tests, 'b.json': { expected: {} }, 'c.json': { seed: 'other', expected: {} } });
    const first = await run(path);
    const second = await run(path);
    expect(first.suites[0]!.cases[0]!.state).toBe('passed');
    const random = ({ suites }: TestReport, index: number) =>
      suites[0]!.cases[index]!.failures[0]!.details!.filter((line) => /random|uuid/.test(line));
    expect(random(first, 1)).toHaveLength(2);
    expect(random(first, 1)).toEqual(random(second, 1));
    expect(random(first, 1)).not.toEqual(random(first, 2));
  });

  it('ends a test at its time limit', async () => {
    const path = taskOf('() => new Promise((resolve) => setTimeout(resolve, 60000))', {
      'a.json': { timeout: 50, expected_error: 'TIMED_OUT' },
      'b.json': { timeout: '60ms', expected: 1 },
      'c.json': { expected_error: 'after 70 ms' },
    });
    const report = await run(path, { timeoutMs: 70 });
    expect(statesOf(report)).toEqual(['a passed', 'b failed', 'c passed']);
    expect(messages(report)).toEqual(['The execution was ended after 60 ms of wall-clock time.']);
  });

  it('judges log lines, progress and requests', async () => {
    const code = `async () => {
      console.log('one'); console.warn('two'); reportProgress({ progress: 0.5, message: 'half' });
      await fetch('https://a.test/x', { method: 'POST', body: { n: 1 } });
      return 1;
    }`;
    const mock = { http: { url: '/x', method: '*', response: {} } };
    const good = {
      mock,
      expected_logs: ['one', { level: 'warn', message: 'two' }],
      expected_progress: [0.5],
      expected_requests: [{ method: 'POST', url: '/x', body: { n: 1 } }],
    };
    const report = await run(
      taskOf(code, { 'a.json': good, 'b.json': { mock, expected_logs: ['three'], expected_progress: [], expected_requests: 0 } }),
    );
    expect(statesOf(report)).toEqual(['a passed', 'b failed']);
    expect(report.suites[0]!.cases[1]!.failures.map(({ kind }) => kind)).toEqual(['logs', 'progress', 'requests']);
    expect(report.suites[0]!.cases[1]!.logs).toEqual([
      { level: 'info', message: 'one' },
      { level: 'warn', message: 'two' },
    ]);
  });

  it('fails a test that expects nothing, cannot be understood, or fails not', async () => {
    const report = await run(
      taskOf(add, {
        'a.json': { input: { a: 1, b: 1 } },
        'b.json': { expcted: 1 },
        'c.json': { input: { a: 1, b: 1 }, should_fail: true },
        'd.json': '{',
        'e.json': { input: { a: 1, b: 1 }, may_throw: 'typed' },
        'f.json': { input: { a: 'x' }, may_throw: 'typed' },
      }),
    );
    expect(statesOf(report)).toEqual(['a failed', 'b failed', 'c failed', 'd failed', 'e passed', 'f passed']);
    expect(messages(report)).toEqual([
      'The test expects nothing, so it cannot pass.',
      '"expcted" is no field of a test. Did you mean expected?',
      'Expected the run to fail, but it ended with an output.',
      'It is not JSON: it ends too early.',
    ]);
  });

  it('judges the parts of an error by assertions where one is expected', async () => {
    const code = '() => { throw Object.assign(new DataError("bad"), { row: 7 }); }';
    const assertions = [
      { path: 'fields.row', expected: 7 },
      { path: 'class', expected: 'OtherError' },
    ];
    expect(messages(await run(taskOf(code, { 'a.json': { should_fail: true, assertions } })))).toEqual([
      'Expected that error.class is "OtherError", but it is "DataError".',
    ]);
  });

  it('checks input and output against the schemas of the task', async () => {
    const path = folderOf({
      'metadata.json': { label: 'A', version: '1.0.0' },
      'main.js': '({ n }) => n === 2 ? "two" : n',
      'input.schema.json': { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
      'output.schema.json': { type: 'number' },
      'tests/a.json': [
        { input: {}, expected_error: 'INPUT_INVALID' },
        { input: { n: 2 }, expected: 'two' },
        { input: { n: 3 }, expected: 3 },
      ],
    });
    const report = await run(path);
    expect(statesOf(report)).toEqual(['a[0] passed', 'a[1] failed', 'a[2] passed']);
    expect(messages(report)).toEqual([expect.stringMatching(/^The task's output does not match its output schema/)]);
  });
});
