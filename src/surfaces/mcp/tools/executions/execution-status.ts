import { showExecution } from '#executions/stored/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { ExecutionRef, Moment } from '../names.ts';
import { restOfOutput } from './rest-of-output.ts';

export const executionStatus = defineTool({
  name: 'ratchet_get_execution_status',
  title: 'Execution status',
  description: 'Where one execution stands, with its input, output and error.',
  kind: 'monitor',
  hints: reads,
  input: z.object({ execution_id: ExecutionRef }),
  output: z.object({
    execution_id: z.string(),
    status: z.string(),
    task_id: z.number().int(),
    task_name: z.string(),
    version: z.string(),
    job_id: z.string(),
    attempt: z.number().int(),
    input: z.unknown(),
    output: z.unknown(),
    error_message: z.string().nullable(),
    error_details: z.unknown(),
    queued_at: Moment,
    started_at: Moment,
    completed_at: Moment,
    duration_ms: z.number().nullable(),
    progress: z.object({
      current_step: z.string().nullable(),
      percentage: z.number().nullable(),
      elapsed_ms: z.number().nullable().describe('Of one that runs'),
    }),
  }),
  async run({ execution_id }, { ask, signal, now }) {
    const shown = await ask.call(showExecution, { id: execution_id }, { signal });
    const report = shown.progressReport as { readonly step?: unknown } | null;
    const percentage = shown.status === 'COMPLETED' ? 100 : shown.progress === null ? null : Math.round(shown.progress * 100);
    return {
      answer: {
        execution_id: shown.uuid,
        status: shown.status.toLowerCase(),
        task_id: Number(shown.taskId),
        task_name: shown.taskName,
        version: shown.taskVersion,
        job_id: shown.jobId,
        attempt: shown.attempt,
        input: shown.input ?? null,
        output: shown.output ?? null,
        error_message: shown.errorMessage,
        error_details: shown.errorDetails,
        queued_at: shown.queuedAt,
        started_at: shown.startedAt,
        completed_at: shown.completedAt,
        duration_ms: shown.durationMs,
        progress: {
          current_step: typeof report?.step === 'string' ? report.step : null,
          percentage,
          elapsed_ms: shown.status === 'RUNNING' && shown.startedAt !== null ? Math.max(0, now - Date.parse(shown.startedAt)) : null,
        },
      },
      rest: restOfOutput(shown.uuid),
    };
  },
});
