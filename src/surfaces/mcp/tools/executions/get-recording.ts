import { executionRecording } from '#executions/stored/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { ExecutionRef } from '../names.ts';

interface HarEntry {
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly status: number };
}

export const getRecording = defineTool({
  name: 'ratchet_get_recording',
  title: 'Recorded HTTP calls',
  description:
    'HTTP exchanges of one execution with headers and bodies (HAR). Failed executions are recorded, others when run with trace true.',
  kind: 'traces',
  hints: reads,
  input: z.object({
    execution_id: ExecutionRef,
    offset: z.number().int().min(0).default(0),
    limit: z.number().int().min(1).max(100).default(20),
  }),
  output: z.object({
    execution_id: z.string(),
    task_name: z.string(),
    version: z.string(),
    entries: z.array(z.unknown()),
    total: z.number().int(),
    next_offset: z.number().int().nullable(),
  }),
  async run({ execution_id, offset, limit }, { ask, signal, limits }) {
    const { executionUuid, task, har } = await ask.call(executionRecording, { id: execution_id, format: 'har' }, { signal });
    const all = (har as { readonly log?: { readonly entries?: readonly HarEntry[] } } | null)?.log?.entries ?? [];
    const entries = all.slice(offset, offset + Math.min(limit, limits.maxTraceEntries));
    const end = offset + entries.length;
    return {
      answer: {
        execution_id: executionUuid,
        task_name: task.name,
        version: task.version,
        entries: [...entries],
        total: all.length,
        next_offset: end < all.length ? end : null,
      },
      rest: `Ask with limit 1 and the offset of one call, or read resource ratchet://executions/${executionUuid}/recording.`,
    };
  },
});
