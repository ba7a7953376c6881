import { showTaskOperation, taskSourceOperation, taskVersionsOperation } from '#tasks/catalogue/operations.ts';
import type { ToolContext } from '../offer.ts';
import { completeTask } from './complete.ts';
import { asJson, type ResourceKind } from './resource-kind.ts';

const complete = (_variable: string, typed: string, context: ToolContext) => completeTask(typed, context);
const show = (id: string, { ask, signal }: ToolContext) => ask.call(showTaskOperation, { id }, { signal });

/** What is kept of a task; `{task}` is a name, `name@version` or uuid. */
export const taskResources: readonly ResourceKind[] = [
  {
    uriTemplate: 'ratchet://tasks/{task}/code',
    name: 'task-code',
    title: 'Code of a task',
    description: 'The file with the function of the task.',
    mimeType: 'text/javascript',
    complete,
    async read({ task }, context) {
      const { sourceCode, sourceType } = await show(task!, context);
      return { mimeType: sourceType === 'typescript' ? 'text/typescript' : 'text/javascript', text: sourceCode ?? '' };
    },
  },
  {
    uriTemplate: 'ratchet://tasks/{task}/schemas',
    name: 'task-schemas',
    title: 'Schemas of a task',
    description: 'JSON Schemas of input and output.',
    mimeType: 'application/json',
    complete,
    async read({ task }, context) {
      const { inputSchema, outputSchema } = await show(task!, context);
      return asJson({ input_schema: inputSchema, output_schema: outputSchema });
    },
  },
  {
    uriTemplate: 'ratchet://tasks/{task}/tests',
    name: 'task-tests',
    title: 'Tests of a task',
    description: 'Test files by path.',
    mimeType: 'application/json',
    complete,
    async read({ task }, { ask, signal }) {
      const { files } = await ask.call(taskSourceOperation, { id: task! }, { signal });
      return asJson(Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith('tests/'))));
    },
  },
  {
    uriTemplate: 'ratchet://tasks/{task}/metadata',
    name: 'task-metadata',
    title: 'Metadata of a task',
    description: 'Name, version, limits, hosts it may reach.',
    mimeType: 'application/json',
    complete,
    read: async ({ task }, context) => asJson((await show(task!, context)).metadata),
  },
  {
    uriTemplate: 'ratchet://tasks/{task}/versions',
    name: 'task-versions',
    title: 'Versions of a task',
    description: 'Every version it has had, the newest first.',
    mimeType: 'application/json',
    complete,
    read: async ({ task }, { ask, signal }) => asJson(await ask.call(taskVersionsOperation, { id: task! }, { signal })),
  },
];
