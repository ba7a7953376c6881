import { listExecutions as listOperation, showExecution } from '#executions/stored/operations.ts';
import { z } from 'zod';
import type { ToolContext } from '../../offer.ts';
import { defineTool, reads } from '../define-tool.ts';
import { inParallel } from '../in-parallel.ts';
import { Moment, TaskId } from '../names.ts';
import { pageArguments, pageFields, pageOf, SortOrder } from '../pages.ts';

type Listed = z.output<typeof listOperation.output>['items'][number];

export const executionStatuses = listOperation.output.shape.items.element.shape.status.options.map((word) => word.toLowerCase());
const sortFields = { queued_at: 'queuedAt', completed_at: 'completedAt' } as const;

export const listExecutions = defineTool({
  name: 'ratchet_list_executions',
  title: 'List executions',
  description: 'Executions, newest first. Inputs and outputs of several at once: ratchet_get_results.',
  kind: 'monitor',
  hints: reads,
  input: z.object({
    task_id: TaskId.optional(),
    status: z.enum(executionStatuses).optional(),
    ...pageArguments,
    sort_by: z.enum(['queued_at', 'completed_at']).default('queued_at'),
    sort_order: SortOrder.default('desc'),
    include_output: z.boolean().default(false),
  }),
  output: z.object({
    executions: z.array(
      z.object({
        id: z.string(),
        task_id: z.number().int(),
        task_name: z.string(),
        version: z.string(),
        job_id: z.string(),
        attempt: z.number().int(),
        status: z.string(),
        queued_at: Moment,
        started_at: Moment,
        completed_at: Moment,
        duration_ms: z.number().nullable(),
        progress: z.number().nullable(),
        error_code: z.string().nullable(),
        error_message: z.string().nullable(),
        output: z.unknown().optional(),
        error_details: z.unknown().optional(),
      }),
    ),
    ...pageFields,
  }),
  async run({ task_id, status, page, limit, sort_by, sort_order, include_output }, context) {
    const found = await pageOf<Listed>(
      {
        tool: 'ratchet_list_executions',
        page,
        limit,
        taskOf: ({ taskName }) => taskName,
        fetch: (offset, most) =>
          context.ask.call(
            listOperation,
            {
              filter: { ...(task_id ? { taskId: { eq: task_id } } : {}), ...(status ? { status: { eq: status } } : {}) },
              // Numbers are given in the order of queueing, and sorting by them is exact where many were queued within a millisecond.
              sort: { field: sort_by === 'queued_at' ? 'id' : sortFields[sort_by], order: sort_order },
              offset,
              limit: most,
            },
            { signal: context.signal },
          ),
      },
      context,
    );
    const wholes = include_output ? await inParallel(found.items, ({ uuid }) => wholeOrNull(uuid, context)) : [];
    return {
      answer: {
        executions: found.items.map((item, index) => {
          const whole = wholes[index];
          return { ...listed(item), ...(whole ? { output: whole.output ?? null, error_details: whole.errorDetails } : {}) };
        }),
        pagination: found.pagination,
        sorting: { sort_by, sort_order },
        filters: { task_id: task_id ?? null, status: status ?? null },
      },
    };
  },
});

function listed(item: Listed) {
  return {
    id: item.uuid,
    task_id: Number(item.taskId),
    task_name: item.taskName,
    version: item.taskVersion,
    job_id: item.jobId,
    attempt: item.attempt,
    status: item.status.toLowerCase(),
    queued_at: item.queuedAt,
    started_at: item.startedAt,
    completed_at: item.completedAt,
    duration_ms: item.durationMs,
    progress: item.progress,
    error_code: item.errorCode,
    error_message: item.errorMessage,
  };
}

/** An execution with what it was given and came to; null where it was removed since it was listed. */
export async function wholeOrNull(id: string, { ask, signal }: Pick<ToolContext, 'ask' | 'signal'>) {
  try {
    return await ask.call(showExecution, { id }, { signal });
  } catch (caught) {
    if (executionNotFoundCode === (caught as { code?: unknown }).code) return null;
    throw caught;
  }
}

const executionNotFoundCode = 'EXECUTION_NOT_FOUND';
