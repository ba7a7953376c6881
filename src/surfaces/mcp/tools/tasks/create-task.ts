import { createTaskOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, writes } from '../define-tool.ts';
import { JsonObject } from '../names.ts';
import { networkFields, shownNetwork } from './network-notice.ts';
import { testResults, TestResults } from './test-results.ts';

export const createTask = defineTool({
  name: 'ratchet_create_task',
  title: 'Create task',
  description:
    'Store a new task. Its tests run first, in the sandbox with mocked HTTP; when one fails nothing is stored. How to write them: ratchet_get_developer_integration_guide.',
  kind: 'develop',
  hints: writes,
  input: z.object({
    name: z.string().describe('letters, digits, - and _'),
    description: z.string(),
    code: z.string().describe('main.js'),
    input_schema: JsonObject,
    output_schema: JsonObject,
    tags: z.array(z.string()).default([]),
    version: z.string().default('0.1.0'),
    enabled: z.boolean().default(true),
    test_cases: z.array(JsonObject).default([]).describe('{name, input, expected_output or should_fail, mock}'),
    metadata: JsonObject.default({}).describe('more of metadata.json: network, timeout, mcp'),
  }),
  output: z.object({
    task_id: z.string(),
    database_id: z.number().int(),
    name: z.string(),
    version: z.string(),
    path: z.string(),
    enabled: z.boolean(),
    test_results: TestResults.nullable(),
    ...networkFields,
    message: z.string(),
  }),
  async run({ name, description, code, input_schema, output_schema, tags, version, enabled, test_cases, metadata }, context) {
    const made = await context.ask.call(
      createTaskOperation,
      {
        name,
        description,
        version,
        sourceCode: code,
        inputSchema: input_schema,
        outputSchema: output_schema,
        tests: test_cases,
        metadata: { ...metadata, ...(tags.length > 0 ? { tags } : {}) },
        enabled,
      },
      { signal: context.signal },
    );
    return {
      answer: {
        task_id: made.uuid,
        database_id: Number(made.id),
        name: made.name,
        version: made.version,
        path: `ratchet://tasks/${made.name}/code`,
        enabled: made.enabled,
        test_results: test_cases.length === 0 ? null : await testResults(made.uuid, context),
        ...shownNetwork(made),
        message: 'Task created successfully',
      },
    };
  },
});
