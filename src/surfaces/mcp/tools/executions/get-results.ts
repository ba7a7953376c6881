import { listExecutions } from '#executions/stored/operations.ts';
import { isoTime } from '#kernel/index.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { inParallel } from '../in-parallel.ts';
import { ExecutionRef, Moment, TaskId } from '../names.ts';
import { pageOf } from '../pages.ts';
import { executionStatuses, wholeOrNull } from './list-executions.ts';

type Listed = z.output<typeof listExecutions.output>['items'][number];

export const getResults = defineTool({
  name: 'ratchet_get_results',
  title: 'Get results',
  description: 'Inputs, outputs and errors of executions, newest first, to compare or evaluate them.',
  kind: 'monitor',
  hints: reads,
  input: z.object({
    task_id: TaskId.optional(),
    execution_id: ExecutionRef.optional(),
    status: z.enum(executionStatuses).optional(),
    limit: z.number().int().min(1).max(1_000).default(50),
    offset: z.number().int().min(0).default(0),
    include_errors: z.boolean().default(true),
    include_data: z.boolean().default(true),
  }),
  output: z.object({
    executions: z.array(
      z.object({
        execution_id: z.string(),
        task_id: z.number().int(),
        task_name: z.string(),
        version: z.string(),
        status: z.string(),
        queued_at: Moment,
        started_at: Moment,
        completed_at: Moment,
        duration_ms: z.number().nullable(),
        input: z.unknown().optional(),
        output: z.unknown().optional(),
        http_requests: z.array(z.unknown()).optional(),
        recording_path: z.string().nullable(),
        error_message: z.string().nullable().optional(),
        error_details: z.unknown().optional(),
      }),
    ),
    total_count: z.number().int(),
    returned_count: z.number().int(),
    offset: z.number().int(),
    limit: z.number().int(),
    has_more: z.boolean(),
    retrieved_at: z.string(),
  }),
  async run({ task_id, execution_id, status, limit, offset, include_errors, include_data }, context) {
    // Pages of the offset's size hold any offset: the first row of one is where the window begins.
    const window = offset === 0 ? { page: 0, limit, skip: 0 } : { page: 0, limit: offset + limit, skip: offset };
    const isFailed = (item: Listed) => item.status === 'FAILED';
    const { items, pagination } = await pageOf<Listed>(
      {
        tool: 'ratchet_get_results',
        page: window.page,
        limit: window.limit,
        taskOf: ({ taskName }) => taskName,
        ...(include_errors ? {} : { keep: (item) => !isFailed(item) }),
        fetch: (from, most) =>
          context.ask.call(
            listExecutions,
            {
              filter: {
                ...(task_id ? { taskId: { eq: task_id } } : {}),
                ...(execution_id ? { id: { eq: execution_id } } : {}),
                ...(status ? { status: { eq: status } } : {}),
              },
              offset: from,
              limit: most,
            },
            { signal: context.signal },
          ),
      },
      context,
    );
    const found = items.slice(window.skip);
    const wholes = await inParallel(found, ({ uuid }) => wholeOrNull(uuid, context));
    return {
      answer: {
        executions: found.map((item, index) => {
          const whole = wholes[index];
          return {
            execution_id: item.uuid,
            task_id: Number(item.taskId),
            task_name: item.taskName,
            version: item.taskVersion,
            status: item.status.toLowerCase(),
            queued_at: item.queuedAt,
            started_at: item.startedAt,
            completed_at: item.completedAt,
            duration_ms: item.durationMs,
            recording_path: item.recordingPath === null ? null : `ratchet://executions/${item.uuid}/recording`,
            ...(whole && include_data
              ? { input: whole.input ?? null, output: whole.output ?? null, http_requests: whole.httpRequests }
              : {}),
            ...(include_errors ? { error_message: item.errorMessage, error_details: whole?.errorDetails ?? null } : {}),
          };
        }),
        total_count: pagination.total_count,
        returned_count: found.length,
        offset,
        limit,
        has_more: offset + found.length < pagination.total_count,
        retrieved_at: isoTime(context.now),
      },
      rest: 'Ask again with a smaller limit and a higher offset; one output in full: ratchet_get_execution_status.',
    };
  },
});
