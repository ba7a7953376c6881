import { GraphQLInputObjectType, type GraphQLInputFieldConfig } from 'graphql';
import type { Thing } from './context.ts';
import type { LegacyParts } from './legacy.ts';
import type { Field, Fields, OutputTypes } from './outputs.ts';
import { scalars } from './scalars.ts';
import { always, listOf } from './wrap.ts';

const arg = (type: GraphQLInputFieldConfig['type'], description: string): GraphQLInputFieldConfig => ({ type, description });

/** What tools that write tasks were served with, in their words: each is an operation under another name. */
export function mcpFields({ outputs, has }: Pick<LegacyParts, 'outputs' | 'has'>): Fields {
  return {
    ...(has('tasks.create') ? writingFields() : {}),
    ...(has('tasks.test') ? { mcpTestTask: testTask(outputs) } : {}),
    ...(has('executions.store') ? { mcpStoreResult: storeResult() } : {}),
  };
}

function testTask(outputs: OutputTypes): Field {
  const count = (description: string) => ({ type: always(scalars.int), description });
  const type = outputs.object('McpTaskTestResults', 'What came of the tests of a task.', () => ({
    total: count('All of them.'),
    passed: count('Those that passed.'),
    failed: count('Those that failed.'),
    skipped: count('Those that were left out.'),
    testResults: { type: always(listOf(scalars.Json)), description: 'Each test.', resolve: ({ tests }) => tests },
  }));
  return {
    type: always(type),
    description: 'The same as testTask',
    args: { taskName: arg(always(scalars.text), 'Name of the task.') },
    extensions: { cost: 10 },
    resolve: (_from, { taskName }: Thing, { ask }) => ask('tasks.test', { id: taskName }),
  };
}

function storeResult(): Field {
  const type = new GraphQLInputObjectType({
    name: 'McpStoreResultInput',
    description: 'The result of a run that happened somewhere else.',
    fields: {
      taskId: arg(always(scalars.id), 'Number, uuid or name of the task.'),
      input: arg(always(scalars.Json), 'What the task was given.'),
      output: arg(always(scalars.Json), 'What it returned; where it failed, why.'),
      executionTimeMs: arg(scalars.int, 'Milliseconds it took.'),
      status: arg(scalars.text, 'completed, failed or cancelled.'),
    },
  });
  return {
    type: always(scalars.Json),
    description: 'The same as storeResult, with the answer as JSON',
    args: { input: arg(always(type), 'The result.') },
    extensions: { cost: 10 },
    resolve(_from, { input: said }: Thing, { ask }) {
      const { taskId, input, output, executionTimeMs, status } = said as Thing;
      const hasCompleted = typeof status !== 'string' || /^completed$/i.test(status);
      // There was one field for what came of a run, whatever it was.
      const came = hasCompleted ? { output } : { errorMessage: typeof output === 'string' ? output : JSON.stringify(output) };
      return ask('executions.store', { taskId, input, ...came, ...(status ? { status } : {}), durationMs: executionTimeMs ?? null });
    },
  };
}

function writingFields(): Fields {
  const testCase = new GraphQLInputObjectType({
    name: 'McpTestCaseInput',
    description: 'A test of a task.',
    fields: {
      name: arg(scalars.text, 'What it is called.'),
      input: arg(always(scalars.Json), 'What the task is given.'),
      expectedOutput: arg(scalars.Json, 'What it has to return.'),
      shouldFail: arg(scalars.flag, 'Whether it has to fail.'),
      description: arg(scalars.text, 'What it tests.'),
    },
  });
  const fields = (isNew: boolean) => {
    const needed = (type: typeof scalars.text | typeof scalars.Json) => (isNew ? always(type) : type);
    return {
      name: arg(always(scalars.text), isNew ? 'Name for machines.' : 'Name of the task.'),
      description: arg(needed(scalars.text), 'What the task does.'),
      code: arg(needed(scalars.text), 'The code.'),
      inputSchema: arg(needed(scalars.Json), 'JSON Schema of the input.'),
      outputSchema: arg(needed(scalars.Json), 'JSON Schema of the output.'),
      tags: arg(listOf(scalars.text), 'Words it is found by.'),
      version: arg(scalars.text, 'Semantic version.'),
      enabled: arg(scalars.flag, 'Whether jobs of it run.'),
      testCases: arg(listOf(testCase), 'Its tests, in place of those it has.'),
    };
  };
  const create = new GraphQLInputObjectType({ name: 'McpCreateTaskInput', description: 'A new task.', fields: fields(true) });
  const edit = new GraphQLInputObjectType({ name: 'McpEditTaskInput', description: 'What changes of a task.', fields: fields(false) });
  return {
    mcpCreateTask: {
      type: always(scalars.Json),
      description: 'The same as createTask, with the task as JSON',
      args: { input: arg(always(create), 'The task.') },
      extensions: { cost: 10 },
      resolve: (_from, { input }: Thing, { ask }) => ask('tasks.create', draftOf(input as Thing)),
    },
    mcpEditTask: {
      type: always(scalars.Json),
      description: 'The same as updateTask, with the task as JSON',
      args: { input: arg(always(edit), 'The task, by its name, and what changes.') },
      extensions: { cost: 10 },
      resolve: (_from, { input }: Thing, { ask }) => {
        const { name, ...changes } = draftOf(input as Thing);
        return ask('tasks.update', { id: name, ...changes });
      },
    },
    mcpDeleteTask: {
      type: always(scalars.flag),
      description: 'The same as deleteTask',
      args: { taskName: arg(always(scalars.text), 'Name of the task.') },
      extensions: { cost: 10 },
      resolve: async (_from, { taskName }: Thing, { ask }) => {
        await ask('tasks.remove', { id: taskName });
        return true;
      },
    },
  };
}

function draftOf({ code, tags, testCases, ...rest }: Thing): Record<string, unknown> {
  const said = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  const tests = (testCases as readonly Thing[] | null | undefined)?.map(
    ({ expectedOutput, shouldFail, name, input, description }, index) => ({
      name: name ?? `test ${index + 1}`,
      ...(description ? { description } : {}),
      input,
      ...(shouldFail === true ? { should_fail: true } : {}),
      ...(expectedOutput === undefined ? {} : { expected_output: expectedOutput }),
    }),
  );
  return {
    ...Object.fromEntries(said),
    ...(code ? { sourceCode: code } : {}),
    ...(tags ? { metadata: { tags } } : {}),
    ...(tests ? { tests } : {}),
  };
}
