import { isoTime } from '#kernel/index.ts';
import { syncRepositoryOperation, syncTasksOperation } from '#sources/operations.ts';
import { z } from 'zod';
import { defineTool } from '../define-tool.ts';

export const syncRegistry = defineTool({
  name: 'ratchet_sync_registry',
  title: 'Sync sources',
  description: 'Fetch one source of tasks, or all, anew and take up what has changed; tasks are always checked.',
  kind: 'develop',
  hints: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
  input: z.object({
    source_name: z.string().min(1).max(200).optional(),
    force_refresh: z.boolean().default(false),
    validate_tasks: z.boolean().default(true),
  }),
  output: z.object({
    sync_results: z.array(
      z.object({
        source_name: z.string(),
        status: z.enum(['synced', 'failed']),
        task_count: z.number().int(),
        last_sync: z.string(),
        added: z.array(z.string()),
        updated: z.array(z.string()),
        removed: z.array(z.string()),
        task_errors: z.array(z.object({ task_name: z.string(), error: z.string() })),
        error: z.string().nullable(),
        revision: z.string().nullable(),
        duration_ms: z.number(),
      }),
    ),
    total_sources: z.number().int(),
    synced_at: z.string(),
  }),
  async run({ source_name }, { ask, signal, now }) {
    const results =
      source_name === undefined
        ? (await ask.call(syncTasksOperation, {}, { signal })).repositories
        : [await ask.call(syncRepositoryOperation, { id: source_name }, { signal })];
    return {
      answer: {
        sync_results: results.map((result) => ({
          source_name: result.repositoryName,
          status: result.success ? ('synced' as const) : ('failed' as const),
          task_count: result.taskCount,
          last_sync: result.syncedAt,
          added: result.added,
          updated: result.updated,
          removed: result.removed,
          task_errors: result.errors.map(({ taskName, error }) => ({ task_name: taskName, error })),
          error: result.error === null ? null : `${result.error.message} ${result.error.hint}`,
          revision: result.revision,
          duration_ms: result.durationMs,
        })),
        total_sources: results.length,
        synced_at: isoTime(now),
      },
    };
  },
});
