import { isMcp, type Frame, type UnmatchedRequest } from '#engine/index.ts';
import type { Execution } from '#executions/index.ts';
import type { RatchetError } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { CaseFailure } from '../report.ts';
import { codePlace, firstFrame } from '../run/code-place.ts';
import { ruleText } from '../format/text-rule.ts';
import type { ExpectedError, TestCase } from '../test-case.ts';
import { judgeAssertions } from './judge-assertions.ts';
import { errorView, judgeError } from './judge-error.ts';
import { judgeOutput } from './judge-output.ts';
import { judgeLogs, judgeProgress, judgeRequests } from './judge-sequence.ts';
import { isUntyped } from './untyped.ts';
import { shortJson } from './short-json.ts';

/** Every reason why a run is not what its case expects; none when it is. */
export function judgeCase(
  test: TestCase,
  execution: Execution,
  unmatched: readonly UnmatchedRequest[],
  files: Task['files'],
): CaseFailure[] {
  const { error } = execution;
  const failures = unmatched.map((one) => requestFailure(one, execution, files));
  if (!test.expectsSomething) failures.push(expectsNothing);
  if (error === null) failures.push(...judgeSuccess(test, execution.output!));
  else if (test.error === null) {
    const isAllowed = test.mayThrowTyped && isTypedEnd(error);
    if (!isAllowed && !(isAboutMock(error) && unmatched.length > 0)) failures.push(threw(error, files));
  } else {
    const view = errorView(error);
    const wrong = judgeError(test.error, view);
    if (wrong !== null) failures.push({ ...threw(error, files), ...wrong });
    failures.push(...judgeAssertions(test.assertions ?? [], view, 'error'));
  }
  const requests = execution.effects.flatMap(({ exchange }) => (exchange === null ? [] : [exchange.request]));
  const more = [
    test.logs === null ? null : judgeLogs(test.logs, execution.logs),
    test.progress === null
      ? null
      : judgeProgress(
          test.progress,
          execution.progress.map(({ update }) => update),
        ),
    test.requests === null ? null : judgeRequests(test.requests, requests),
  ];
  return [...failures, ...more.filter((failure) => failure !== null)];
}

/** The task has said what is wrong, or its schema has: an input that is refused by now was allowed once. */
function isTypedEnd(error: RatchetError): boolean {
  const isThrown = error.code === 'TASK_FAILED' || error.code === 'TASK_FAILED_TRANSIENT';
  return isThrown ? !isUntyped(errorView(error).class ?? '') : error.code === 'INPUT_INVALID';
}

const expectsNothing: CaseFailure = {
  kind: 'nothing',
  message: 'The test expects nothing, so it cannot pass.',
  hint: 'Add expected_output (--update writes it), expected_error or assertions; "assertions": [] says that ending without an error is enough.',
};

function judgeSuccess(test: TestCase, text: string): CaseFailure[] {
  const output: unknown = JSON.parse(text);
  if (test.error !== null) {
    const message = `Expected the run to fail${expectedText(test.error)}, but it ended with an output.`;
    return [{ kind: 'error', message, details: [`received: ${shortJson(output, 300)}`] }];
  }
  const wrong = judgeOutput(test, output);
  return [...(wrong === null ? [] : [wrong]), ...judgeAssertions(test.assertions ?? [], output, 'output')];
}

/** ` with HttpError, status 404, message "gone"`. */
function expectedText({ said, message, errorClass, status, code }: ExpectedError): string {
  const parts = [
    said && ruleText(said),
    errorClass,
    status && `status ${status}`,
    message && `message ${ruleText(message)}`,
    code && `code ${code}`,
  ];
  const text = parts.filter((part) => part !== null && part !== 0).join(', ');
  return text === '' ? '' : ` with ${text}`;
}

function threw(error: RatchetError, files: Task['files']): CaseFailure {
  const frame = firstFrame(error.data);
  const view = errorView(error);
  return {
    kind: 'error',
    message: error.message,
    error: {
      code: error.code,
      class: view.class,
      message: view.message,
      stack: typeof error.data['stack'] === 'string' ? error.data['stack'] : null,
      hint: error.hint,
    },
    place: frame === null ? null : codePlace(frame, files),
  };
}

/** The task only passed on that no mock answered: the failure about the request says all of it. */
function isAboutMock(error: RatchetError): boolean {
  const { fields, message } = error.data;
  const reason = typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)['reason'] : undefined;
  return reason === 'no-mock' || (error.code === 'REQUEST_FAILED_UNSEEN' && String(message).startsWith('No mock of the test answers'));
}

function requestFailure({ request, nearest }: UnmatchedRequest, { effects }: Execution, files: Task['files']): CaseFailure {
  const site: Frame | null =
    effects.find(({ failure, url, method }) => failure?.reason === 'no-mock' && url === request.url && method === request.method)?.site ??
    null;
  return {
    kind: 'request',
    message: `No mock answers ${request.method} ${request.url}.`,
    details:
      nearest === null
        ? ['the test has no mocks']
        : [`the nearest is ${nearest.name}:`, ...nearest.differences.map((difference) => `  ${difference}`)],
    place: site === null ? null : codePlace(site, files),
    ...(nearest === null
      ? {
          hint: isMcp(request)
            ? 'Add "mock": {"mcp": {"server": ..., "tool": ..., "result": ...}} to the test.'
            : `Add "mock": {"http": {"method": "${request.method}", "url": ..., "response": {...}}} to the test.`,
        }
      : {}),
  };
}
