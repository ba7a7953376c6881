import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaseReport, SuiteReport, TestReport } from '#task-tests/index.ts';
import { parseXml } from '../../../../testing/parse-xml.ts';
import { junitXml } from './junit.ts';

function caseOf(more: Partial<CaseReport>): CaseReport {
  return {
    name: 'n',
    description: null,
    file: 'tests/a.json',
    path: [],
    line: null,
    column: null,
    state: 'passed',
    reason: null,
    durationMs: 1,
    failures: [],
    logs: [],
    logsDropped: 0,
    ...more,
  };
}
function reportOf(cases: CaseReport[], more: Partial<SuiteReport> = {}): TestReport {
  const suite: SuiteReport = {
    path: 'tasks/demo',
    task: { uuid: 'u', name: 'demo', label: 'Demo', version: '1.0.0' },
    state: 'failed',
    error: null,
    note: null,
    durationMs: 12.3,
    cases,
    coverage: null,
    ...more,
  };
  const count = (state: CaseReport['state']) => cases.filter((one) => one.state === state).length;
  return {
    state: 'failed',
    path: 'tasks',
    startedAt: Date.UTC(2026, 0, 1),
    durationMs: 1_234,
    suites: [suite],
    tasks: { total: 1, passed: 0, failed: 1, empty: 0, notRun: 0 },
    tests: { total: cases.length, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), notRun: count('not-run') },
    filteredOut: 0,
    bailed: false,
    updates: null,
  };
}

describe('a report as JUnit XML', () => {
  it('has a suite per task and a case per test, with counts, times and what went wrong', () => {
    const xml = parseXml(
      junitXml(
        reportOf([
          caseOf({ name: 'passes', durationMs: 20 }),
          caseOf({
            name: 'fails',
            state: 'failed',
            line: 3,
            failures: [{ kind: 'output', message: 'It differs.', details: ['at output: expected 1, received 2'] }],
            logs: [{ level: 'info', message: 'hello' }],
          }),
          caseOf({ name: 'broken', state: 'failed', failures: [{ kind: 'test', message: 'It is not JSON.' }] }),
          caseOf({ name: 'skipped', state: 'skipped', reason: 'later' }),
          caseOf({ name: 'not run', state: 'not-run', reason: 'stopped' }),
        ]),
      ),
    );
    expect(xml).toMatchObject({
      name: 'testsuites',
      attributes: {
        name: 'ratchet test',
        tests: '5',
        failures: '1',
        errors: '1',
        skipped: '2',
        time: '1.234',
        timestamp: '2026-01-01T00:00:00.000Z',
      },
    });
    const [suite] = xml.children;
    expect(suite!.attributes).toEqual({
      name: 'demo',
      tests: '5',
      failures: '1',
      errors: '1',
      skipped: '2',
      time: '0.012',
      timestamp: '2026-01-01T00:00:00.000Z',
      file: 'tasks/demo',
    });
    const [properties, passes, fails, broken, skipped, notRun] = suite!.children;
    expect(properties!.children.map(({ attributes }) => attributes)).toContainEqual({ name: 'version', value: '1.0.0' });
    expect(passes).toEqual({
      name: 'testcase',
      attributes: { name: 'passes', classname: 'demo', file: 'tasks/demo/tests/a.json', time: '0.020' },
      children: [],
      text: '',
    });
    expect(fails!.attributes['line']).toBe('3');
    expect(fails!.children.map(({ name, attributes, text }) => [name, attributes, text])).toEqual([
      ['failure', { message: 'It differs.', type: 'output' }, 'It differs.\n  at output: expected 1, received 2'],
      ['system-out', {}, 'info hello'],
    ]);
    expect(broken!.children[0]!.name).toBe('error');
    expect(skipped!.children).toEqual([{ name: 'skipped', attributes: { message: 'later' }, children: [], text: '' }]);
    expect(notRun!.children[0]!.attributes).toEqual({ message: 'stopped' });
  });

  it('shows a task that cannot be loaded as an error of its own', () => {
    const error = { code: 'TASK_INVALID', message: 'It has a problem.', hint: 'Correct it.', data: {} };
    const xml = parseXml(junitXml(reportOf([], { task: null, error })));
    expect(xml.attributes).toMatchObject({ tests: '1', errors: '1', failures: '0' });
    expect(xml.children[0]!.attributes['name']).toBe('tasks/demo');
    expect(xml.children[0]!.children).toMatchObject([
      {
        name: 'testcase',
        attributes: { name: 'loads' },
        children: [{ name: 'error', attributes: { type: 'TASK_INVALID' }, text: 'It has a problem.\nCorrect it.' }],
      },
    ]);
  });

  it('is valid whatever tests are called and tasks say', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          '<',
          '>',
          '&',
          '"',
          "'",
          '\u0000',
          '\u001b',
          '\u009b',
          '\uD800',
          '\uFFFE',
          '\n',
          '\t',
          '\r',
          ']]>',
          '&amp;',
          '💥',
        ),
      }),
    );
    const forbidden = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\uFFFD\u{10000}-\u{10FFFF}]/gu;
    const kept = (text: string) => text.toWellFormed().replaceAll(forbidden, '');
    fc.assert(
      fc.property(nasty, nasty, nasty, (name, message, log) => {
        const one = caseOf({ name, state: 'failed', failures: [{ kind: 'error', message }], logs: [{ level: 'info', message: log }] });
        const found = parseXml(junitXml(reportOf([one]))).children[0]!.children[1]!;
        expect(found.attributes['name']).toBe(kept(name));
        expect(found.children[0]!.attributes['message']).toBe(kept(message));
        expect(found.children[1]!.text).toBe(kept(`info ${log}`));
      }),
      { numRuns: 500 },
    );
  });
});
