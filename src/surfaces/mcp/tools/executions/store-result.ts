import { storeResultOperation } from '#jobs/operations.ts';
import { z } from 'zod';
import { defineTool, writes } from '../define-tool.ts';
import { JsonObject, TaskId } from '../names.ts';

export const storeResult = defineTool({
  name: 'ratchet_store_result',
  title: 'Store result',
  description: 'Keep what a task did outside of this server as an execution; nothing runs.',
  kind: 'execute',
  hints: writes,
  input: z.object({
    task_id: TaskId,
    input: z.unknown(),
    output: z.unknown(),
    status: z.enum(['completed', 'failed', 'cancelled']).default('completed'),
    error_message: z.string().optional(),
    error_details: JsonObject.optional(),
    duration_ms: z.number().min(0).optional(),
    http_requests: z.array(JsonObject).default([]).describe('{method, url, status, duration_ms}'),
    recording_path: z.string().optional(),
  }),
  output: z.object({
    execution_id: z.string(),
    database_id: z.number().int(),
    task_id: z.number().int(),
    task_name: z.string(),
    status: z.string(),
    stored_at: z.string(),
    message: z.string(),
  }),
  async run({ task_id, input, output, status, error_message, error_details, duration_ms, http_requests, recording_path }, { ask, signal }) {
    const stored = await ask.call(
      storeResultOperation,
      {
        taskId: task_id,
        input,
        // Of a run that did not complete nothing came out, whatever an agent sends in this place.
        ...(status === 'completed' ? { output } : {}),
        status,
        errorMessage: error_message,
        errorDetails: error_details,
        ...(duration_ms === undefined ? {} : { durationMs: Math.round(duration_ms) }),
        httpRequests: http_requests.map(({ duration_ms: ms, ...request }) => ({
          ...request,
          ...(ms === undefined ? {} : { durationMs: ms }),
        })) as { url: string }[],
        recordingPath: recording_path,
      },
      { signal },
    );
    return {
      answer: {
        execution_id: stored.uuid,
        database_id: Number(stored.executionId),
        task_id: Number(stored.taskId),
        task_name: stored.taskName,
        status: stored.status.toLowerCase(),
        stored_at: stored.storedAt,
        message: stored.message,
      },
    };
  },
});
