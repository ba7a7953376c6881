import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, runnerForTest, statesOf, type RunnerForTest } from '../run/runner-for-test.ts';
import type { UpdateProposal } from './update-expected.ts';

let aid: RunnerForTest;
const run: RunnerForTest['run'] = (path, request) => aid.run(path, request);
const folderOf: RunnerForTest['folderOf'] = (files) => aid.folderOf(files);
const taskOf: RunnerForTest['taskOf'] = (code, tests, metadata) => aid.taskOf(code, tests, metadata);

beforeAll(async () => {
  aid = await runnerForTest();
});
afterAll(() => aid.close());

describe('updating', () => {
  const text = '{\n    "name": "adds",\n    "input": { "a": 1, "b": 2 },\n    "expected": { "sum": 4 }\n}\n';

  it('writes outputs into tests that expected others, once somebody has agreed', async () => {
    const path = taskOf(add, {
      'a.json': text,
      'b.json': [{ input: { a: 2, b: 2 } }, { input: { a: 1, b: 1 }, expected: { sum: 2 } }, { input: {}, expected: { sum: 2 } }],
    });
    const asked: (readonly UpdateProposal[])[] = [];
    const declined = await run(path, { confirmUpdate: async (proposals) => (asked.push(proposals), false) });
    expect(asked[0]!.map(({ id, diff }) => [id.slice(path.length + 1), diff.map(({ sign, text: line }) => sign + line)])).toEqual([
      ['tests/a.json', [' {', '-  "sum": 4,', '+  "sum": 3,', ' }']],
      ['tests/b.json[0]', ['+{', '+  "sum": 4,', '+}']],
    ]);
    expect(declined.updates).toEqual({
      written: [],
      declined: 2,
      impossible: [{ name: 'b[2]', reason: 'it failed for another reason than its expected output' }],
    });
    expect(readFileSync(join(path, 'tests/a.json'), 'utf8')).toBe(text);

    const report = await run(path, { confirmUpdate: async () => true });
    expect(readFileSync(join(path, 'tests/a.json'), 'utf8')).toBe(text.replace('4', '3'));
    expect(readFileSync(join(path, 'tests/b.json'), 'utf8')).toBe(
      '[{"input":{"a":2,"b":2},"expected_output":{"sum":4}},{"input":{"a":1,"b":1},"expected":{"sum":2}},{"input":{},"expected":{"sum":2}}]',
    );
    expect(report.updates!.written).toEqual([
      { file: join(path, 'tests/a.json'), tests: [join(path, 'tests/a.json')] },
      { file: join(path, 'tests/b.json'), tests: [join(path, 'tests/b.json[0]')] },
    ]);
    expect(statesOf(report)).toEqual(['adds passed', 'b[0] passed', 'b[1] passed', 'b[2] failed']);
    expect(statesOf(await run(path))).toEqual(['adds passed', 'b[0] passed', 'b[1] passed', 'b[2] failed']);
  });

  it('keeps to the part that was asked for, and to words that hold', async () => {
    const code = '() => ({ a: 1, b: { c: 2, d: 3 }, list: [{ x: 1, y: 2 }], many: [1, 2, 3] })';
    const path = taskOf(code, {
      'a.json': { match: 'subset', expected: { b: { c: 9 }, list: [{ x: 9 }], gone: 1, many: 'array_length:3' } },
      'b.json': { expected: { a: 9, b: {}, list: [], many: 'array_length:3' } },
    });
    await run(path, { confirmUpdate: async () => true });
    expect(JSON.parse(readFileSync(join(path, 'tests/a.json'), 'utf8')).expected).toEqual({
      b: { c: 2 },
      list: [{ x: 1 }],
      many: 'array_length:3',
    });
    expect(JSON.parse(readFileSync(join(path, 'tests/b.json'), 'utf8')).expected).toEqual({
      a: 1,
      b: { c: 2, d: 3 },
      list: [{ x: 1, y: 2 }],
      many: 'array_length:3',
    });
    expect((await run(path)).state).toBe('passed');
  });

  it('reaches tests in the metadata, and says why it cannot reach others', async () => {
    const cases = { test_cases: [{ input: { a: 1, b: 1 }, expected_output: 0 }] };
    const path = taskOf(add, {}, cases);
    await run(path, { confirmUpdate: async () => true });
    expect(JSON.parse(readFileSync(join(path, 'metadata.json'), 'utf8')).test_cases[0].expected_output).toEqual({ sum: 2 });

    const yaml = folderOf({
      'meta.yaml': 'name: a\nversion: 1.0.0\ntest_cases:\n  - input: {a: 1, b: 1}\n    expected_output: 0\n',
      'task.js': add,
    });
    expect((await run(yaml, { confirmUpdate: async () => true })).updates).toEqual({
      written: [],
      declined: 0,
      impossible: [{ name: 'test_cases[0]', reason: 'meta.yaml is not JSON' }],
    });
  });

  it('changes nothing when a file was changed meanwhile', async () => {
    const path = taskOf(add, { 'a.json': text });
    const report = await run(path, {
      confirmUpdate: async () => {
        writeFileSync(join(path, 'tests/a.json'), '{"mine": 1}');
        return true;
      },
    });
    expect(report.updates!.impossible).toEqual([
      { name: 'adds', reason: expect.stringMatching(/a\.json cannot be written: the file was changed meanwhile$/) as string },
    ]);
    expect(readFileSync(join(path, 'tests/a.json'), 'utf8')).toBe('{"mine": 1}');
    expect(report.state).toBe('failed');
  });
});
