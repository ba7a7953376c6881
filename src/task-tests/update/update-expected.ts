import { statSync } from 'node:fs';
import { join } from 'node:path';
import { acceptsLength } from '../judge/accepts.ts';
import { valueDiff, type DiffLine } from '../judge/value-diff.ts';
import type { Planned } from '../run/plan.ts';
import { testId } from '../run/selection.ts';
import type { CaseReport, TestReport } from '../report.ts';
import type { TestCase } from '../test-case.ts';
import { withValue } from './json-edit.ts';
import { replaceText } from './write-atomically.ts';

/** A test whose expected output could be replaced by what came out. */
export interface UpdateProposal {
  /** As `testId` writes it. */
  readonly id: string;
  readonly name: string;
  /** The file it stands in, as the caller would name it. */
  readonly file: string;
  readonly diff: readonly DiffLine[];
}

/** How a planned test ended; its output (JSON text) where it has one and did not pass. */
export interface Outcome {
  readonly report: CaseReport;
  readonly output: string | null;
}

interface Change {
  readonly test: TestCase;
  readonly folder: string;
  readonly key: string;
  readonly value: unknown;
  readonly proposal: UpdateProposal;
}

/** Failures that writing the output down mends. */
const mendable = new Set(['output', 'nothing']);

/**
 * Writes outputs into the tests that expected others, after `confirm` has seen what would change. A test that failed for another reason,
 * or whose run failed, is left alone.
 */
export async function updateExpected(
  planned: readonly Planned[],
  outcomes: readonly Outcome[],
  confirm: (proposals: readonly UpdateProposal[]) => Promise<boolean>,
): Promise<NonNullable<TestReport['updates']>> {
  const changes: Change[] = [];
  const impossible: { name: string; reason: string }[] = [];
  for (const [index, { report, output }] of outcomes.entries()) {
    const { suite, test } = planned[index]!;
    if (report.state !== 'failed' || test.kind === 'broken') continue;
    const refusal = whyNot(
      report.failures.map(({ kind }) => kind),
      output,
      test,
      suite.path,
    );
    if (refusal === null) changes.push(changeOf(test, suite.path, JSON.parse(output!) as unknown));
    else impossible.push({ name: test.name, reason: refusal });
  }
  if (changes.length === 0) return { written: [], declined: 0, impossible };
  if (!(await confirm(changes.map(({ proposal }) => proposal)))) return { written: [], declined: changes.length, impossible };
  return { ...write(changes, planned, impossible), declined: 0 };
}

function whyNot(kinds: readonly string[], output: string | null, test: TestCase, folder: string): string | null {
  const other = kinds.find((kind) => !mendable.has(kind));
  if (other !== undefined || output === null) return 'it failed for another reason than its expected output';
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return 'the task is in an archive';
  return test.file.endsWith('.json') ? null : `${test.file} is not JSON`;
}

function changeOf(test: TestCase, folder: string, output: unknown): Change {
  const value = test.match === 'subset' && test.output !== null ? partOf(test.output.value, output) : withWords(test.output?.value, output);
  const diff = valueDiff(test.output === null ? undefined : test.output.value, value, 'exact');
  return {
    test,
    folder,
    key: test.output?.key ?? 'expected_output',
    value,
    proposal: { id: testId(folder, test), name: test.name, file: join(folder, test.file), diff },
  };
}

/** Of an output the fields that were asked for; all of it where its shape is another. */
function partOf(expected: unknown, output: unknown): unknown {
  if (acceptsLength(expected, output)) return expected;
  if (Array.isArray(expected) && Array.isArray(output)) {
    return expected.length === output.length ? output.map((item: unknown, index) => partOf(expected[index], item)) : output;
  }
  if (!isRecord(expected) || !isRecord(output)) return output;
  const fields = Object.keys(expected).filter((key) => Object.hasOwn(output, key));
  return Object.fromEntries(fields.map((key) => [key, partOf(expected[key], output[key])]));
}

/** All of an output, except that words such as `array_length:3` stay where they hold. */
function withWords(expected: unknown, output: unknown): unknown {
  if (acceptsLength(expected, output)) return expected;
  if (Array.isArray(output))
    return output.map((item: unknown, index) => withWords(Array.isArray(expected) ? expected[index] : undefined, item));
  if (!isRecord(output)) return output;
  return Object.fromEntries(
    Object.entries(output).map(([key, item]) => [
      key,
      withWords(isRecord(expected) && Object.hasOwn(expected, key) ? expected[key] : undefined, item),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All changes of one file at once: it is written once, or not at all. */
function write(changes: readonly Change[], planned: readonly Planned[], refused: readonly { name: string; reason: string }[]) {
  const impossible = [...refused];
  const written: { file: string; tests: string[] }[] = [];
  for (const mine of Map.groupBy(changes, ({ proposal }) => proposal.file).values()) {
    const { test, folder, proposal } = mine[0]!;
    const before = planned.find(({ suite }) => suite.path === folder)!.suite.task!.files[test.file]!;
    const after = mine.reduce((text, change) => withValue(text, [...change.test.path, change.key], change.value, 'input'), before);
    const reason = replaceText(proposal.file, before, after);
    const names = mine.map(({ proposal: { name } }) => name);
    if (reason === null) written.push({ file: proposal.file, tests: mine.map(({ proposal: { id } }) => id) });
    else impossible.push(...names.map((name) => ({ name, reason: `${proposal.file} cannot be written: ${reason}` })));
  }
  return { written, impossible };
}
