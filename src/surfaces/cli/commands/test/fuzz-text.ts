import type { Finding, FuzzAnswer, FuzzReport, ShownAnswer } from '#fuzzing/index.ts';
import type { CaseReport, SuiteReport } from '#task-tests/index.ts';
import { jsonText, printable, type Paint } from '../../terminal.ts';
import { failuresText } from './failure-text.ts';
import { durationText, oneLine } from './suite-text.ts';

/** What fuzzing came to: a line per task, every finding as a failed test looks, and the sums. */
export function fuzzText(answer: FuzzAnswer, paint: Paint): string {
  const { reports, unloadable } = answer;
  return (
    reports.map((report) => taskText(report, paint)).join('') +
    unloadable
      .map(
        ({ path, message, hint }) =>
          ` ${paint('red', '✗')} ${paint('bold', oneLine(path))}\n   ${printable(message)}\n   ${printable(hint)}\n`,
      )
      .join('') +
    failuresText(reports.map(suiteOf), paint) +
    sumsText(answer, paint)
  );
}

const endings: Readonly<Record<FuzzReport['endedBy'], string>> = {
  runs: '',
  time: ', no time left',
  findings: ', enough found',
  stop: ', stopped',
};

function taskText({ task, path, runs, durationMs, findings, endedBy, notes }: FuzzReport, paint: Paint): string {
  const perSecond = Math.round(runs / Math.max(0.001, durationMs / 1_000));
  const isFound = findings.length > 0;
  const sign = isFound ? paint('red', '✗') : endedBy === 'stop' ? paint('yellow', '-') : paint('green', '✓');
  const found = isFound ? paint('red', ` | ${findings.length} found`) : '';
  const facts = `${paint('dim', `(${runs} runs, ${perSecond} per second${endings[endedBy]}`)}${found}${paint('dim', `) ${durationText(durationMs)}`)}`;
  return ` ${sign} ${paint('bold', oneLine(task.name))} ${paint('dim', oneLine(path))} ${facts}\n${notes.map((note) => `   ${paint('yellow', printable(note))}\n`).join('')}`;
}

/** A finding is shown as a test that failed: that is what it becomes. */
function suiteOf({ path, task, durationMs, findings }: FuzzReport): SuiteReport {
  return { path, task, state: 'failed', error: null, note: null, durationMs, cases: findings.map(caseOf), coverage: null };
}

function caseOf(finding: Finding): CaseReport {
  const { title, message, also, expected, place, input, answers, seed, file, hits, at } = finding;
  return {
    name: title,
    description: null,
    file: file ?? place?.file ?? '',
    path: [],
    line: null,
    column: null,
    state: 'failed',
    reason: null,
    durationMs: 0,
    failures: [
      {
        kind: 'error',
        message,
        details: [
          ...also.map((other) => `also: ${other}`),
          `expected ${expected}`,
          '',
          `input: ${shortened(jsonText(input, true))}`,
          ...answers.slice(0, mostAnswers).map(answerText),
          ...(answers.length > mostAnswers ? [`... and ${answers.length - mostAnswers} more answers`] : []),
          `at ${at}, in ${hits} run${hits === 1 ? '' : 's'}; --fuzz 1 --seed ${seed} runs it as it was found`,
        ],
        place,
        ...(file === null ? {} : { hint: `${file} is a test that fails until this is mended.` }),
      },
    ],
    logs: [],
    logsDropped: 0,
  };
}

const mostAnswers = 5;
const mostChars = 1_000;

function answerText({ method, url, status, failure, body, notes }: ShownAnswer): string {
  const what = failure === null ? `${status}${body === '' ? '' : ` ${shortened(body)}`}` : `no answer (${failure})`;
  return `${method} ${url} -> ${what}${notes.length > 0 ? `   [${notes.join('; ')}]` : ''}`;
}

function shortened(text: string): string {
  return text.length > mostChars ? `${text.slice(0, mostChars)}... (${text.length} characters)` : text;
}

function sumsText({ reports, unloadable, seed, state }: FuzzAnswer, paint: Paint): string {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const found = sum(reports.map(({ findings }) => findings.length));
  const label = (text: string) => paint('dim', text.padStart(8));
  const lines = [
    '',
    ...(state === 'stopped' ? [paint('yellow', ' Stopped before the end.')] : []),
    ...(unloadable.length > 0
      ? [
          ` ${label('Tasks')}  ${paint('red', `${unloadable.length} could not be fuzzed`)} ${paint('dim', `(${unloadable.length + reports.length})`)}`,
        ]
      : []),
    ` ${label('Found')}  ${found === 0 ? paint('green', 'nothing') : paint('red', String(found))}`,
    ` ${label('Runs')}  ${sum(reports.map(({ runs }) => runs))} ${paint('dim', `(--seed ${seed})`)}`,
    ` ${label('Duration')}  ${durationText(sum(reports.map(({ durationMs }) => durationMs)))}`,
  ];
  return `${lines.join('\n')}\n`;
}
