import { inputRejected, isoTime } from '#kernel/index.ts';
import { updateTaskOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, writes } from '../define-tool.ts';
import { JsonObject, TaskId } from '../names.ts';
import { networkFields, shownNetwork } from './network-notice.ts';
import { fieldsOf } from './task-arguments.ts';

export const editTask = defineTool({
  name: 'ratchet_edit_task',
  title: 'Edit task',
  description:
    'Change a task; what is not given stays. Its tests run, then the next patch version is stored and runs from now on; earlier ones stay.',
  kind: 'develop',
  hints: writes,
  input: z.object({
    task_id: TaskId,
    code: z.string().optional(),
    input_schema: JsonObject.optional(),
    output_schema: JsonObject.optional(),
    description: z.string().optional(),
    tags: z.array(z.string()).optional(),
    test_cases: z.array(JsonObject).optional().describe('replaces all'),
    metadata: JsonObject.optional(),
    validate_changes: z.boolean().default(true).describe('false stores it although tests fail'),
    create_backup: z.boolean().default(true),
  }),
  output: z.object({
    task_id: z.string(),
    task_name: z.string(),
    success: z.boolean(),
    version: z.string(),
    changes_applied: z.array(z.string()),
    backup_created: z.boolean().describe('Whether the version before is kept'),
    backup_version: z.string().nullable().describe('What ratchet_manage_versions can roll back to'),
    validation_performed: z.boolean(),
    ...networkFields,
    message: z.string(),
    edited_at: z.string(),
  }),
  async run({ task_id, validate_changes, create_backup: _always, tags, metadata, ...changes }, { ask, signal, now }) {
    const given = Object.entries({ ...changes, tags, metadata }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    if (given.length === 0) {
      const message = 'nothing to change: give code, input_schema, output_schema, description, tags, test_cases or metadata';
      throw inputRejected({ operation: 'ratchet_edit_task', problems: [{ path: '', message }] });
    }
    const changed = await ask.call(
      updateTaskOperation,
      {
        id: task_id,
        force: !validate_changes,
        ...fieldsOf({ ...changes, tags, metadata }),
      },
      { signal },
    );
    const before = changed.versionRaisedFrom;
    return {
      answer: {
        task_id: changed.uuid,
        task_name: changed.name,
        success: true,
        version: changed.version,
        changes_applied: given,
        backup_created: before !== null,
        backup_version: before,
        validation_performed: validate_changes,
        ...shownNetwork(changed),
        message:
          before === null ? `Nothing differs from version ${changed.version}` : `Version ${changed.version} is stored; ${before} is kept`,
        edited_at: isoTime(now),
      },
    };
  },
});
