import { listTasksOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { JsonObject } from '../names.ts';
import { pageArguments, pageFields, pageOf, SortOrder } from '../pages.ts';
import type { ListedTask, TaskDetailsReader } from './task-details.ts';

const sortFields = { name: 'name', created_at: 'createdAt', updated_at: 'updatedAt', version: 'version' } as const;

export const TaskRow = z.object({
  id: z.string().describe('uuid'),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  enabled: z.boolean(),
  input_schema: JsonObject.nullable().optional(),
  output_schema: JsonObject.nullable().optional(),
});

export const listTasks = (details: TaskDetailsReader) =>
  defineTool({
    name: 'ratchet_list_available_tasks',
    title: 'List tasks',
    description: 'All tasks, page by page. Looking for one by what it does: ratchet_search_tasks.',
    kind: 'monitor',
    hints: reads,
    input: z.object({
      filter: z.string().max(200).optional().describe('part of the name'),
      category: z.string().max(200).optional().describe('a tag'),
      include_schemas: z.boolean().default(false),
      ...pageArguments,
      sort_by: z.enum(['name', 'created_at', 'updated_at', 'version']).default('name'),
      sort_order: SortOrder.default('asc'),
    }),
    output: z.object({ tasks: z.array(TaskRow), ...pageFields }),
    async run({ filter, category, include_schemas, page, limit, sort_by, sort_order }, context) {
      const tagged = new Map<string, readonly string[]>();
      const { items, pagination } = await pageOf<ListedTask>(
        {
          tool: 'ratchet_list_available_tasks',
          page,
          limit,
          taskOf: ({ name }) => name,
          ...(category === undefined ? {} : { keep: ({ uuid }) => hasTag(tagged.get(uuid) ?? [], category) }),
          fetch: async (offset, most) => {
            const found = await context.ask.call(
              listTasksOperation,
              {
                filter: filter === undefined ? {} : { name: { contains: filter } },
                sort: { field: sortFields[sort_by], order: sort_order },
                offset,
                limit: most,
              },
              { signal: context.signal },
            );
            if (category !== undefined) {
              const all = await details.of(found.items, context);
              for (const [index, { uuid }] of found.items.entries()) tagged.set(uuid, all[index]!.tags);
            }
            return found;
          },
        },
        context,
      );
      const all = await details.of(items, context);
      return {
        answer: {
          tasks: items.map((task, index) => shownRow(task, all[index]!, include_schemas)),
          pagination,
          sorting: { sort_by, sort_order },
          filters: { name_filter: filter ?? null, category_filter: category ?? null },
        },
      };
    },
  });

export function shownRow(
  task: ListedTask,
  details: Awaited<ReturnType<TaskDetailsReader['of']>>[number],
  withSchemas: boolean,
): z.input<typeof TaskRow> {
  return {
    id: task.uuid,
    name: task.name,
    version: task.version,
    description: task.description,
    tags: [...details.tags],
    enabled: task.enabled,
    ...(withSchemas ? { input_schema: details.inputSchema, output_schema: details.outputSchema } : {}),
  };
}

function hasTag(tags: readonly string[], wanted: string): boolean {
  return tags.some((tag) => tag.toLowerCase() === wanted.toLowerCase());
}
