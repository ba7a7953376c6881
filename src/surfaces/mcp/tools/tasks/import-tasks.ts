import { inputRejected, isoTime } from '#kernel/index.ts';
import { importTasksOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, writes } from '../define-tool.ts';

export const importTasks = defineTool({
  name: 'ratchet_import_tasks',
  title: 'Import tasks',
  description: 'Store tasks from an export or written elsewhere, each checked and tested; one that is wrong keeps no other out.',
  kind: 'develop',
  hints: writes,
  input: z.object({
    data: z.unknown().describe('an export, a list of tasks as for ratchet_create_task, base64 for zip, or folders of files for directory'),
    format: z.enum(['json', 'zip', 'directory']).default('json'),
    overwrite_existing: z.boolean().default(false).describe('as a further version'),
    options: z
      .object({ include_tests: z.boolean().default(true), validate_tasks: z.boolean().default(true), name_prefix: z.string().default('') })
      .default({ include_tests: true, validate_tasks: true, name_prefix: '' }),
  }),
  output: z.object({
    imported_count: z.number().int(),
    error_count: z.number().int(),
    imported_tasks: z.array(
      z.object({
        task_id: z.string(),
        name: z.string(),
        version: z.string(),
        outcome: z.string(),
        network_growth: z.array(z.string()),
        needs_approval: z.boolean(),
      }),
    ),
    errors: z.array(z.unknown()),
    ignored: z.array(z.string()),
    format: z.string(),
    overwrite_existing: z.boolean(),
    imported_at: z.string(),
  }),
  async run({ data, format, overwrite_existing, options }, { ask, signal, now }) {
    const found = await ask.call(
      importTasksOperation,
      {
        data: importable(data),
        format,
        overwriteExisting: overwrite_existing,
        includeTests: options.include_tests,
        validateTasks: options.validate_tasks,
        namePrefix: options.name_prefix,
      },
      { signal },
    );
    return {
      answer: {
        imported_count: found.importedCount,
        error_count: found.errorCount,
        imported_tasks: found.imported.map(({ uuid, name, version, outcome, networkGrowth, needsApproval }) => ({
          task_id: uuid,
          name,
          version,
          outcome: outcome.toLowerCase(),
          network_growth: networkGrowth,
          needs_approval: needsApproval,
        })),
        errors: found.errors,
        ignored: found.ignored,
        format: found.format,
        overwrite_existing: found.overwriteExisting,
        imported_at: isoTime(now),
      },
      isError: found.importedCount === 0 && found.errorCount > 0,
    };
  },
});

/** JSON may come as text; an archive is text that is no JSON. @throws REQUEST_INVALID */
function importable(data: unknown): string | unknown[] | Record<string, unknown> {
  if (typeof data === 'string') {
    try {
      return /^\s*[[{]/.test(data) ? importable(JSON.parse(data)) : data;
    } catch {
      return data;
    }
  }
  if (Array.isArray(data)) return data as unknown[];
  if (typeof data === 'object' && data !== null) return data as Record<string, unknown>;
  throw inputRejected({
    operation: 'ratchet_import_tasks',
    problems: [{ path: 'data', message: 'must be an object, a list, or base64 of an archive' }],
  });
}
