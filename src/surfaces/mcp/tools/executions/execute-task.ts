import { whyJobOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import type { ToolContext } from '../../offer.ts';
import { defineTool, runs } from '../define-tool.ts';
import { PinnedTaskId } from '../names.ts';
import { restOfOutput } from './rest-of-output.ts';
import { runExecution } from './run-execution.ts';

const Arguments = z.object({
  task_id: PinnedTaskId,
  input: z.unknown().describe('what its input_schema asks for'),
  trace: z.boolean().optional().describe('true records it with all HTTP bodies'),
  timeout: z.number().positive().max(86_400).optional().describe('seconds'),
  stream_progress: z.boolean().default(false),
  progress_filter: z
    .object({
      min_progress_delta: z.number().min(0).max(1).default(0),
      max_frequency_ms: z.number().int().min(0).default(0),
      step_filter: z.array(z.string()).default([]),
      include_data: z.boolean().default(true),
    })
    .optional(),
});

export const executeTask = defineTool({
  name: 'ratchet_execute_task',
  title: 'Execute task',
  description:
    'Run one task now and wait for its output. Several tasks: ratchet_batch_execute; later, or without waiting: ratchet_enqueue_job.',
  kind: 'execute',
  hints: runs,
  input: Arguments,
  output: z.object({
    execution_id: z.string(),
    task_id: z.number().int(),
    task_name: z.string(),
    version: z.string(),
    status: z.string().describe('completed, failed, cancelled; or pending, running where the time to wait was over'),
    output: z.unknown(),
    duration_ms: z.number().nullable(),
    streaming: z.boolean(),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string(), retryable: z.boolean() }).nullable(),
    next: z.string().nullable().describe('What to do now, where it did not complete'),
  }),
  async run(input, context) {
    const { progress_filter: filter } = input;
    const shown = await runExecution(context, {
      task: input.task_id,
      input: input.input,
      timeoutMs: input.timeout === undefined ? null : Math.ceil(input.timeout * 1_000),
      record: input.trace === undefined ? null : input.trace ? 'all' : 'none',
      filter:
        filter === undefined
          ? null
          : {
              minDelta: filter.min_progress_delta,
              minIntervalMs: filter.max_frequency_ms,
              steps: filter.step_filter,
              withData: filter.include_data,
            },
    });
    const { uuid: execution_id, errorDetails: error } = shown;
    const status = shown.status.toLowerCase();
    const answer = {
      execution_id,
      task_id: Number(shown.taskId),
      task_name: shown.taskName,
      version: shown.taskVersion,
      status,
      output: shown.output ?? null,
      duration_ms: shown.durationMs,
      streaming: input.stream_progress,
      error: error && { code: error.code, message: error.message, hint: error.hint, retryable: error.retryable },
      next: await whatNow(status, execution_id, shown.jobId, context),
    };
    const meta = { execution_id, task_id: shown.taskId, streaming: input.stream_progress, trace_enabled: input.trace ?? false };
    if (status === 'completed') {
      return {
        answer,
        text: (sent) => JSON.stringify(input.stream_progress ? { execution_id, output: sent.output, streaming: true } : sent.output),
        meta,
        rest: restOfOutput(execution_id),
      };
    }
    if (error === null && status !== 'cancelled') return { answer, meta };
    const why = error === null ? 'it was cancelled' : `${error.code}: ${error.message}`;
    return {
      answer,
      text: (sent) => `Task execution failed: ${why}\nexecution_id: ${execution_id}\n${sent.next ?? ''}`.trimEnd(),
      isError: true,
      meta: { ...meta, error_type: 'execution_error' },
    };
  },
});

async function whatNow(status: string, id: string, jobId: string, { ask }: ToolContext): Promise<string | null> {
  if (status === 'completed') return null;
  if (status === 'failed') return `ratchet_analyze_execution_error with execution_id ${id} says why, and what to change.`;
  if (status === 'cancelled') return null;
  const { text } = await ask.call(whyJobOperation, { id: jobId });
  return `${text} It goes on: ask ratchet_get_execution_status with execution_id ${id} for its end.`;
}
