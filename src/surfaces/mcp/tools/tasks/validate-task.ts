import { showTaskOperation, validateStoredTaskOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, runs } from '../define-tool.ts';
import { JsonObject, TaskId } from '../names.ts';
import { fieldsOf } from './task-arguments.ts';
import { testResults, TestResults } from './test-results.ts';

const parts = ['syntax', 'input_schema', 'output_schema', 'metadata', 'tests'] as const;

export const validateTask = defineTool({
  name: 'ratchet_validate_task',
  title: 'Validate task',
  description:
    'Check and test a stored task, or a draft of it with the code or schemas given, without storing anything; every problem with its line.',
  kind: 'develop',
  hints: { ...runs, destructive: false, openWorld: false, idempotent: true },
  input: z.object({
    task_id: TaskId,
    code: z.string().optional(),
    input_schema: JsonObject.optional(),
    output_schema: JsonObject.optional(),
    run_tests: z.boolean().default(true),
    syntax_only: z.boolean().default(false),
  }),
  output: z.object({
    task_id: z.string(),
    task_name: z.string(),
    valid: z.boolean(),
    validation_results: z.array(
      z.object({ type: z.enum(parts), status: z.enum(['passed', 'failed']), message: z.string(), problems: z.array(z.unknown()) }),
    ),
    warnings: z.array(z.unknown()),
    test_results: TestResults.nullable(),
    message: z.string(),
  }),
  async run({ task_id, code, input_schema, output_schema, run_tests, syntax_only }, context) {
    const { ask, signal } = context;
    const task = await ask.call(showTaskOperation, { id: task_id }, { signal });
    const draft = fieldsOf({ code, input_schema, output_schema });
    const drafted = Object.keys(draft).length === 0 ? {} : { draft };
    const report = await ask.call(validateStoredTaskOperation, { id: task.uuid, ...drafted }, { signal });
    const byPart = Map.groupBy(report.errors, ({ field }) => partOf(field));
    const results = parts
      .filter((part) => !syntax_only || part === 'syntax')
      .map((type) => {
        const problems = byPart.get(type) ?? [];
        const status = problems.length === 0 ? ('passed' as const) : ('failed' as const);
        return { type, status, message: problems[0] ? `${problems[0].field} ${problems[0].message}` : 'no problems', problems };
      });
    const isValid = results.every(({ status }) => status === 'passed');
    const tests = run_tests && !syntax_only && isValid ? await testResults(task.uuid, context, drafted.draft) : null;
    const valid = isValid && (tests === null || tests.failed === 0);
    return {
      answer: {
        task_id: task.uuid,
        task_name: task.name,
        valid,
        validation_results: results,
        warnings: syntax_only ? [] : report.warnings,
        test_results: tests,
        message: valid ? 'The task is valid' : isValid ? `${tests!.failed} of its tests fail` : `${report.errors.length} problems`,
      },
    };
  },
});

/** Which part of a task a problem is in, by the file it names. */
function partOf(field: string): (typeof parts)[number] {
  if (field.startsWith('input.schema')) return 'input_schema';
  if (field.startsWith('output.schema')) return 'output_schema';
  if (field.startsWith('metadata.')) return 'metadata';
  return field.startsWith('tests/') ? 'tests' : 'syntax';
}
