import { batchOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import { defineTool, runs } from '../define-tool.ts';
import { PinnedTaskId } from '../names.ts';

const modes = ['parallel', 'sequential', 'dependency', 'priority_dependency'] as const;

export const batchExecute = defineTool({
  name: 'ratchet_batch_execute',
  title: 'Execute batch',
  description:
    'Run up to 100 tasks and wait for all. dependencies: ids of requests that must complete first, else it is skipped. Outputs are not passed on.',
  kind: 'execute',
  hints: runs,
  input: z.object({
    requests: z
      .array(
        z.object({
          id: z.string().min(1).max(100),
          task_id: PinnedTaskId,
          input: z.unknown(),
          dependencies: z.array(z.string()).default([]),
          timeout_ms: z.number().int().positive().optional(),
          priority: z.number().int().default(0),
        }),
      )
      .min(1)
      .max(100),
    execution_mode: z.enum(modes).default('parallel'),
    max_parallel: z.number().int().min(1).max(100).default(10),
    timeout_ms: z.number().int().positive().default(300_000),
    stop_on_error: z.boolean().default(false),
    correlation_token: z.string().max(200).optional(),
  }),
  output: z.object({
    results: z.array(
      z.object({
        id: z.string(),
        status: z.string(),
        result: z.unknown(),
        error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
        skipped: z.boolean(),
        reason: z.string().nullable(),
        execution_id: z.string().nullable(),
        executionTimeMs: z.number(),
      }),
    ),
    stats: z.object({
      totalRequests: z.number().int(),
      successfulRequests: z.number().int(),
      failedRequests: z.number().int(),
      cancelledRequests: z.number().int(),
      skippedRequests: z.number().int(),
      totalExecutionTimeMs: z.number(),
      averageExecutionTimeMs: z.number(),
      maxParallelExecuted: z.number().int(),
    }),
    correlationToken: z.string().nullable(),
  }),
  async run({ requests, execution_mode, max_parallel, timeout_ms, stop_on_error, correlation_token }, context) {
    const { ask, signal, limits } = context;
    const within = (ms: number) => Math.min(ms, limits.maxExecutionMs);
    const batch = await ask.call(
      batchOperation,
      {
        requests: requests.map((request) => ({
          id: request.id,
          taskId: request.task_id,
          input: request.input,
          dependencies: request.dependencies,
          ...(request.timeout_ms === undefined ? {} : { timeoutMs: within(request.timeout_ms) }),
          priority: request.priority,
        })),
        executionMode: execution_mode,
        maxParallel: max_parallel,
        timeoutMs: within(timeout_ms),
        stopOnError: stop_on_error,
        ...(correlation_token === undefined ? {} : { correlationToken: correlation_token }),
      },
      {
        signal,
        timeoutMs: within(timeout_ms) + 30_000,
        notify: (event) => event.type === 'progress' && context.progress(updateOf(event.update)),
      },
    );
    return {
      answer: {
        results: batch.results.map(({ id, status, output, error, skipped, reason, executionId, executionTimeMs }) => ({
          id,
          status: status.toLowerCase(),
          result: output ?? null,
          error: error && { code: error.code, message: error.message, hint: error.hint },
          skipped,
          reason,
          execution_id: executionId,
          executionTimeMs,
        })),
        stats: batch.stats,
        correlationToken: batch.correlationToken,
      },
      rest: 'One output in full: ratchet_get_execution_status with its execution_id.',
    };
  },
});

type Update = Parameters<Parameters<typeof batchExecute.run>[1]['progress']>[0];

/** What the operation tells of itself is of our own making. */
function updateOf(update: unknown): Update {
  return update as Update;
}
