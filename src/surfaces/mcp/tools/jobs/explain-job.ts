import { showJobOperation, whyJobOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { JobId } from '../names.ts';

export const explainJob = defineTool({
  name: 'ratchet_explain_job',
  title: 'Explain job',
  description: 'What a waiting job waits for, what a running one does, how an ended one ended.',
  kind: 'monitor',
  hints: reads,
  input: z.object({ job_id: JobId }),
  output: z.object({
    job_id: z.string(),
    task_name: z.string(),
    status: z.string(),
    explanation: z.string(),
    is_blocked: z.boolean(),
    causes: z.array(
      z.object({
        kind: z.string(),
        message: z.string(),
        until: z.string().nullable(),
        by: z.string().nullable(),
        jobs: z.array(z.string()),
        what_to_do: z.string().nullable(),
      }),
    ),
    queue_position: z.number().int().nullable(),
    execution_id: z.string().nullable(),
  }),
  async run({ job_id }, { ask, signal }) {
    const [why, job] = await Promise.all([
      ask.call(whyJobOperation, { id: job_id }, { signal }),
      ask.call(showJobOperation, { id: job_id }, { signal }),
    ]);
    return {
      answer: {
        job_id: job.id,
        task_name: job.taskName,
        status: job.status.toLowerCase(),
        explanation: why.text,
        is_blocked: why.isBlocked,
        causes: why.causes.map(({ whatToDo, ...cause }) => ({ ...cause, what_to_do: whatToDo })),
        queue_position: job.queuePosition,
        execution_id: job.executionUuid,
      },
    };
  },
});
