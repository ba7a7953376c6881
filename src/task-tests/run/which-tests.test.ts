import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveStream } from '../../../sample/make-archives.ts';
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

describe('which tests are run', () => {
  const tests = {
    'a.json': { name: 'adds', input: { a: 1, b: 1 }, expected: { sum: 2 } },
    'b.json': [
      { name: 'adds more', input: { a: 1, b: 2 }, expected: { sum: 3 } },
      { name: 'refuses', input: {}, should_fail: true },
    ],
  };

  it('are all but those that say skip', async () => {
    const report = await run(
      taskOf(add, { ...tests, 'c.json': { skip: 'the service is down', expected: 1 }, 'd.json': { skip: true, only: true, expected: 1 } }),
    );
    expect(statesOf(report)).toEqual(['adds passed', 'adds more passed', 'refuses passed', 'c skipped', 'd skipped']);
    expect(report.suites[0]!.cases.map(({ reason }) => reason)).toEqual([null, null, null, 'the service is down', null]);
    expect(report).toMatchObject({ state: 'passed', tests: { skipped: 2 } });
  });

  it('are those that say only, of their task; broken ones fail all the same', async () => {
    const folder = folderOf({
      'one/metadata.json': { label: 'One', version: '1.0.0' },
      'one/main.js': add,
      'one/tests/a.json': { ...tests['a.json'], only: true },
      'one/tests/b.json': tests['b.json'],
      'one/tests/c.json': '{',
      'two/metadata.json': { label: 'Two', version: '1.0.0' },
      'two/main.js': add,
      'two/tests/a.json': tests['a.json'],
    });
    const report = await run(folder);
    expect(statesOf(report)).toEqual(['adds passed', 'adds more skipped', 'refuses skipped', 'c failed', 'adds passed']);
    expect(report.suites[0]!.cases[1]!.reason).toBe('tests/a.json says only');
  });

  it('are those whose name is asked for', async () => {
    const path = taskOf(add, tests);
    const names = async (filter: string) => statesOf(await run(path, { filter }));
    expect(await names('ADDS')).toEqual(['adds passed', 'adds more passed']);
    expect(await names('b.json')).toEqual(['adds more passed', 'refuses passed']);
    expect(await names('/adds$|refuses/')).toEqual(['adds passed', 'refuses passed']);
    expect(await names('')).toHaveLength(3);
    expect(await run(path, { filter: 'adds' })).toMatchObject({ filteredOut: 1 });
    await expect(run(path, { filter: 'subtracts' })).rejects.toMatchObject({
      code: 'TEST_NOT_FOUND',
      message: 'No test matches "subtracts"; there are 3 tests.',
      hint: 'The tests are: "adds", "adds more", "refuses".',
    });
    await expect(run(path, { filter: '/(/' })).rejects.toMatchObject({ code: 'TEST_FILTER_INVALID' });
  });

  it('are those named by path, file or id', async () => {
    const path = taskOf(add, tests);
    expect(statesOf(await run(path, { only: [path] }))).toHaveLength(3);
    expect(statesOf(await run(path, { only: [join(path, 'tests/a.json')] }))).toEqual(['adds passed']);
    expect(statesOf(await run(path, { only: [join(path, 'tests/b.json[1]'), join(path, 'tests/a.json')] }))).toEqual([
      'adds passed',
      'refuses passed',
    ]);
    await expect(run(path, { only: ['elsewhere'] })).rejects.toMatchObject({ code: 'TEST_NOT_FOUND' });
    expect(statesOf(await run(join(path, 'tests/b.json')))).toEqual(['adds more passed', 'refuses passed']);
  });
});

describe('a folder of tasks', () => {
  const task = (label: string, code: string, expected: unknown) => ({
    [`${label}/metadata.json`]: { label, version: '1.0.0' },
    [`${label}/main.js`]: code,
    [`${label}/tests/a.json`]: { expected },
  });

  it('is tested task by task, in the order of their paths; a broken one has failed and the rest is run', async () => {
    const folder = folderOf({
      ...task('b', '() => 2', 2),
      ...task('nested/deep/c', '() => 3', 4),
      'a/metadata.json': '{',
      'node_modules/x/metadata.json': '{}',
      '.hidden/metadata.json': '{}',
      'empty/metadata.json': { label: 'Empty', version: '1.0.0' },
      'empty/main.js': '() => 1',
      'b/inner/metadata.json': '{',
      'readme.txt': '',
    });
    writeFileSync(join(folder, 'z.ZIP'), await buffer(archiveStream('addition.zip')));
    const report = await run(folder);
    expect(report.suites.map(({ path, state }) => [path.slice(folder.length + 1), state])).toEqual([
      ['a', 'failed'],
      ['b', 'passed'],
      ['empty', 'empty'],
      ['nested/deep/c', 'failed'],
      ['z.ZIP', 'passed'],
    ]);
    expect(report.suites[0]!.error).toMatchObject({ code: 'TASK_INVALID' });
    expect(report.suites[2]!.note).toBe(`No tests directory found at: ${join(folder, 'empty/tests')}`);
    expect(report.tasks).toEqual({ total: 5, passed: 2, failed: 2, empty: 1, notRun: 0 });
  });

  it('leaves tasks out of the report of which nothing was asked for', async () => {
    const folder = folderOf({ ...task('a', '() => 1', 1), ...task('b', '() => 2', 2), 'c/metadata.json': '{' });
    const paths = ({ suites }: TestReport) => suites.map(({ path }) => path.slice(folder.length + 1));
    expect(paths(await run(folder, { filter: '/^b /' }))).toEqual(['b', 'c']);
    expect(paths(await run(folder, { only: [join(folder, 'b')] }))).toEqual(['b']);
    expect(paths(await run(folder, { only: [join(folder, 'c'), join(folder, 'a/tests/a.json')] }))).toEqual(['a', 'c']);
    await expect(run(folder, { only: [join(folder, 'd')] })).rejects.toMatchObject({ code: 'TEST_NOT_FOUND' });
  });

  it('without a task, or a task that cannot be loaded by itself, is an error', async () => {
    await expect(run(folderOf({ 'a.txt': '' }))).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    await expect(run(join(folderOf({}), 'nowhere'))).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    await expect(run(folderOf({ 'metadata.json': '{' }))).rejects.toMatchObject({ code: 'TASK_INVALID' });
  });

  it('may hold no test at all', async () => {
    const path = taskOf('() => 1', {});
    expect(await run(path)).toMatchObject({
      state: 'passed',
      tests: { total: 0 },
      suites: [{ state: 'empty', note: `No tests directory found at: ${join(path, 'tests')}` }],
    });
    mkdirSync(join(path, 'tests'));
    expect((await run(path)).suites[0]!.note).toBe(`No test files found in: ${join(path, 'tests')}`);
  });
});
