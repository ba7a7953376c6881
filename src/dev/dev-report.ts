import { z } from 'zod';
import { Failure, ShownExecution, TaskIdentity } from '#executions/index.ts';
import { TestReport } from '#task-tests/index.ts';
import { TaskProblem } from '#tasks/index.ts';

/** Where the input of a run comes from. */
export const InputSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('given').describe('On the command line.') }),
  z.object({ kind: z.literal('edited').describe('Typed while the command ran.') }),
  z.object({ kind: z.literal('test'), name: z.string() }),
  z.object({ kind: z.literal('empty').describe('There is nothing else: an empty object.') }),
]);
export type InputSource = z.infer<typeof InputSource>;

export const DevRun = z.object({
  input: z.unknown(),
  source: InputSource,
  http: z.enum(['live', 'mocked']),
  mocksOf: z.string().nullable().describe('The test whose mocks answered requests; null for live ones, and where no test has any.'),
  execution: ShownExecution,
});
export type DevRun = z.infer<typeof DevRun>;

/** One look at a task: what is wrong with it, what its tests say, and what it does with one input. */
export const DevReport = z.object({
  path: z.string(),
  at: z.number().describe('Milliseconds since 1970 UTC.'),
  isGood: z.boolean().describe('The task is valid, no test failed, and the run did not fail.'),
  task: TaskIdentity.nullable().describe('Null when it cannot be loaded.'),
  error: Failure.nullable().describe('Why nothing could be read at all.'),
  problems: z.array(TaskProblem),
  tests: TestReport.nullable().describe('Null when the task is not valid.'),
  run: DevRun.nullable().describe('Null when the task is not valid.'),
});
export type DevReport = z.infer<typeof DevReport>;
