import { join } from 'node:path';
import type { CaseFailure, CaseReport, CodePlace, SuiteReport } from '#task-tests/index.ts';
import { printable, type Paint } from '../../terminal.ts';
import { oneLine, suiteName } from './suite-text.ts';

/** Everything about the tests that failed, the last on the screen: what a person scrolls for least. */
export function failuresText(suites: readonly SuiteReport[], paint: Paint): string {
  const broken = suites.filter(({ error }) => error !== null);
  const failed = suites.flatMap((suite) => suite.cases.filter(({ state }) => state === 'failed').map((one) => ({ suite, one })));
  const parts = [
    ...broken.map((suite) => brokenSuiteText(suite, paint)),
    ...failed.map(({ suite, one }) => failedCaseText(suite, one, paint)),
  ];
  return parts.length === 0 ? '' : `\n${parts.join('\n')}`;
}

function brokenSuiteText(suite: SuiteReport, paint: Paint): string {
  const { message, hint, code } = suite.error!;
  return `${heading(paint, suite.path, [])}\n${indented(printable(message), 2)}\n  ${paint('bold', 'Hint:')} ${printable(hint)}\n  ${paint('dim', `(${code})`)}\n`;
}

function failedCaseText(suite: SuiteReport, one: CaseReport, paint: Paint): string {
  const place = [oneLine(join(suite.path, one.file)), one.line, one.line === null ? null : one.column]
    .filter((part) => part !== null)
    .join(':');
  const description = one.description === null ? '' : `  ${paint('dim', oneLine(one.description))}\n`;
  return (
    `${heading(paint, suiteName(suite), [one.name])}\n  ${paint('dim', place)}\n${description}` +
    one.failures.map((failure) => failureText(failure, suite.path, paint)).join('') +
    logsText(one, paint)
  );
}

function heading(paint: Paint, suite: string, names: readonly string[]): string {
  return ` ${paint(['red', 'inverse', 'bold'], ' FAIL ')} ${[oneLine(suite), ...names.map(oneLine)].join(paint('dim', ' > '))}`;
}

function failureText({ message, details = [], diff, error, place, hint }: CaseFailure, folder: string, paint: Paint): string {
  const lines = [`\n${indented(paint('red', printable(message)), 2)}`, ...details.map((detail) => indented(printable(detail), 4))];
  if (diff !== undefined && diff.length > 0) {
    lines.push('', `    ${paint('green', '- Expected')}`, `    ${paint('red', '+ Received')}`, '');
    lines.push(...diff.map(({ sign, text }) => diffLine(sign, printable(text), paint)));
  }
  if (place !== undefined && place !== null) lines.push(...placeLines(place, folder, paint));
  const advice = hint ?? (place === undefined || place === null ? error?.hint : undefined);
  if (advice !== undefined) lines.push(`  ${paint('bold', 'Hint:')} ${printable(advice)}`);
  return `${lines.join('\n')}\n`;
}

function diffLine(sign: ' ' | '-' | '+', text: string, paint: Paint): string {
  const line = `    ${sign} ${text}`;
  return sign === ' ' ? paint('dim', line) : paint(sign === '-' ? 'green' : 'red', line);
}

/** The line of the author's code with its neighbours, and a sign under the column. */
function placeLines({ file, line, column, function: name, source }: CodePlace, folder: string, paint: Paint): string[] {
  const place = `${oneLine(join(folder, file))}:${line}:${column}`;
  const width = String(source.at(-1)?.line ?? 0).length;
  const lines = ['', `  ${paint('cyan', `❯ ${name === '' ? '' : `${oneLine(name)} `}${place}`)}`];
  for (const one of source) {
    const text = printable(one.text).replaceAll('\t', '  ');
    lines.push(`    ${one.line === line ? paint('red', '>') : ' '} ${paint('dim', `${String(one.line).padStart(width)}|`)} ${text}`);
    if (one.line === line) {
      // A tab before the column is shown as two blanks.
      const before = printable(one.text.slice(0, column - 1)).replaceAll('\t', '  ').length;
      lines.push(`      ${' '.repeat(width)}${paint('dim', '|')} ${' '.repeat(before)}${paint('red', '^')}`);
    }
  }
  return lines;
}

function logsText({ logs, logsDropped }: CaseReport, paint: Paint): string {
  if (logs.length === 0) return '';
  const more = logsDropped > 0 ? `    ${paint('dim', `... ${logsDropped} lines before`)}\n` : '';
  const lines = logs.map(({ level, message }) => indented(`${paint('dim', level.padEnd(5))} ${printable(message)}`, 4));
  return `\n  ${paint('dim', 'It logged:')}\n${more}${lines.join('\n')}\n`;
}

function indented(text: string, by: number): string {
  const blanks = ' '.repeat(by);
  return text
    .split('\n')
    .map((line) => `${blanks}${line}`)
    .join('\n');
}
