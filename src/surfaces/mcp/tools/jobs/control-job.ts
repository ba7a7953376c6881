import { cancelJobOperation, retryJobOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';
import { JobId } from '../names.ts';

export const controlJob = defineTool({
  name: 'ratchet_control_job',
  title: 'Cancel or retry job',
  description: 'Cancel a job that waits or runs (requests it has sent stay sent), or let a failed or cancelled one run again.',
  kind: 'execute',
  hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
  input: z.object({ job_id: JobId, action: z.enum(['cancel', 'retry']) }),
  output: z.object({ job_id: z.string(), status: z.string(), message: z.string() }),
  async run({ job_id, action }, { ask, signal }) {
    const operation = action === 'cancel' ? cancelJobOperation : retryJobOperation;
    const { job, message } = await ask.call(operation, { id: job_id }, { signal });
    return { answer: { job_id: job.id, status: job.status.toLowerCase(), message } };
  },
});
