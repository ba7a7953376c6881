import { listTemplatesOperation } from '#tasks/templates/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { snakeKeys } from '../snake-keys.ts';

export const listTemplates = defineTool({
  name: 'ratchet_list_templates',
  title: 'List templates',
  description: 'Kinds of tasks to start from, with their parameters.',
  kind: 'develop',
  hints: reads,
  input: z.object({}),
  output: z.object({
    templates: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        category: z.string(),
        tags: z.array(z.string()),
        required_parameters: z.array(z.string()),
        optional_parameters: z.array(z.string()),
        parameters: z.array(z.unknown()),
      }),
    ),
    total_count: z.number().int(),
    categories: z.array(z.string()),
  }),
  async run(_input, { ask, signal }) {
    const { templates, totalCount, categories } = await ask.call(listTemplatesOperation, {}, { signal });
    return {
      answer: {
        templates: templates.map(({ requiredParameters, optionalParameters, parameters, ...template }) => ({
          ...template,
          required_parameters: requiredParameters,
          optional_parameters: optionalParameters,
          parameters: parameters.map((one) => snakeKeys(one, ['usual'])),
        })),
        total_count: totalCount,
        categories,
      },
    };
  },
});
