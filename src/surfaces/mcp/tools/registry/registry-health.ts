import { repositoriesHealthOperation } from '#sources/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';

export const registryHealth = defineTool({
  name: 'ratchet_registry_health',
  title: 'Source health',
  description: 'How the last sync of every source of tasks went, and what cannot be served.',
  kind: 'monitor',
  hints: reads,
  input: z.object({}),
  output: z.object({
    registry_health: z.array(
      z.object({
        source_name: z.string(),
        status: z.string(),
        last_sync: z.string().nullable(),
        task_count: z.number().int(),
        error_count: z.number().int(),
        last_error: z.string().nullable(),
        problems: z.array(z.object({ task_name: z.string(), error: z.string() })),
      }),
    ),
    overall_status: z.string(),
    total_sources: z.number().int(),
    total_tasks: z.number().int(),
    total_errors: z.number().int(),
    checked_at: z.string(),
  }),
  async run(_input, { ask, signal }) {
    const health = await ask.call(repositoriesHealthOperation, {}, { signal });
    return {
      answer: {
        registry_health: health.sources.map((source) => ({
          source_name: source.sourceName,
          status: source.status.toLowerCase(),
          last_sync: source.lastSync,
          task_count: source.taskCount,
          error_count: source.errorCount,
          last_error: source.lastError,
          problems: source.problems.map(({ taskName, error }) => ({ task_name: taskName, error })),
        })),
        overall_status: health.overallStatus.toLowerCase(),
        total_sources: health.totalSources,
        total_tasks: health.totalTasks,
        total_errors: health.totalErrors,
        checked_at: health.checkedAt,
      },
    };
  },
});
