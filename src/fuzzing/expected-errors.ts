import type { Frame } from '#engine/index.ts';
import type { Executions } from '#executions/index.ts';
import type { Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import { runCase, type TestCase } from '#task-tests/index.ts';
import { alike, type JudgeRules, type Thrown } from './judge.ts';

export interface ExpectedErrorsParts {
  readonly executions: Executions;
  readonly settings: Settings;
}

/**
 * What the task's own tests say it may throw: an error with the class and message of an `expected_error` (numbers and quoted values
 * aside), and anything of the same class from the line that throws in such a test.
 * @param allowed names of classes that are allowed besides
 */
export async function expectedErrors(
  parts: ExpectedErrorsParts,
  task: Task,
  tests: readonly TestCase[],
  allowed: readonly string[],
  signal: AbortSignal,
): Promise<JudgeRules> {
  const failing = tests.filter(({ error, skip }) => error !== null && skip === null);
  const sites = new Set<string>();
  for (const test of failing) {
    const { report, execution } = await runCase(parts, task, test, { timeoutMs: 3_000, signal });
    const thrown = report.state === 'passed' ? thrownBy(execution?.error?.data) : null;
    const [frame] = thrown?.frames ?? [];
    if (thrown !== null && frame !== undefined) sites.add(siteOf(thrown.errorClass, frame));
  }
  return {
    isExpected(thrown) {
      const [frame] = thrown.frames;
      return (
        allowed.includes(thrown.errorClass) ||
        (frame !== undefined && sites.has(siteOf(thrown.errorClass, frame))) ||
        failing.some(({ error }) => isLike(error!, thrown))
      );
    },
  };
}

function siteOf(errorClass: string, { file, line }: Frame): string {
  return `${errorClass} ${file}:${line}`;
}

function thrownBy(data: Readonly<Record<string, unknown>> | undefined): Thrown | null {
  return data !== undefined && typeof data['errorClass'] === 'string' ? (data as unknown as Thrown) : null;
}

function isLike({ said, message, errorClass }: NonNullable<TestCase['error']>, thrown: Thrown): boolean {
  if (errorClass !== null && errorClass !== thrown.errorClass) return false;
  const texts = [
    { rule: said, text: `${thrown.errorClass}: ${thrown.message}` },
    { rule: message, text: thrown.message },
  ].filter(({ rule }) => rule !== null);
  // A test that only says that the run fails says nothing about how.
  if (texts.length === 0) return errorClass !== null;
  return texts.every(({ rule, text }) => rule!.kind === 'part' && rule!.text !== '' && alike(text).includes(alike(rule!.text)));
}
