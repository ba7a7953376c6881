import { z } from 'zod';
import { Cost, Effect } from '#executions/index.ts';
import { operation, type Json } from '#kernel/index.ts';
import { taskInvalid, taskNotFound, taskTooLarge, type Catalogue } from '#tasks/index.ts';
import { taskFilesRefused, taskVersionNotFound } from '#tasks/catalogue/index.ts';
import { DraftFields, draftOf, PinnedTaskRef, VersionText } from '#tasks/catalogue/operations.ts';
import { noTestMatches } from '../errors.ts';
import { failureKinds, type CaseReport } from '../report.ts';
import type { StoredTestOutcome, StoredTests } from './stored-tests.ts';

/** What `tasks.test` leans on. */
export interface StoredTestServices {
  readonly catalogue: Pick<Catalogue, 'find' | 'content'>;
  readonly storedTests: StoredTests;
}

/** Tests that run at once: they wait for timers and delays more than they compute. */
const concurrency = 8;
const count = z.number().int();
const LogLine = z.object({ level: z.string(), message: z.string() });

const ShownTest = z
  .object({
    name: z.string(),
    file: z.string().describe('The file it stands in, inside the task.'),
    description: z.string().nullable(),
    status: z.enum(['PASSED', 'FAILED', 'SKIPPED', 'NOT_RUN']),
    reason: z.string().nullable().describe('Why it was skipped or not run.'),
    durationMs: z.number(),
    line: count.nullable().describe('Of a test that failed.'),
    input: z.unknown(),
    expectedOutput: z.unknown().describe('Null where the test expects no certain output.'),
    actualOutput: z.unknown().describe('Null where the task returned none.'),
    failures: z.array(
      z.object({
        kind: z.enum(Object.keys(failureKinds) as [keyof typeof failureKinds, ...(keyof typeof failureKinds)[]]),
        message: z.string(),
        details: z.array(z.string()).describe('Places that differ, what was received.'),
        file: z.string().nullable().describe("File of the author's code where it happened."),
        line: count.nullable(),
        hint: z.string().nullable(),
      }),
    ),
    logs: z.array(LogLine).describe('What the task logged, of a test that failed: the last 100 lines.'),
    trace: z
      .object({ requests: z.array(Effect), logs: z.array(LogLine), cost: Cost })
      .nullable()
      .describe('What the run did, where traces were asked for.'),
  })
  .meta({ id: 'TaskTestResult' });

export const testTaskOperation = operation({
  name: 'tasks.test',
  summary: 'Run the tests of a task of the server',
  details:
    'Runs the cases that are stored with a version, in the sandbox and with their mocks in place of the network: no request leaves the machine. With a draft, what is given is laid over the stored files first; nothing is stored. A test that fails is an answer, not an error.',
  input: z.object({
    id: PinnedTaskRef,
    version: VersionText.optional(),
    names: z.array(z.string().min(1).max(500)).max(1_000).optional().describe('Only these: names of tests, or of their files'),
    stopOnFailure: z.boolean().default(false).describe('Run no further test after one has failed'),
    parallel: z.boolean().default(false).describe('Run several at once'),
    includeTraces: z.boolean().default(false).describe('With the requests, log lines and cost of each run'),
    draft: DraftFields.optional(),
  }),
  output: z
    .object({
      taskId: z.string(),
      taskName: z.string(),
      version: z.string(),
      checksum: z.string().nullable().describe('Of the files that were tested; null with a draft.'),
      total: count,
      passed: count,
      failed: count,
      skipped: count,
      notRun: count,
      successRate: z.number().describe('Of those that ran, in percent; 100 where none did.'),
      allPassed: z.boolean().describe('No test failed, and none was left out because another had.'),
      message: z.string(),
      durationMs: z.number(),
      tests: z.array(ShownTest),
    })
    .meta({ id: 'TaskTestReport' }),
  errors: [taskNotFound, taskVersionNotFound, taskInvalid, taskFilesRefused, taskTooLarge, noTestMatches],
  effect: 'read',
  permission: 'task:test',
  on: {
    rest: 'POST /tasks/:id/test',
    graphql: 'testTask',
    mcp: 'ratchet_run_task_tests',
    cli: {
      command: 'task test',
      positional: ['id'],
      examples: [
        { line: 'ratchet task test addition', about: 'The tests of the version that runs' },
        { line: 'ratchet task test addition@1.0.0 --stop-on-failure', about: 'Those of an earlier one, up to the first that fails' },
      ],
    },
  },
  async run({ catalogue, storedTests }: StoredTestServices, { id, version, draft, names, parallel, ...input }, { signal, notify }) {
    const drafted = await draftOf(catalogue, { id, version, draft });
    const { outcomes, durationMs } = await storedTests.run({
      name: `${drafted.task.name}@${drafted.version}`,
      files: drafted.files,
      names: names ?? null,
      stopOnFailure: input.stopOnFailure,
      concurrency: parallel ? concurrency : 1,
      signal,
      onEnded: (report, done, total) =>
        notify({
          type: 'progress',
          update: { progress: done / total, step: 'test', stepNumber: done, totalSteps: total, message: report.name },
        }),
    });
    const inState = (state: CaseReport['state']) => outcomes.filter(({ report }) => report.state === state).length;
    const [passed, failed, notRun] = [inState('passed'), inState('failed'), inState('not-run')];
    const allPassed = failed === 0 && notRun === 0;
    return {
      taskId: String(drafted.task.id),
      taskName: drafted.task.name,
      version: drafted.version,
      checksum: drafted.checksum,
      total: outcomes.length,
      passed,
      failed,
      skipped: inState('skipped'),
      notRun,
      successRate: passed + failed === 0 ? 100 : (passed / (passed + failed)) * 100,
      allPassed,
      message:
        outcomes.length === 0 ? 'The task has no tests' : allPassed ? 'All tests passed' : `${failed} of ${outcomes.length} tests failed`,
      durationMs,
      tests: outcomes.map((outcome) => shownTest(outcome, input.includeTraces)),
    };
  },
});

function shownTest({ test, report, execution }: StoredTestOutcome, includeTraces: boolean): z.input<typeof ShownTest> {
  const { name, file, description, state, reason, durationMs, line, failures, logs } = report;
  const isCase = test.kind === 'case';
  return {
    name,
    file,
    description,
    status: state.toUpperCase().replace('-', '_') as 'PASSED' | 'FAILED' | 'SKIPPED' | 'NOT_RUN',
    reason,
    durationMs,
    line,
    input: isCase ? (test.input ?? null) : null,
    expectedOutput: isCase ? (test.output?.value ?? null) : null,
    actualOutput: execution?.output ? (JSON.parse(execution.output) as Json) : null,
    failures: failures.map(({ kind, message, details, place, hint }) => ({
      kind,
      message,
      details: [...(details ?? [])],
      file: place?.file ?? null,
      line: place?.line ?? null,
      hint: hint ?? null,
    })),
    logs: [...logs],
    trace: includeTraces && execution !== null ? traceOf(execution) : null,
  };
}

/** An answer for a reader, not an archive: `replay` and recordings have everything. */
const mostTraced = 100;

function traceOf({ effects, logs, cost }: NonNullable<StoredTestOutcome['execution']>): z.input<typeof ShownTest>['trace'] {
  return {
    requests: effects.slice(0, mostTraced).map((effect) => ({ ...effect })),
    logs: logs.slice(-mostTraced).map(({ level, message }) => ({ level, message: message.slice(0, 1_000) })),
    cost,
  };
}

export const storedTestOperations = [testTaskOperation] as const;
