import { exportTasksOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { longestAnswer } from '../bounded-answer.ts';
import { defineTool, reads } from '../define-tool.ts';
import { JsonObject, TaskId } from '../names.ts';

type Exported = z.output<typeof exportTasksOperation.output>;

export const exportTasks = defineTool({
  name: 'ratchet_export_tasks',
  title: 'Export tasks',
  description: 'One task, or all, as data for ratchet_import_tasks of another server. zip: one archive as base64, individual: one each.',
  kind: 'develop',
  hints: reads,
  input: z.object({
    task_id: TaskId.optional(),
    format: z.enum(['json', 'zip', 'individual']).default('json'),
    options: z
      .object({
        include_tests: z.boolean().default(true),
        include_metadata: z.boolean().default(true),
        include_versions: z.boolean().default(false),
      })
      .default({ include_tests: true, include_metadata: true, include_versions: false }),
  }),
  output: z.object({
    tasks: z.array(JsonObject),
    files: z.array(z.object({ name: z.string(), task: z.string().nullable(), base64: z.string() })),
    export_format: z.string(),
    exported_count: z.number().int(),
    left_out: z.array(z.string()).describe('Tasks that did not fit the answer'),
    options: JsonObject,
    exported_at: z.string(),
    message: z.string(),
  }),
  async run({ task_id, format, options }, { ask, signal }) {
    const found = await ask.call(
      exportTasksOperation,
      {
        ...(task_id === undefined ? {} : { tasks: [task_id] }),
        format,
        includeTests: options.include_tests,
        includeMetadata: options.include_metadata,
        includeVersions: options.include_versions,
      },
      { signal },
    );
    // A part of a task is none: what does not fit is left out as a whole and named.
    const { kept: tasks, left } = fitting((found.document?.tasks ?? []).map(withFields), ({ name }) => [String(name)]);
    const names = found.tasks.map(({ name }) => name);
    const archives = fitting(found.files, ({ task }) => (task === null ? names : [task]));
    const leftOut = [...left, ...archives.left];
    return {
      answer: {
        tasks,
        files: archives.kept.map(({ name, task, base64 }) => ({ name, task, base64 })),
        export_format: format,
        exported_count: found.exportedCount - leftOut.length,
        left_out: leftOut,
        options,
        exported_at: found.exportedAt,
        message:
          leftOut.length === 0
            ? `${found.exportedCount} tasks`
            : `${leftOut.length} of ${found.exportedCount} tasks did not fit: export them one at a time by task_id, without versions or tests; a person can run: ratchet task export --output tasks.zip`,
      },
      isWhole: true,
    };
  },
});

/** A task of the export with what a reader looks for first; an import goes by its files. */
function withFields(task: NonNullable<Exported['document']>['tasks'][number]): Record<string, unknown> {
  const { files, ...facts } = task;
  const parsed = (path: string): unknown => {
    try {
      return files[path] === undefined ? null : JSON.parse(files[path]);
    } catch {
      return null;
    }
  };
  return {
    ...facts,
    input_schema: parsed('input.schema.json'),
    output_schema: parsed('output.schema.json'),
    code: files['main.js'] ?? files['main.ts'] ?? null,
    files,
  };
}

function fitting<Item>(items: readonly Item[], namesOf: (item: Item) => readonly string[]): { kept: Item[]; left: string[] } {
  let room = longestAnswer;
  const kept: Item[] = [];
  const left: string[] = [];
  for (const item of items) {
    room -= JSON.stringify(item).length;
    if (room >= 0) kept.push(item);
    else left.push(...namesOf(item));
  }
  return { kept, left };
}
