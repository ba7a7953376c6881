import type { SuiteReport, TestReport } from '#task-tests/index.ts';
import { printable, type Paint } from '../../terminal.ts';
import { durationText, oneLine } from './suite-text.ts';

/** The last lines: how many of what, and how long it took. */
export function summaryText(report: TestReport, paint: Paint): string {
  const { tasks, tests, suites, filteredOut, durationMs } = report;
  const lines = ['', ...updateLines(report, paint)];
  const note = onlyNote(suites);
  if (note !== null) lines.push(paint('yellow', ` ${note}`));
  if (report.bailed) lines.push(paint('yellow', ` Stopped early: --bail was reached.`));
  if (report.state === 'stopped') lines.push(paint('yellow', ' Stopped before the end.'));
  if (tests.total === 0 && tasks.failed === 0) {
    // Said in so many words: a run that tests nothing must not look like one in which everything is well.
    lines.push(...suites.map(({ note: why }) => ` ${paint('yellow', oneLine(why ?? 'No tests found.'))}`));
  }
  lines.push(
    ` ${label('Tasks', paint)}  ${counts(
      [
        [tasks.failed, 'failed', 'red'],
        [tasks.passed, 'passed', 'green'],
        [tasks.empty, 'without tests', 'yellow'],
        [tasks.notRun, 'not run', 'yellow'],
      ],
      tasks.total,
      paint,
    )}`,
  );
  lines.push(
    ` ${label('Tests', paint)}  ${counts(
      [
        [tests.failed, 'failed', 'red'],
        [tests.passed, 'passed', 'green'],
        [tests.skipped, 'skipped', 'yellow'],
        [tests.notRun, 'not run', 'yellow'],
      ],
      tests.total,
      paint,
    )}${filteredOut > 0 ? paint('dim', `, ${filteredOut} filtered out`) : ''}`,
  );
  lines.push(` ${label('Duration', paint)}  ${durationText(durationMs)}`);
  return `${lines.join('\n')}\n`;
}

function label(text: string, paint: Paint): string {
  return paint('dim', text.padStart(8));
}

function counts(parts: readonly (readonly [number, string, Parameters<Paint>[0]])[], total: number, paint: Paint): string {
  const said = parts.filter(([count]) => count > 0).map(([count, word, style]) => paint(style, `${count} ${word}`));
  return said.length === 0 ? paint('dim', 'none') : `${said.join(paint('dim', ' | '))} ${paint('dim', `(${total})`)}`;
}

function onlyNote(suites: readonly SuiteReport[]): string | null {
  const reasons = suites.flatMap(({ cases }) =>
    cases.flatMap(({ state, reason }) => (state === 'skipped' && reason?.endsWith(' says only') ? [reason] : [])),
  );
  return reasons.length === 0
    ? null
    : `${reasons.length} ${reasons.length === 1 ? 'test was' : 'tests were'} left out because ${oneLine(reasons[0]!)}.`;
}

function updateLines({ updates }: TestReport, paint: Paint): string[] {
  if (updates === null) return [];
  const { written, declined, impossible } = updates;
  return [
    ...written.map(({ file, tests }) => paint('green', ` Updated ${oneLine(file)}${tests.length > 1 ? ` (${tests.length} tests)` : ''}`)),
    ...(declined > 0
      ? [paint('yellow', ` ${declined} ${declined === 1 ? 'test was' : 'tests were'} not updated; --update --yes writes without asking.`)]
      : []),
    ...impossible.map(({ name, reason }) => paint('yellow', ` ${oneLine(name)} was not updated: ${printable(reason)}.`)),
  ];
}
