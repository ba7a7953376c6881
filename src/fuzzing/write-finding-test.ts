import { statSync } from 'node:fs';
import { isMcp, type HttpMock } from '#engine/index.ts';
import type { Executions } from '#executions/index.ts';
import { RatchetError, type Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import { readTestCases, runCase, writeTestCase } from '#task-tests/index.ts';
import type { Found } from './explore.ts';
import { clockStepMs } from './fuzz-case.ts';
import { headline } from './headline.ts';
import type { GivenAnswer } from './world/fuzz-world.ts';

export interface WriteParts {
  readonly executions: Executions;
  readonly settings: Settings;
}

/** The test that stands for a finding: its path inside the task, or why there is none. */
export type Written = { readonly file: string } | { readonly reason: string };

/** Long enough for whatever comes to an end, short enough to wait for what does not. */
const timeoutMs = 5_000;

/**
 * Writes the case of a finding as a test that fails as long as the bug is there: same input, same answers, same time; it may end with any
 * output or any error with a class of its own. Where a test of an earlier run still fails at the same place, that one stands for it.
 */
export async function writeFindingTest(
  parts: WriteParts,
  task: Task,
  found: Found,
  skipsWaits: boolean,
  signal: AbortSignal,
): Promise<Written> {
  if (statSync(task.origin, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { reason: 'No test was written: the task is an archive.' };
  }
  const stem = `fuzz-${slugOf(found)}`;
  for (const test of readTestCases(task)) {
    if (test.kind !== 'case' || !test.file.startsWith(`tests/${stem}-`)) continue;
    const { report } = await runCase(parts, task, test, { timeoutMs, signal });
    if (report.state === 'failed') return { file: test.file };
  }
  const { fuzzCase, wrong, seed, ran } = found;
  const notes = ran.world.given.flatMap(({ method, url, notes: wrongWith }) => wrongWith.map((note) => `${method} ${url}: ${note}.`));
  try {
    const file = writeTestCase(task.origin, stem, {
      name: `fuzz: ${headline(found)}`,
      description: [
        `${wrong.message.slice(0, 500)}.`.replace(/\.\.$/, '.'),
        ...new Set(notes.slice(0, 5)),
        `Found with --seed ${seed}.`,
      ].join(' '),
      input: fuzzCase.input,
      mocks: mocksOf(ran.world.given, wrong.kind === 'too-many-requests'),
      mayThrowTyped: true,
      clock: { kind: 'fixed', atMs: fuzzCase.atMs, stepMs: clockStepMs },
      skipsWaits,
      timeoutMs,
    });
    return { file };
  } catch (error) {
    if (!(error instanceof RatchetError)) throw error;
    return { reason: `${error.message} ${error.hint}` };
  }
}

function slugOf(found: Found): string {
  return headline(found)
    .replace(' at ', '-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
    .slice(0, 60);
}

/** What was answered, in order; the same answer to the same request again and again is one mock. */
function mocksOf(given: readonly GivenAnswer[], isEndless: boolean): HttpMock[] {
  const runs: { request: string; mock: HttpMock; last: GivenAnswer }[] = [];
  for (const one of given) {
    const request = `${one.method} ${one.url}`;
    const before = runs.findLast((run) => run.request === request);
    if (before !== undefined && isSameAnswer(before.last, one)) {
      Object.assign(before, { mock: { ...before.mock, answers: [...before.mock.answers, before.mock.answers[0]!] } });
    } else {
      const url = { kind: isMcp(one) ? 'exact' : 'part', text: one.url } as const;
      const rule = { method: one.method, url, query: null, headers: null, body: null } as const;
      runs.push({ request, last: one, mock: { name: request, rule, answers: [one.answer], afterLast: 'nothing' } });
    }
  }
  return runs.map(({ request, mock }, index) => {
    const isLast = !runs.slice(index + 1).some((later) => later.request === request);
    // A task that is mended may ask again; one that never gives up runs out of answers.
    return isLast && !isEndless ? { ...mock, answers: [mock.answers[0]!], afterLast: 'repeat' } : mock;
  });
}

function isSameAnswer({ answer: a }: GivenAnswer, { answer: b }: GivenAnswer): boolean {
  if ('failure' in a || 'failure' in b) return 'failure' in a && 'failure' in b && a.failure.reason === b.failure.reason;
  return (
    a.status === b.status && JSON.stringify(a.headers) === JSON.stringify(b.headers) && Buffer.from(a.body).equals(Buffer.from(b.body))
  );
}
