import { z } from 'zod';
import { CoverageReport } from './coverage-port.ts';

const Count = z.number().int().nonnegative();

const SourceLine = z.object({ line: z.number().int(), text: z.string() });

/** A place in the author's code with the lines around it. */
export const CodePlace = z.object({
  file: z.string().describe('Path inside the task.'),
  line: z.number().int(),
  column: z.number().int(),
  function: z.string().describe('Empty at the top level.'),
  source: z.array(SourceLine).readonly().describe('The line and its neighbours; empty when the text is not known.'),
});
export type CodePlace = z.infer<typeof CodePlace>;

export const failureKinds = {
  output: 'The output differs from the expected one.',
  error: 'The run failed, or failed in another way than expected, or did not fail although it should.',
  assertion: 'An assertion does not hold.',
  request: 'The task made a request that no mock answers.',
  requests: 'The requests differ from the expected ones.',
  logs: 'A log line is missing, or there are some and should be none.',
  progress: 'A progress report is missing, or there are some and should be none.',
  nothing: 'The test expects nothing.',
  test: 'The test cannot be understood.',
} as const;

/** One reason why a test failed. */
export const CaseFailure = z.object({
  kind: z.enum(Object.keys(failureKinds) as [keyof typeof failureKinds, ...(keyof typeof failureKinds)[]]),
  message: z.string(),
  details: z.array(z.string()).readonly().optional().describe('One line each: places that differ, what was received.'),
  diff: z
    .array(z.object({ sign: z.enum([' ', '-', '+']), text: z.string() }))
    .readonly()
    .optional()
    .describe('- expected, + received.'),
  error: z
    .object({ code: z.string(), class: z.string().nullable(), message: z.string(), stack: z.string().nullable(), hint: z.string() })
    .optional()
    .describe('The error the run ended with.'),
  place: CodePlace.nullable().optional().describe("Where in the author's code it happened."),
  hint: z.string().optional().describe('What to do next.'),
});
export type CaseFailure = z.infer<typeof CaseFailure>;

export const caseStates = {
  passed: 'It ran and is as expected.',
  failed: 'It ran and is not as expected, or could not be understood.',
  skipped: 'The test, or another that says only, asks for it to be left out.',
  'not-run': 'The run ended before it: because of bail, or because somebody stopped it.',
} as const;

export const CaseReport = z.object({
  name: z.string(),
  description: z.string().nullable(),
  file: z.string().describe('The file it stands in, inside the task.'),
  path: z
    .array(z.union([z.string(), z.number()]))
    .readonly()
    .describe('Where in that file; empty when the file is the test.'),
  line: z.number().int().nullable().describe('Of a test that failed.'),
  column: z.number().int().nullable(),
  state: z.enum(Object.keys(caseStates) as [keyof typeof caseStates, ...(keyof typeof caseStates)[]]),
  reason: z.string().nullable().describe('Why it was skipped or not run.'),
  durationMs: z.number().nonnegative(),
  failures: z.array(CaseFailure).readonly(),
  logs: z
    .array(z.object({ level: z.string(), message: z.string() }))
    .readonly()
    .describe('What the task logged, of a test that failed: the last 100 lines.'),
  logsDropped: Count.describe('Lines before those.'),
});
export type CaseReport = z.infer<typeof CaseReport>;

const Problem = z.object({ code: z.string(), message: z.string(), hint: z.string(), data: z.record(z.string(), z.unknown()) });

/** The tests of one task. */
export const SuiteReport = z.object({
  path: z.string().describe('The folder or ZIP of the task.'),
  task: z
    .object({ uuid: z.string(), name: z.string(), label: z.string(), version: z.string() })
    .nullable()
    .describe('Null when it cannot be loaded.'),
  state: z.enum(['passed', 'failed', 'empty', 'not-run']).describe('empty: it has no tests, or none was asked for.'),
  error: Problem.nullable().describe('Why the task cannot be loaded.'),
  note: z.string().nullable().describe('Why there are no tests.'),
  durationMs: z.number().nonnegative(),
  cases: z.array(CaseReport),
  coverage: CoverageReport.nullable().describe('What ran of the code; null when nobody asked, or nobody can tell.'),
});
export type SuiteReport = z.infer<typeof SuiteReport>;

const Totals = z.object({ total: Count, passed: Count, failed: Count, skipped: Count, notRun: Count });

export const TestReport = z.object({
  state: z.enum(['passed', 'failed', 'stopped']).describe('stopped: somebody ended it before its end.'),
  path: z.string(),
  startedAt: z.number().describe('Milliseconds since 1970 UTC.'),
  durationMs: z.number().nonnegative(),
  suites: z.array(SuiteReport),
  tasks: z.object({ total: Count, passed: Count, failed: Count, empty: Count, notRun: Count }),
  tests: Totals,
  filteredOut: Count.describe('Tests that --filter left out.'),
  bailed: z.boolean().describe('True when --bail ended it.'),
  updates: z
    .object({
      written: z
        .array(z.object({ file: z.string(), tests: z.array(z.string()).describe('The tests in it, by their ids.') }))
        .describe('Files that were changed.'),
      declined: Count.describe('Tests that could have been updated, and were not wanted.'),
      impossible: z.array(z.object({ name: z.string(), reason: z.string() })),
    })
    .nullable()
    .describe('What --update did; null when it was not asked for.'),
});
export type TestReport = z.infer<typeof TestReport>;

/** What happens while tests run, in order; carried by progress events of the call. */
export type TestEvent =
  | { readonly kind: 'found'; readonly paths: readonly string[] }
  | { readonly kind: 'suite-started'; readonly path: string; readonly cases: number }
  | { readonly kind: 'case-ended'; readonly path: string; readonly report: CaseReport; readonly progress: number; readonly message: string }
  | { readonly kind: 'suite-ended'; readonly report: SuiteReport };
