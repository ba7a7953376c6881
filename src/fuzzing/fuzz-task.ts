import { randomInt } from 'node:crypto';
import type { LimitWishes } from '#engine/index.ts';
import type { Executions } from '#executions/index.ts';
import type { Json, Settings } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import { readTestCases, type TestCase } from '#task-tests/index.ts';
import { caseArbitrary } from './case-arbitrary.ts';
import { expectedErrors } from './expected-errors.ts';
import { explore } from './explore.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding-of.ts';
import { inputArbitrary } from './input-arbitrary.ts';
import { jsonText } from './json-text.ts';
import type { FuzzEvent, FuzzReport } from './report.ts';
import type { Ground } from './run-case.ts';
import { openSchemaDraw } from './schema/arbitrary-from-schema.ts';
import { loadCheck, type SchemaCheck } from './schema/schema-check.ts';
import { wordsOf } from './words.ts';
import { writeFindingTest } from './write-finding-test.ts';

export interface FuzzParts {
  readonly executions: Executions;
  readonly settings: Settings;
}

export interface FuzzRequest {
  readonly task: Task;
  /** Cases to run, at most. */
  readonly runs?: number | undefined;
  /** Seconds in which new cases are begun, at most; no limit when absent. */
  readonly seconds?: number | undefined;
  /** The same seed makes the same cases; by chance when absent. */
  readonly seed?: number | undefined;
  /** It ends when so much was found. */
  readonly enough?: number | undefined;
  /** Runs side by side. */
  readonly parallel?: number | undefined;
  /** Classes of errors that are no findings, though they are none of the task's own. */
  readonly allowErrors?: readonly string[] | undefined;
  /** Write a test for each finding into the task's folder. */
  readonly writes?: boolean | undefined;
  readonly notify?: ((event: FuzzEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const usualRuns = 1_000;
export const usualSeconds = 10;
const usualEnough = 10;
/** Two workers of eight. */
const usualParallel = 16;

/**
 * Runs a task with inputs made from its schema and tests, and with answers of the tests that go wrong in the ways answers do; looks for
 * runs that end in an error of no class of the task's own, in an output that breaks its schema, or not at all; makes each case as small
 * as it can be.
 * @throws FUZZ_SCHEMA_TOO_HARD when no valid input can be made; ENGINE_UNAVAILABLE
 */
export async function fuzzTask(parts: FuzzParts, request: FuzzRequest): Promise<FuzzReport> {
  const { task, notify = () => {}, signal = new AbortController().signal } = request;
  const { default: fastCheck } = await import('fast-check');
  const startedMs = performance.now();
  const seed = request.seed ?? randomInt(2 ** 31);
  const most = request.runs ?? usualRuns;
  // Tests of our own making would change what a seed means, and their mocks are wrong on purpose.
  const tests = readTestCases(task).filter((test): test is TestCase => test.kind === 'case' && !test.mayThrowTyped);
  const source = Object.entries(task.files).flatMap(([path, text]) => (/\.[cm]?[jt]s$/.test(path) ? [text] : []));
  const code = source.join('\n');
  const words = wordsOf(source);
  const check = checkOf(task);
  const schema = task.inputSchema === null ? null : openSchemaDraw({ schema: task.inputSchema, check, words });
  const samples = tests.map(({ input }) => input as Json);
  const arbitrary = caseArbitrary(fastCheck, {
    input: inputArbitrary(fastCheck, { schema, check, samples, words }),
    tests: tests.length,
    hasRequests: /\bfetch\b/.test(code),
    words,
  });
  const ground: Ground = {
    ...parts,
    task,
    mocks: tests.map(({ mocks }) => mocks),
    rules: await expectedErrors(parts, task, tests, request.allowErrors ?? [], signal),
    skipsWaits: /\b(?:fetch|setTimeout|setInterval|AbortSignal)\b/.test(code),
    signal,
  };

  const explored = await explore(fastCheck, arbitrary, ground, {
    seed,
    runs: most,
    mostMs: (request.seconds ?? Infinity) * 1000,
    enough: request.enough ?? usualEnough,
    parallel: request.parallel ?? usualParallel,
    limits: limitsFor(task),
    onBatch: (runs, findings) =>
      notify({ kind: 'fuzzing', runs, most, findings, progress: runs / most, message: `${runs} of ${most} runs, ${findings} found` }),
    onShrink: ({ message }) => notify({ kind: 'shrinking', what: message, message: `making smaller: ${message}` }),
    onFound: ({ wrong }) => notify({ kind: 'found', what: wrong.message, message: `found: ${wrong.message}` }),
  });

  const findings: Finding[] = [];
  const unwritten = new Set<string>();
  for (const found of explored.found) {
    const written = request.writes === true ? await writeFindingTest(parts, task, found, ground.skipsWaits, signal) : null;
    if (written !== null && 'reason' in written) unwritten.add(written.reason);
    findings.push(findingOf(found, task.files, written !== null && 'file' in written ? written.file : null));
  }
  return {
    state: explored.found.length > 0 ? 'failed' : explored.endedBy === 'stop' ? 'stopped' : 'passed',
    path: task.origin,
    task: { uuid: task.uuid, name: task.name, label: task.label, version: task.version },
    seed,
    runs: explored.runs,
    executions: explored.executions,
    endedBy: explored.endedBy,
    durationMs: performance.now() - startedMs,
    findings,
    notes: [
      ...unwritten,
      ...(task.inputSchema === null ? ['The task has no input schema, so any object counts as a valid input.'] : []),
      ...(schema !== null && schema.tally.valid * 20 < schema.tally.drawn
        ? [
            `Only ${schema.tally.valid} of ${schema.tally.drawn} inputs that were made are allowed by the input schema: there is less variety than there could be.`,
          ]
        : []),
      ...(ground.skipsWaits && /\bfetch\b/.test(code) && ground.mocks.every((mocks) => mocks.length === 0)
        ? ['The task makes requests and no test mocks one, so every answer is made up. Mocks in tests make better answers.']
        : []),
      ...[...explored.voids].map(([why, count]) => `${count} runs say nothing about the task: ${why}`),
    ],
  };
}

function checkOf({ inputSchema, program }: Task): SchemaCheck {
  if (inputSchema === null || program.inputCheck === null) return (text) => (text.startsWith('{') ? null : 'must be object');
  return loadCheck(program.inputCheck, { hasPatterns: /"pattern(?:Properties)?":/.test(jsonText(inputSchema)) });
}

/** Little, so that what never ends is found soon; a task that asks for less gets less. */
function limitsFor({ wishes }: Task): LimitWishes {
  return { wallMs: Math.min(wishes.wallMs ?? 3_000, 3_000), cpuMs: 1_000, logLines: 100, logChars: 10_000 };
}
