import { discoverTasksOperation } from '#sources/operations.ts';
import { z } from 'zod';
import { defineTool, reads } from '../define-tool.ts';
import { JsonObject } from '../names.ts';

export const discoverTasks = defineTool({
  name: 'ratchet_discover_tasks',
  title: 'Discover tasks',
  description: 'What looks like a task below a folder of the server, within its sources; nothing is stored.',
  kind: 'develop',
  hints: reads,
  input: z.object({
    path: z.string().min(1).max(2_000),
    include_patterns: z.array(z.string().min(1).max(200)).max(50).default([]),
    recursive: z.boolean().default(true),
    max_depth: z.number().int().min(0).max(20).default(10),
  }),
  output: z.object({
    discovered_tasks: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        type: z.enum(['directory', 'file']),
        has_main_js: z.boolean(),
        has_metadata: z.boolean(),
        has_input_schema: z.boolean(),
        has_output_schema: z.boolean(),
        has_tests: z.boolean(),
        metadata: JsonObject.nullable(),
      }),
    ),
    scan_path: z.string(),
    total_found: z.number().int(),
    patterns_used: z.array(z.string()),
    unreadable: z.array(z.unknown()),
    is_cut: z.boolean(),
    scanned_at: z.string(),
  }),
  async run({ path, include_patterns, recursive, max_depth }, { ask, signal }) {
    const found = await ask.call(
      discoverTasksOperation,
      { path, ...(include_patterns.length > 0 ? { includePatterns: include_patterns } : {}), recursive, maxDepth: max_depth },
      { signal },
    );
    return {
      answer: {
        discovered_tasks: found.discoveredTasks.map((task) => ({
          name: task.name,
          path: task.path,
          type: task.type === 'FILE' ? ('file' as const) : ('directory' as const),
          has_main_js: task.hasMainJs,
          has_metadata: task.hasMetadata,
          has_input_schema: task.hasInputSchema,
          has_output_schema: task.hasOutputSchema,
          has_tests: task.hasTests,
          metadata: task.metadata,
        })),
        scan_path: found.scanPath,
        total_found: found.totalFound,
        patterns_used: found.patternsUsed,
        unreadable: found.unreadable,
        is_cut: found.isCut,
        scanned_at: found.scannedAt,
      },
    };
  },
});
