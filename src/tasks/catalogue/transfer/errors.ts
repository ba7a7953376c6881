import { defineError } from '#kernel/index.ts';

export const exportTooLarge = defineError<{ tasks: number; limit: number }>('TASK_EXPORT_TOO_LARGE', {
  http: 413,
  exit: 'usage',
  message: ({ tasks, limit }) => `The export of ${tasks === 1 ? 'the task' : `${tasks} tasks`} has more than ${limit} characters.`,
  hint: () => 'Name fewer tasks at a time, or leave out versions and tests.',
  about: 'An export is one answer and is made in memory. Larger catalogues are exported in parts.',
});

export const importUnreadable = defineError<{ field: string; reason: string }>('TASK_IMPORT_UNREADABLE', {
  http: 422,
  exit: 'usage',
  message: ({ field, reason }) => `Nothing could be imported: ${field} ${reason}.`,
  hint: () =>
    'Send what an export answered, a list of tasks, an archive as base64 (format zip), or folders as objects of file texts (format directory).',
  about: 'What was sent does not hold tasks in the format that was named, so no task could be told from another. Nothing was stored.',
});

export const backupUnwritable = defineError<{ task: string; reason: string }>('TASK_BACKUP_UNWRITABLE', {
  http: 507,
  exit: 'environment',
  message: ({ task, reason }) => `The backup of the task ${task} could not be written (${reason}), so the task was not removed.`,
  hint: () => 'Make room in the data folder, or remove the task without a backup.',
  about: 'A task that is removed with a backup is exported into the data folder first. Without the backup nothing is removed.',
});
