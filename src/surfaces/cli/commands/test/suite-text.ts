import type { CaseReport, SuiteReport } from '#task-tests/index.ts';
import { printable, type Paint } from '../../terminal.ts';

/** `12 ms`, `1.20 s`. */
export function durationText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

/** A text of a task on one line. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/[\n\t]+/g, ' ');
}

/** What a suite is called: the name of its task, else where it lies. */
export function suiteName({ task, path }: Pick<SuiteReport, 'task' | 'path'>): string {
  return oneLine(task?.name ?? path);
}

export interface SuiteLines {
  readonly paint: Paint;
  /** Every test on a line of its own; else only those that need attention. */
  readonly isVerbose: boolean;
}

/** A suite as its line and those of its tests. */
export function suiteText(suite: SuiteReport, { paint, isVerbose }: SuiteLines): string {
  const { cases, state } = suite;
  const name = suiteName(suite);
  const place = name === oneLine(suite.path) ? '' : ` ${paint('dim', oneLine(suite.path))}`;
  if (suite.error !== null) return ` ${paint('red', '✗')} ${paint('bold', name)}${place} ${paint('red', 'cannot be loaded')}\n`;
  if (state === 'empty') return ` ${paint('dim', `- ${name}`)}${place} ${paint('dim', oneLine(suite.note ?? 'no test asked for'))}\n`;
  const count = (wanted: CaseReport['state']) => cases.filter((one) => one.state === wanted).length;
  const facts = [
    `${cases.length} test${cases.length === 1 ? '' : 's'}`,
    ...(count('failed') > 0 ? [paint('red', `${count('failed')} failed`)] : []),
    ...(count('skipped') > 0 ? [paint('yellow', `${count('skipped')} skipped`)] : []),
    ...(count('not-run') > 0 ? [paint('yellow', `${count('not-run')} not run`)] : []),
  ];
  const sign = state === 'failed' ? paint('red', '✗') : state === 'not-run' ? paint('yellow', '-') : paint('green', '✓');
  const head = ` ${sign} ${paint('bold', name)}${place} ${paint('dim', '(')}${facts.join(paint('dim', ' | '))}${paint('dim', `) ${durationText(suite.durationMs)}`)}\n`;
  const shown = isVerbose ? cases : cases.filter((one) => one.state === 'failed');
  return head + shown.map((one) => caseText(one, paint)).join('');
}

const signs = { passed: ['green', '✓'], failed: ['red', '✗'], skipped: ['yellow', '-'], 'not-run': ['yellow', '-'] } as const;

function caseText({ name, state, reason, durationMs, failures }: CaseReport, paint: Paint): string {
  const [style, sign] = signs[state];
  const time = state === 'passed' || state === 'failed' ? ` ${paint('dim', durationText(durationMs))}` : '';
  const why = reason === null ? '' : ` ${paint('dim', oneLine(reason))}`;
  const problems = failures.map(({ message }) => `     ${paint('red', `→ ${cut(oneLine(message))}`)}\n`).join('');
  return `   ${paint(style, sign)} ${state === 'skipped' || state === 'not-run' ? paint('dim', oneLine(name)) : oneLine(name)}${time}${why}\n${problems}`;
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
