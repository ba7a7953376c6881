import type { debugTaskOperation } from '#debugging/operations.ts';
import type { batchOperation } from '#jobs/operations.ts';
import type { testTaskOperation } from '#task-tests/stored/operations.ts';
import type { compareVersionsOperation } from '#tasks/catalogue/operations.ts';
import type { z } from 'zod';
import type { Screen, Shown } from '../command.ts';
import { jsonText, printable } from '../terminal.ts';
import { durationText } from './cell.ts';
import { isForPeople, showAnswer, type View } from './show-answer.ts';

/** Lines that came and went, as `diff` shows them. */
export function showComparison(answer: unknown, screen: Screen, view: View): Shown {
  if (!isForPeople(screen)) return showAnswer(answer, screen, view);
  const { from, to, files, isIdentical, linesAdded, linesRemoved, networkAdded } = answer as z.output<
    typeof compareVersionsOperation.output
  >;
  if (isIdentical) screen.out(`Versions ${from.version} and ${to.version} are the same\n`);
  for (const { path, diff } of files) {
    const lines = diff === null ? [`${path} differs in more lines than are shown`] : diff.trimEnd().split('\n');
    for (const line of lines) {
      const style = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : line.startsWith('@@') ? 'cyan' : null;
      screen.out(`${style === null ? printable(line) : screen.paintOut(style, printable(line))}\n`);
    }
  }
  if (networkAdded.length > 0) screen.err(screen.paintErr('yellow', `May also reach: ${networkAdded.join(', ')}\n`));
  screen.err(screen.paintErr('dim', `${from.version} to ${to.version}: ${linesAdded} lines added, ${linesRemoved} removed\n`));
  return { exit: 'ok' };
}

const marks = {
  PASSED: ['green', 'ok'],
  FAILED: ['red', 'failed'],
  SKIPPED: ['yellow', 'skipped'],
  NOT_RUN: ['yellow', 'not run'],
} as const;

/** A line for each test, and why those failed that did. Ends with 1 where one did. */
export function showTestReport(answer: unknown, screen: Screen, view: View): Shown {
  const { tests, allPassed, message, durationMs } = answer as z.output<typeof testTaskOperation.output>;
  const exit = allPassed ? 'ok' : 'failed';
  if (!isForPeople(screen)) return { ...showAnswer(answer, screen, view), exit };
  for (const test of tests) {
    const [style, word] = marks[test.status];
    screen.out(
      `${screen.paintOut(style, word.padEnd(7))} ${printable(test.name)}${test.reason === null ? '' : ` (${printable(test.reason)})`}\n`,
    );
    for (const failure of test.failures) {
      const place = failure.file === null ? '' : ` at ${failure.file}:${failure.line ?? 1}`;
      screen.out(`        ${printable(failure.message)}${place}\n`);
      for (const detail of failure.details) screen.out(`        ${screen.paintOut('dim', printable(detail))}\n`);
    }
  }
  screen.err(screen.paintErr('dim', `${message}, ${durationText(durationMs)}\n`));
  return { exit };
}

/** Each stop with its line and variables, then what came of the run. */
export function showDebugging(answer: unknown, screen: Screen, view: View): Shown {
  const { stops, breakpoints, status, output, error } = answer as z.output<typeof debugTaskOperation.output>;
  const exit = status === 'COMPLETED' ? 'ok' : status === 'TIMED_OUT' ? 'timedOut' : 'failed';
  if (!isForPeople(screen)) return { ...showAnswer(answer, screen, view), exit };
  for (const { number, place, sourceLine, frames, scopes } of stops) {
    const called = frames[0]?.function ? ` in ${printable(frames[0].function)}` : '';
    screen.out(`${screen.paintOut('cyan', `${number}. ${place.file}:${place.line}`)}${called}\n`);
    if (sourceLine !== null) screen.out(`   ${screen.paintOut('dim', printable(sourceLine.trim()))}\n`);
    for (const { variables } of scopes) {
      for (const [name, value] of Object.entries(variables)) screen.out(`   ${printable(name)} = ${printable(jsonText(value, false))}\n`);
    }
  }
  for (const { line, file, actualLine, hits } of breakpoints) {
    if (hits > 0) continue;
    const why = actualLine === null ? 'has no code to stop at' : 'was not reached';
    screen.err(screen.paintErr('yellow', `${file === null ? 'Line' : printable(`${file}:`)} ${line} ${why}\n`));
  }
  if (status === 'COMPLETED') screen.out(`${jsonText(output, true)}\n`);
  return { exit, ...(error === null ? {} : { error: { ...error, data: error.data } }) };
}

/** A line for each request. Ends with 1 where not all completed. */
export function showBatch(answer: unknown, screen: Screen, view: View): Shown {
  const { results, stats } = answer as z.output<typeof batchOperation.output>;
  const exit = stats.successfulRequests === stats.totalRequests ? 'ok' : 'failed';
  if (!isForPeople(screen)) return { ...showAnswer(answer, screen, view), exit };
  for (const { id, status, output, error, reason } of results) {
    const style = status === 'COMPLETED' ? 'green' : status === 'SKIPPED' ? 'yellow' : 'red';
    const said = status === 'COMPLETED' ? jsonText(output, false) : (error?.message ?? reason ?? '');
    screen.out(`${screen.paintOut(style, status.toLowerCase().padEnd(9))} ${printable(id)}  ${printable(said)}\n`);
  }
  screen.err(
    screen.paintErr(
      'dim',
      `${stats.successfulRequests} of ${stats.totalRequests} completed, ${durationText(stats.totalExecutionTimeMs)}\n`,
    ),
  );
  return { exit };
}
