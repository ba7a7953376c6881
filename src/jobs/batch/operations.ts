import { Failure } from '#executions/index.ts';
import { operation, type Clock, type IdSource, type Json } from '#kernel/index.ts';
import { z } from 'zod';
import type { JobServices } from '../operations/services.ts';
import { BatchRequest, mostRequests } from './batch-request.ts';
import { runBatch, type BatchOutcome, type BatchParts } from './run-batch.ts';

/** What `executions.batch` leans on. */
export type BatchServices = Pick<JobServices, 'jobs' | 'resultOf'> & {
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly refuseUnapproved: BatchParts['refuseUnapproved'];
};

const count = z.number().int();
const ms = z.number();

const Outcome = z
  .object({
    id: z.string(),
    status: z.enum(['COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED']),
    output: z.unknown().describe('What the task returned; null when it did not.'),
    error: Failure.nullable(),
    skipped: z.boolean(),
    reason: z.string().nullable().describe('Why it was not started.'),
    jobId: z.string().nullable(),
    executionId: z.string().nullable().describe('Its latest attempt.'),
    executionTimeMs: ms.describe('From when it was queued to its end.'),
  })
  .meta({ id: 'BatchResult' });

export const batchOperation = operation({
  name: 'executions.batch',
  summary: 'Run several tasks and wait for what comes of them',
  details: `At most ${mostRequests} requests, each a job like any other: one after the other, several at once, or when those they depend on have completed. One that fails is an answer, not an error; what depends on it is skipped. Outputs are not handed from one to the next. What runs when the time is over, or when nobody waits any more, is cancelled.`,
  input: BatchRequest,
  output: z
    .object({
      results: z.array(Outcome).describe('In the order of the requests.'),
      stats: z.object({
        totalRequests: count,
        successfulRequests: count,
        failedRequests: count,
        cancelledRequests: count,
        skippedRequests: count,
        totalExecutionTimeMs: ms.describe('Of the batch.'),
        averageExecutionTimeMs: ms.describe('Of those that were started; 0 where none was.'),
        maxParallelExecuted: count,
      }),
      correlationToken: z.string().nullable(),
    })
    .meta({ id: 'Batch' }),
  errors: [],
  effect: 'write',
  permission: 'task:run',
  on: {
    rest: 'POST /executions/batch',
    graphql: 'runBatch',
    mcp: 'ratchet_batch_execute',
    cli: {
      command: 'execution batch',
      examples: [
        {
          line: 'ratchet execution batch --requests-file requests.json --execution-mode dependency',
          about: 'A file with a list of requests',
        },
      ],
    },
  },
  async run(services: BatchServices, request, { caller, signal, notify }) {
    const total = request.requests.length;
    const { outcomes, durationMs, mostAtOnce } = await runBatch(services, request, {
      by: caller.name,
      signal,
      onEnded: ({ id, status }, done) =>
        notify({
          type: 'progress',
          update: { progress: done / total, step: id, stepNumber: done, totalSteps: total, message: `${id}: ${status}` },
        }),
    });
    const inStatus = (status: BatchOutcome['status']) => outcomes.filter((one) => one.status === status).length;
    const started = outcomes.filter(({ status }) => status !== 'skipped');
    return {
      results: outcomes.map((one) => ({
        id: one.id,
        status: one.status.toUpperCase() as Uppercase<BatchOutcome['status']>,
        output: one.output === null ? null : (JSON.parse(one.output) as Json),
        error: one.error,
        skipped: one.status === 'skipped',
        reason: one.reason,
        jobId: one.jobId === null ? null : String(one.jobId),
        executionId: one.executionId === null ? null : String(one.executionId),
        executionTimeMs: one.durationMs,
      })),
      stats: {
        totalRequests: total,
        successfulRequests: inStatus('completed'),
        failedRequests: inStatus('failed'),
        cancelledRequests: inStatus('cancelled'),
        skippedRequests: inStatus('skipped'),
        totalExecutionTimeMs: durationMs,
        averageExecutionTimeMs: started.length === 0 ? 0 : started.reduce((sum, one) => sum + one.durationMs, 0) / started.length,
        maxParallelExecuted: mostAtOnce,
      },
      correlationToken: request.correlationToken ?? null,
    };
  },
});

export const batchOperations = [batchOperation] as const;
