import { join } from 'node:path';
import type { CaseReport, SuiteReport, TestReport } from '#task-tests/index.ts';
import { failureLines } from './plain-failure.ts';

/** The report as JUnit XML, in the form that build servers read: one suite per task, one case per test, times in seconds. */
export function junitXml(report: TestReport): string {
  const { tests, suites } = report;
  const errors = suites.reduce((sum, suite) => sum + errorCount(suite), 0);
  const attributes = {
    name: 'ratchet test',
    tests: tests.total + suites.filter(({ error }) => error !== null).length,
    failures: suites.reduce((sum, suite) => sum + failureCount(suite), 0),
    errors,
    skipped: tests.skipped + tests.notRun,
    time: seconds(report.durationMs),
    timestamp: new Date(report.startedAt).toISOString(),
  };
  const body = suites.map((suite) => suiteXml(suite, report.startedAt)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributesXml(attributes)}>\n${body}</testsuites>\n`;
}

function suiteXml(suite: SuiteReport, startedAt: number): string {
  const { task, path, cases, error } = suite;
  const name = task?.name ?? path;
  const attributes = {
    name,
    tests: cases.length + (error === null ? 0 : 1),
    failures: failureCount(suite),
    errors: errorCount(suite),
    skipped: cases.filter(({ state }) => state === 'skipped' || state === 'not-run').length,
    time: seconds(suite.durationMs),
    timestamp: new Date(startedAt).toISOString(),
    file: path,
  };
  const properties =
    task === null
      ? ''
      : `    <properties>\n${Object.entries({ uuid: task.uuid, version: task.version, label: task.label })
          .map(([key, value]) => `      <property${attributesXml({ name: key, value })}/>\n`)
          .join('')}    </properties>\n`;
  // A task that cannot be loaded has no tests, yet must not look like one that is well.
  const loading =
    error === null
      ? ''
      : `    <testcase${attributesXml({ name: 'loads', classname: name, file: path, time: '0.000' })}>\n${problemXml('error', error.message, error.code, `${error.message}\n${error.hint}`)}    </testcase>\n`;
  return `  <testsuite${attributesXml(attributes)}>\n${properties}${loading}${cases.map((one) => caseXml(one, name, path)).join('')}  </testsuite>\n`;
}

function caseXml(one: CaseReport, suite: string, path: string): string {
  const file = join(path, one.file);
  const attributes = {
    name: one.name,
    classname: suite,
    file,
    ...(one.line === null ? {} : { line: one.line }),
    time: seconds(one.durationMs),
  };
  const inside = [
    ...(one.state === 'skipped' || one.state === 'not-run'
      ? [`      <skipped${attributesXml(one.reason === null ? {} : { message: one.reason })}/>\n`]
      : []),
    ...one.failures.map((failure) =>
      problemXml(
        isBroken(one) ? 'error' : 'failure',
        failure.message,
        failure.error?.class ?? failure.error?.code ?? failure.kind,
        failureLines(failure, path).join('\n'),
      ),
    ),
    ...(one.logs.length === 0
      ? []
      : [`      <system-out>${text(one.logs.map(({ level, message }) => `${level} ${message}`).join('\n'))}</system-out>\n`]),
  ];
  return inside.length === 0
    ? `    <testcase${attributesXml(attributes)}/>\n`
    : `    <testcase${attributesXml(attributes)}>\n${inside.join('')}    </testcase>\n`;
}

function problemXml(tag: 'failure' | 'error', message: string, type: string, body: string): string {
  return `      <${tag}${attributesXml({ message, type })}>${text(body)}</${tag}>\n`;
}

/** A test that cannot be understood is an error, one that ran and is not as expected a failure. */
function isBroken({ failures }: CaseReport): boolean {
  return failures.some(({ kind }) => kind === 'test');
}

function failureCount({ cases }: SuiteReport): number {
  return cases.filter((one) => one.state === 'failed' && !isBroken(one)).length;
}

function errorCount({ cases, error }: SuiteReport): number {
  return cases.filter((one) => one.state === 'failed' && isBroken(one)).length + (error === null ? 0 : 1);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

function attributesXml(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`)
    .join('');
}

const forbidden = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** What XML 1.0 cannot hold in any form is left out: most control characters, and halves of characters. */
function allowed(value: string): string {
  return value.toWellFormed().replaceAll(forbidden, '');
}

function text(value: string): string {
  return allowed(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
