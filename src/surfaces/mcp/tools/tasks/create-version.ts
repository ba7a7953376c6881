import { createVersionOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { defineTool, writes } from '../define-tool.ts';
import { TaskId } from '../names.ts';
import { networkFields, shownNetwork } from './network-notice.ts';
import { fieldsOf } from './task-arguments.ts';

export const createTaskVersion = defineTool({
  name: 'ratchet_create_task_version',
  title: 'Create task version',
  description:
    'Store the running version, or other code, under a higher number of your choice; its tests run first. Other changes: ratchet_edit_task.',
  kind: 'develop',
  hints: writes,
  input: z.object({
    task_id: TaskId,
    new_version: z.string(),
    description: z.string().describe('what changed'),
    breaking_change: z.boolean().default(false),
    make_active: z.boolean().default(true),
    migration_script: z.string().max(100_000).optional().describe('kept as a note, not run'),
    code: z.string().optional(),
  }),
  output: z.object({
    version_created: z.string(),
    version_id: z.string().describe('Checksum of its files'),
    task_id: z.string(),
    task_name: z.string(),
    version_info: z.object({
      previous_version: z.string(),
      new_version: z.string(),
      breaking_change: z.boolean(),
      is_active: z.boolean(),
      created_at: z.string(),
    }),
    changes_summary: z.object({
      files_changed: z.array(z.string()),
      lines_added: z.number().int(),
      lines_removed: z.number().int(),
      schema_changes: z.array(z.string()),
    }),
    migration_info: z.object({ note: z.string() }).nullable(),
    rollback_available: z.boolean(),
    dependent_tasks: z.array(z.string()).describe('Always empty: tasks do not call tasks'),
    ...networkFields,
    next_steps: z.array(z.string()),
  }),
  async run({ task_id, new_version, description, breaking_change, make_active, migration_script, code }, { ask, signal }) {
    const made = await ask.call(
      createVersionOperation,
      {
        id: task_id,
        newVersion: new_version,
        changeDescription: description,
        breaking: breaking_change,
        activate: make_active,
        ...fieldsOf({ code, ...(migration_script === undefined ? {} : { metadata: { migration_note: migration_script } }) }),
      },
      { signal },
    );
    const { changes: differences } = made;
    return {
      answer: {
        version_created: made.versionCreated,
        version_id: made.checksum,
        task_id: made.uuid,
        task_name: made.name,
        version_info: {
          previous_version: made.previousVersion,
          new_version: made.versionCreated,
          breaking_change: made.isBreaking,
          is_active: made.isActive,
          created_at: made.updatedAt,
        },
        changes_summary: {
          files_changed: differences.files.map(({ path }) => path),
          lines_added: differences.linesAdded,
          lines_removed: differences.linesRemoved,
          schema_changes: differences.schemaChanges.map(({ path, change }) => `${change.toLowerCase()} ${path}`),
        },
        migration_info:
          migration_script === undefined ? null : { note: 'kept in the metadata of the version as migration_note; nothing runs it' },
        rollback_available: true,
        dependent_tasks: [],
        ...shownNetwork(made),
        next_steps: nextSteps(made),
      },
    };
  },
});

function nextSteps(made: {
  readonly needsApproval: boolean;
  readonly isActive: boolean;
  readonly versionCreated: string;
  readonly name: string;
  readonly previousVersion: string;
}): string[] {
  const { name, versionCreated, previousVersion } = made;
  return [
    ...(made.needsApproval ? [`A person has to approve of it first: ratchet task approve ${name} ${versionCreated}.`] : []),
    made.isActive
      ? `It runs from now on; ratchet_manage_versions with action rollback and version ${previousVersion} leads back.`
      : `Run it as ${name}@${versionCreated}; ratchet_manage_versions with action rollback and version ${versionCreated} makes it the one that runs.`,
  ];
}
