import { generateFromTemplateOperation } from '#tasks/templates/operations.ts';
import { z } from 'zod';
import { defineTool, writes } from '../define-tool.ts';
import { JsonObject } from '../names.ts';

export const generateFromTemplate = defineTool({
  name: 'ratchet_generate_from_template',
  title: 'Generate task',
  description: 'Make a tested task from a template; kept only with store, else for ratchet_create_task.',
  kind: 'develop',
  hints: writes,
  input: z.object({
    template: z.string().min(1).max(100),
    name: z.string().min(1).max(100),
    parameters: JsonObject,
    description: z.string().max(10_000).optional(),
    store: z.boolean().default(false),
  }),
  output: z.object({
    name: z.string(),
    description: z.string(),
    code: z.string(),
    input_schema: z.unknown(),
    output_schema: z.unknown(),
    test_cases: z.array(z.unknown()),
    metadata: JsonObject,
    template_used: z.string(),
    template_category: z.string(),
    parameters: JsonObject.describe('With the usual values of those not given'),
    task_id: z.string().nullable().describe('Of what was stored'),
    generated_at: z.string(),
  }),
  async run({ template, name, parameters, description, store }, { ask, signal }) {
    const made = await ask.call(generateFromTemplateOperation, { template, name, parameters, description, store }, { signal });
    return {
      answer: {
        name: made.name,
        description: made.description,
        code: made.code,
        input_schema: made.inputSchema ?? null,
        output_schema: made.outputSchema ?? null,
        test_cases: made.tests,
        metadata: made.metadata,
        template_used: made.template,
        template_category: made.templateCategory,
        parameters: made.parameters,
        task_id: made.task?.uuid ?? null,
        generated_at: made.generatedAt,
      },
    };
  },
});
