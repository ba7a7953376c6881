import { enqueueJobOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import { defineTool, runs } from '../define-tool.ts';
import { PinnedTaskId } from '../names.ts';

export const enqueueJob = defineTool({
  name: 'ratchet_enqueue_job',
  title: 'Queue a job',
  description: 'Run a task later or without waiting, durably, with retries. To wait for the output: ratchet_execute_task.',
  kind: 'execute',
  hints: runs,
  input: z.object({
    task_id: PinnedTaskId,
    input: z.unknown(),
    priority: z.enum(['low', 'normal', 'high', 'critical']).default('normal'),
    scheduled_for: z.string().optional().describe('RFC 3339'),
    max_retries: z.number().int().min(0).max(100).optional(),
    idempotency_key: z.string().min(1).max(200).optional(),
  }),
  output: z.object({
    job_id: z.string(),
    task_name: z.string(),
    status: z.string(),
    is_new: z.boolean().describe('False: this idempotency_key had made the job before'),
    scheduled_for: z.string(),
  }),
  async run({ task_id, input, priority, scheduled_for, max_retries, idempotency_key }, { ask, signal, limits }) {
    const job = await ask.call(
      enqueueJobOperation,
      {
        taskId: task_id,
        input,
        priority,
        ...(scheduled_for === undefined ? {} : { scheduledFor: scheduled_for }),
        ...(max_retries === undefined ? {} : { maxRetries: max_retries }),
        ...(idempotency_key === undefined ? {} : { idempotencyKey: idempotency_key }),
        ...(Number.isFinite(limits.maxExecutionMs) ? { timeoutMs: limits.maxExecutionMs } : {}),
      },
      { signal },
    );
    return {
      answer: {
        job_id: job.id,
        task_name: job.taskName,
        status: job.status.toLowerCase(),
        is_new: job.isNew,
        scheduled_for: job.scheduledFor,
      },
    };
  },
});
