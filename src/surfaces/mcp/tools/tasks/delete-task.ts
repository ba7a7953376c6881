import { isoTime } from '#kernel/index.ts';
import { removeTaskOperation, showTaskOperation } from '#tasks/catalogue/operations.ts';
import { z } from 'zod';
import { confirmed } from '../confirmed.ts';
import { defineTool, destroys } from '../define-tool.ts';
import { TaskId } from '../names.ts';

export const deleteTask = defineTool({
  name: 'ratchet_delete_task',
  title: 'Delete task',
  description:
    'Remove a task with all versions, jobs and executions; folders of sources stay. A person is asked; force says that they agreed where the client cannot ask.',
  kind: 'develop',
  hints: destroys,
  input: z.object({
    task_id: TaskId,
    create_backup: z.boolean().default(true),
    force: z.boolean().default(false),
    delete_files: z.boolean().default(false),
  }),
  output: z.object({
    task_id: z.string(),
    task_name: z.string(),
    success: z.boolean(),
    backup_created: z.boolean(),
    backup_path: z.string().nullable(),
    files_deleted: z.boolean(),
    force: z.boolean(),
    message: z.string(),
    deleted_at: z.string(),
  }),
  async run({ task_id, create_backup, force }, context) {
    const { ask, signal, now } = context;
    const task = await ask.call(showTaskOperation, { id: task_id }, { signal });
    const kept = create_backup ? 'a backup of its files is kept' : 'without a backup';
    await confirmed(context, `delete the task ${task.name} with all its versions, jobs and executions (${kept})`, force);
    const removed = await ask.call(removeTaskOperation, { id: task.uuid, backup: create_backup }, { signal });
    const path = removed?.backup ?? null;
    return {
      answer: {
        task_id: task.uuid,
        task_name: task.name,
        success: true,
        backup_created: path !== null,
        backup_path: path,
        files_deleted: false,
        force,
        message: removed?.message ?? `Task ${task.name} is removed`,
        deleted_at: isoTime(now),
      },
    };
  },
});
