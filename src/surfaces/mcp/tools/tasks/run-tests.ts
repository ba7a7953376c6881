import { isoTime } from '#kernel/index.ts';
import { testTaskOperation } from '#task-tests/stored/operations.ts';
import { z } from 'zod';
import { defineTool, runs } from '../define-tool.ts';
import { PinnedTaskId } from '../names.ts';
import { whyText } from './test-results.ts';

export const runTaskTests = defineTool({
  name: 'ratchet_run_task_tests',
  title: 'Run tests',
  description: 'Run the stored tests of a task in the sandbox with mocked HTTP; failures with expected, received and line.',
  kind: 'develop',
  hints: { ...runs, destructive: false, openWorld: false, idempotent: true },
  input: z.object({
    task_id: PinnedTaskId,
    test_names: z.array(z.string().min(1).max(500)).max(1_000).default([]),
    stop_on_failure: z.boolean().default(false),
    include_traces: z.boolean().default(true),
    parallel: z.boolean().default(false),
  }),
  output: z.object({
    task_name: z.string(),
    version: z.string(),
    total_tests: z.number().int(),
    passed: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
    not_run: z.number().int(),
    success_rate: z.number().describe('0 to 100'),
    all_passed: z.boolean(),
    message: z.string(),
    tests: z.array(
      z.object({
        name: z.string(),
        status: z.string(),
        duration_ms: z.number(),
        input: z.unknown(),
        actual_output: z.unknown(),
        expected_output: z.unknown(),
        error: z.string().optional(),
        description: z.string().nullable(),
        file: z.string(),
        logs: z.array(z.unknown()).optional(),
        trace: z.unknown().optional(),
      }),
    ),
    executed_at: z.string(),
  }),
  async run({ task_id, test_names, stop_on_failure, include_traces, parallel }, { ask, signal, now }) {
    const report = await ask.call(
      testTaskOperation,
      {
        id: task_id,
        ...(test_names.length > 0 ? { names: test_names } : {}),
        stopOnFailure: stop_on_failure,
        includeTraces: include_traces,
        parallel,
      },
      { signal },
    );
    return {
      answer: {
        task_name: report.taskName,
        version: report.version,
        total_tests: report.total,
        passed: report.passed,
        failed: report.failed,
        skipped: report.skipped,
        not_run: report.notRun,
        success_rate: report.successRate,
        all_passed: report.allPassed,
        message: report.message,
        tests: report.tests.map((test) => ({
          name: test.name,
          status: test.status.toLowerCase(),
          duration_ms: test.durationMs,
          input: test.input ?? null,
          actual_output: test.actualOutput ?? null,
          expected_output: test.expectedOutput ?? null,
          ...(test.failures.length > 0 ? { error: whyText(test.failures) } : {}),
          description: test.description,
          file: test.file,
          // What a test that passed did nobody asks for.
          ...(test.status === 'FAILED' ? { logs: test.logs, trace: test.trace } : {}),
        })),
        executed_at: isoTime(now),
      },
      rest: 'Ask for single tests with test_names, or without traces.',
    };
  },
});
