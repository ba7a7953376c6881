import { taskNotFound } from '#tasks/index.ts';
import { toolFrom } from '../mcp-harness.ts';
import type { McpOffer } from '../offer.ts';

const text = (said: string) => ({ structured: { said }, text: said });

/** The tools, resources and prompts that the official conformance suite expects of a server, as far as an offer can have them. */
export const conformanceOffer: McpOffer = {
  tools: [
    toolFrom({ name: 'test_simple_text', run: async () => text('This is a simple text response for testing.') }),
    toolFrom({
      name: 'test_error_handling',
      run: async () => {
        throw taskNotFound({ ref: 'the one that is missing on purpose' });
      },
    }),
    toolFrom({
      name: 'test_tool_with_progress',
      run: async (_input, { progress }) => {
        for (const share of [0, 0.5, 1]) {
          progress({ progress: share, message: `Completed ${share}` });
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return text('done');
      },
    }),
    toolFrom({
      name: 'test_elicitation',
      input: { message: { type: 'string' } },
      required: ['message'],
      run: async (input, { confirm }) => text(`User response: ${await confirm((input as { message: string }).message)}`),
    }),
    {
      ...toolFrom({ name: 'json_schema_2020_12_tool', run: async () => text('done') }),
      input: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
        properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
        additionalProperties: false,
      },
    },
  ],
  taskTools: async () => [],
  resources: async () => ({
    resources: [
      { uri: 'test://static-text', name: 'static-text', title: 'Static text', description: 'A text', mimeType: 'text/plain' },
      { uri: 'test://static-binary', name: 'static-binary', title: 'Static image', description: 'An image', mimeType: 'image/png' },
    ],
    next: null,
  }),
  resourceTemplates: [
    {
      uriTemplate: 'test://template/{id}/data',
      name: 'template',
      title: 'Template',
      description: 'Data of an id',
      mimeType: 'application/json',
      complete: async () => [],
    },
  ],
  async read(uri) {
    if (uri === 'test://static-text') return [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }];
    if (uri === 'test://static-binary')
      return [
        {
          uri,
          mimeType: 'image/png',
          blob: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
        },
      ];
    const id = /^test:\/\/template\/(\w+)\/data$/.exec(uri)?.[1];
    return id === undefined
      ? null
      : [{ uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }];
  },
  prompts: [
    {
      name: 'test_simple_prompt',
      title: 'Simple',
      description: 'A simple prompt',
      arguments: [],
      complete: async () => [],
      messages: async () => [{ role: 'user', text: 'This is a simple prompt for testing.' }],
    },
    {
      name: 'test_prompt_with_arguments',
      title: 'With arguments',
      description: 'A prompt with arguments',
      arguments: ['arg1', 'arg2'].map((name) => ({ name, description: name, required: true })),
      complete: async () => ['paris', 'park', 'party'],
      messages: async ({ arg1, arg2 }) => [{ role: 'user', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` }],
    },
  ],
  instructions: 'For tests.',
};
