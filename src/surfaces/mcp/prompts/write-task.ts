import type { McpPrompt } from '../offer.ts';
import { integrationGuide } from '../tools/documentation/integration-guide.ts';

export const writeTaskPrompt: McpPrompt = {
  name: 'write_task',
  title: 'Write a task',
  description: 'Write a tested task for a purpose.',
  arguments: [
    { name: 'purpose', description: 'What the task has to do, with its input and output', required: true },
    { name: 'name', description: 'Name of the task: letters, digits, - and _', required: false },
  ],
  complete: async () => [],
  messages: async ({ purpose, name }) => [
    {
      role: 'user',
      text: [
        `Write a Ratchet task${name ? ` called ${name}` : ''}: ${purpose}`,
        'First look with ratchet_search_tasks whether one does it already; then say so and stop.',
        'Else store it with ratchet_create_task: code, both schemas, the hosts it may reach in metadata.network (as few as it needs), and tests with mocks for the usual case, for one at the edge, and for each way the outside can fail. When tests fail, read the message, correct code or test, and call again. At last run it once with ratchet_execute_task, with an input that no test has, and show what came out.',
        integrationGuide,
      ].join('\n\n'),
    },
  ],
};
