import { listJobsOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { Moment, TaskId } from '../names.ts';
import { pageArguments, pageFields, pageOf, SortOrder } from '../pages.ts';

type Job = z.output<typeof listJobsOperation.output>['items'][number];

const statuses = listJobsOperation.output.shape.items.element.shape.status.options.map((word) => word.toLowerCase());

/** What the list cannot be sorted by in the database, and is sorted by here. */
const compared: Readonly<Record<string, (job: Job) => string | number>> = {
  scheduled_for: ({ scheduledFor }) => scheduledFor,
  priority: ({ priorityNumber }) => priorityNumber,
  status: ({ status }) => statuses.indexOf(status.toLowerCase()),
  retry_count: ({ retryCount }) => retryCount,
};

export const listJobs = defineTool({
  name: 'ratchet_list_jobs',
  title: 'List jobs',
  description: 'Queued requests to run a task; each attempt of one is an execution. Why one does not run: ratchet_explain_job.',
  kind: 'monitor',
  hints: reads,
  input: z.object({
    task_id: TaskId.optional(),
    status: z.enum(statuses).optional(),
    priority: z.enum(['low', 'normal', 'high', 'critical', 'urgent']).optional(),
    ...pageArguments,
    sort_by: z.enum(['queued_at', 'scheduled_for', 'priority', 'status', 'retry_count']).default('queued_at'),
    sort_order: SortOrder.default('desc'),
  }),
  output: z.object({
    jobs: z.array(
      z.object({
        id: z.string(),
        task_id: z.number().int(),
        task_name: z.string(),
        execution_id: z.string().nullable().describe('Of its latest attempt'),
        priority: z.string(),
        status: z.string(),
        hold: z.string().nullable().describe('Why it is not among those that can be started'),
        retry_count: z.number().int(),
        max_retries: z.number().int(),
        queued_at: Moment,
        scheduled_for: Moment,
        error_message: z.string().nullable(),
      }),
    ),
    ...pageFields,
  }),
  async run({ task_id, status, priority, page, limit, sort_by, sort_order }, context) {
    const key = compared[sort_by];
    const direction = sort_order === 'asc' ? 1 : -1;
    const { items, pagination } = await pageOf<Job>(
      {
        tool: 'ratchet_list_jobs',
        page,
        limit,
        taskOf: ({ taskName }) => taskName,
        compare: key && ((a, b) => direction * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)),
        fetch: (offset, most) =>
          context.ask.call(
            listJobsOperation,
            {
              filter: {
                ...(task_id ? { taskId: { eq: task_id } } : {}),
                ...(status ? { status: { eq: status } } : {}),
                ...(priority ? { priority: { eq: priority } } : {}),
              },
              // Numbers are given in the order of queueing.
              sort: { field: 'id', order: sort_order },
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
        jobs: items.map((job) => ({
          id: job.id,
          task_id: Number(job.taskId),
          task_name: job.taskName,
          execution_id: job.executionUuid,
          priority: job.priority.toLowerCase(),
          status: job.status.toLowerCase(),
          hold: job.hold?.toLowerCase() ?? null,
          retry_count: job.retryCount,
          max_retries: job.maxRetries,
          queued_at: job.queuedAt,
          scheduled_for: job.scheduledFor,
          error_message: job.errorMessage,
        })),
        pagination,
        sorting: { sort_by, sort_order },
        filters: { task_id: task_id ?? null, status: status ?? null, priority: priority ?? null },
      },
    };
  },
});
