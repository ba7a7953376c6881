import { fitRule, type HttpRequest, type LogLine, type MockRule } from '#engine/index.ts';
import { jsonDifferences } from '#kernel/index.ts';
import { ruleText } from '../format/text-rule.ts';
import type { CaseFailure } from '../report.ts';
import type { ExpectedLog } from '../test-case.ts';
import { fitsText } from './fits-text.ts';
import { shortJson } from './short-json.ts';

const mostShown = 20;

/** The expected lines have to come in this order, others may stand between them; an empty list means that there are none. */
export function judgeLogs(expected: readonly ExpectedLog[], logs: readonly LogLine[]): CaseFailure | null {
  const fits = ({ level, message }: ExpectedLog, line: LogLine) =>
    (level === null || level === line.level) && (message === null || fitsText(message, line.message) === true);
  const text = ({ level, message }: ExpectedLog) => [level, message && ruleText(message)].filter((part) => part !== null).join(' ');
  const shown = logs.map(({ level, message }) => `${level} ${shortJson(message, 200)}`);
  return judgeInOrder('logs', 'log line', expected, logs, fits, text, shown);
}

/** The same for what the task reported. A number stands for a share of progress. */
export function judgeProgress(expected: readonly unknown[], updates: readonly unknown[]): CaseFailure | null {
  const fits = (wanted: unknown, update: unknown) =>
    jsonDifferences(wanted, update, { match: 'subset', most: 1 }).length === 0 ||
    (typeof wanted === 'number' && typeof update === 'object' && update !== null && (update as { progress?: unknown }).progress === wanted);
  return judgeInOrder(
    'progress',
    'progress report',
    expected,
    updates,
    fits,
    (one) => shortJson(one),
    updates.map((one) => shortJson(one, 200)),
  );
}

function judgeInOrder<Wanted, Given>(
  kind: 'logs' | 'progress',
  noun: string,
  expected: readonly Wanted[],
  given: readonly Given[],
  fits: (wanted: Wanted, one: Given) => boolean,
  text: (wanted: Wanted) => string,
  shown: readonly string[],
): CaseFailure | null {
  const received = shown.length === 0 ? [`there was no ${noun}`] : ['received:', ...listed(shown).map((line) => `  ${line}`)];
  if (expected.length === 0)
    return given.length === 0 ? null : { kind, message: `Expected no ${noun}, but there were ${given.length}.`, details: listed(shown) };
  let at = 0;
  for (const [index, wanted] of expected.entries()) {
    while (at < given.length && !fits(wanted, given[at]!)) at++;
    if (at === given.length) {
      const after = index === 0 ? '' : ` after ${text(expected[index - 1]!)}`;
      return { kind, message: `Expected a ${noun} ${text(wanted)}${after}, but there was none.`, details: received };
    }
    at++;
  }
  return null;
}

/** Every request counts, in the order in which the task asked. */
export function judgeRequests(expected: readonly MockRule[] | number, requests: readonly HttpRequest[]): CaseFailure | null {
  const shown = requests.map(({ method, url }) => `${method} ${url}`);
  const count = typeof expected === 'number' ? expected : expected.length;
  const details =
    typeof expected === 'number'
      ? []
      : expected.flatMap((rule, index) => {
          const request = requests[index];
          return request === undefined ? [] : fitRule(rule, request).differences.map((difference) => `request ${index + 1}: ${difference}`);
        });
  if (count === requests.length && details.length === 0) return null;
  const message =
    count === requests.length
      ? 'The requests differ from what is expected.'
      : `Expected ${count} request${count === 1 ? '' : 's'}, but there ${requests.length === 1 ? 'was 1' : `were ${requests.length}`}.`;
  return {
    kind: 'requests',
    message,
    details: [...details, ...(shown.length === 0 ? [] : ['received:', ...listed(shown).map((line) => `  ${line}`)])],
  };
}

function listed(lines: readonly string[]): string[] {
  const more = lines.length - mostShown;
  return [...lines.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
}
