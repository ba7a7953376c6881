import { listSchedulesOperation } from '#schedules/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { Moment, TaskId } from '../names.ts';
import { pageArguments, pageFields, pageOf, SortOrder } from '../pages.ts';

type Schedule = z.output<typeof listSchedulesOperation.output>['items'][number];

const sortFields = { name: 'name', next_run: 'nextRun', last_run: 'lastRun', created_at: 'createdAt', updated_at: 'updatedAt' } as const;

export const listSchedules = defineTool({
  name: 'ratchet_list_schedules',
  title: 'List schedules',
  description: 'Rules that queue jobs by time. ready_to_run: due and not queued yet.',
  kind: 'monitor',
  hints: reads,
  input: z.object({
    task_id: TaskId.optional(),
    enabled: z.boolean().optional(),
    ready_to_run: z.boolean().optional(),
    ...pageArguments,
    sort_by: z.enum(['name', 'next_run', 'last_run', 'created_at', 'updated_at']).default('name'),
    sort_order: SortOrder.default('asc'),
  }),
  output: z.object({
    schedules: z.array(
      z.object({
        id: z.string(),
        task_id: z.number().int(),
        task_name: z.string(),
        name: z.string(),
        description: z.string(),
        cron_expression: z.string().nullable(),
        rule: z.string().describe('When it comes due, in plain words'),
        enabled: z.boolean(),
        next_run: Moment,
        last_run: Moment,
        created_at: z.string(),
        updated_at: z.string(),
      }),
    ),
    ...pageFields,
  }),
  async run({ task_id, enabled, ready_to_run, page, limit, sort_by, sort_order }, context) {
    const { items, pagination } = await pageOf<Schedule>(
      {
        tool: 'ratchet_list_schedules',
        page,
        limit,
        taskOf: ({ taskName }) => taskName,
        fetch: (offset, most) =>
          context.ask.call(
            listSchedulesOperation,
            {
              filter: {
                ...(task_id ? { taskId: { eq: task_id } } : {}),
                ...(enabled === undefined ? {} : { enabled: { eq: enabled } }),
                ...(ready_to_run === undefined ? {} : { isDue: { eq: ready_to_run } }),
              },
              sort: { field: sortFields[sort_by], order: sort_order },
              offset,
              limit: most,
            },
            { signal: context.signal },
          ),
      },
      context,
    );
    return {
      answer: {
        schedules: items.map((schedule) => ({
          id: schedule.id,
          task_id: Number(schedule.taskId),
          task_name: schedule.taskName,
          name: schedule.name,
          description: schedule.description,
          cron_expression: schedule.cronExpression,
          rule: schedule.ruleText,
          enabled: schedule.enabled,
          next_run: schedule.nextRun,
          last_run: schedule.lastRun,
          created_at: schedule.createdAt,
          updated_at: schedule.updatedAt,
        })),
        pagination,
        sorting: { sort_by, sort_order },
        filters: { task_id: task_id ?? null, enabled: enabled ?? null, ready_to_run: ready_to_run ?? null },
      },
    };
  },
});
