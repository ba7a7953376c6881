import { z } from 'zod';
import { operation } from '#kernel/index.ts';
import { taskInvalid, taskNotFound, taskTooLarge } from '../errors.ts';
import type { CatalogueTask } from './catalogue.ts';
import { mergeFields } from './draft/merge-fields.ts';
import { changesFiles, taskFields, VersionText } from './draft/task-fields.ts';
import {
  taskBusy,
  taskChanged,
  taskExists,
  taskFilesRefused,
  taskProtected,
  taskReadOnly,
  taskTestsFailed,
  taskVersionDisabled,
  taskVersionExists,
  taskVersionNotFound,
} from './errors.ts';
import { ShownTaskChange, shownTaskChange } from './shown-change.ts';
import { ShownTask, shownTask } from './shown-task.ts';
import { found, TaskRef, type CatalogueServices } from './task-ref.ts';
import { backupUnwritable, exportTooLarge } from './transfer/errors.ts';
import { exportTasks } from './transfer/export-tasks.ts';
import type { TaskBackups } from './transfer/task-backups.ts';
import { archiveOf } from './transfer/write-archive.ts';

/** What removing with a backup leans on. */
export interface BackupServices {
  readonly taskBackups: TaskBackups;
}

const aliases = { code: 'sourceCode', codeType: 'sourceType' };

const storing = {
  changeDescription: z.string().max(500).optional().describe('Why, for the list of versions'),
  force: z.boolean().default(false).describe('Store it although its own tests fail'),
};

const standing = {
  enabled: z.boolean().optional().describe('Whether jobs of it run'),
  maxConcurrent: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe('Most jobs of it at once; null: no limit of its own'),
};

export const createTaskOperation = operation({
  name: 'tasks.create',
  summary: 'Store a new task',
  details:
    'Takes the files of a task, or its code, schemas, tests and metadata as fields, which become the same files. They are checked as `ratchet validate` does, their own tests are run in the sandbox, and then they are stored in the database.',
  input: z
    .object({ ...taskFields, ...standing, ...storing })
    .refine(({ name, files }) => name !== undefined || files !== undefined, {
      path: ['name'],
      message: 'is needed where no files are given',
    })
    .refine(({ sourceCode, files }) => sourceCode !== undefined || files !== undefined, {
      path: ['sourceCode'],
      message: 'is needed where no files are given',
    }),
  output: ShownTaskChange,
  errors: [taskInvalid, taskTestsFailed, taskExists, taskFilesRefused, taskTooLarge],
  effect: 'write',
  permission: 'task:create',
  on: {
    rest: { route: 'POST /tasks', status: 201, aliases },
    graphql: 'createTask',
    cli: {
      command: 'task create',
      examples: [{ line: 'ratchet task create sample/js-tasks/addition', about: 'Send a folder or ZIP to the server' }],
    },
  },
  async run({ catalogue, ids }: CatalogueServices, { enabled, maxConcurrent, changeDescription, force, ...fields }, { caller }) {
    const files = mergeFields({}, fields, () => ids.next());
    const made = await catalogue.create(files, { by: caller.name, note: changeDescription ?? null, force });
    const task = await withStanding(catalogue, made, { enabled, maxConcurrent });
    return shownTaskChange(catalogue, task, null, null);
  },
});

export const updateTaskOperation = operation({
  name: 'tasks.update',
  summary: 'Change a task',
  details:
    'Fields that are absent stay as they are; files, where given, take the place of all files. Changed files become a new version: the one that is named, else the next patch, which the answer says. Files of a task from a folder are changed in the folder; those of a task from a writable Git source may be changed here and are then to be pushed. Switching a task off and limiting it works for every task.',
  input: z.object({ id: TaskRef, ...taskFields, ...standing, ...storing }),
  output: ShownTaskChange,
  errors: [taskNotFound, taskInvalid, taskTestsFailed, taskReadOnly, taskVersionExists, taskChanged, taskFilesRefused, taskTooLarge],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'PATCH /tasks/:id', aliases },
    graphql: 'updateTask',
    cli: {
      command: 'task update',
      positional: ['id'],
      examples: [
        { line: 'ratchet task update addition --max-concurrent 2', about: 'Run at most two jobs of it at once' },
        { line: 'ratchet task update addition --description "Adds two numbers"', about: 'Store a new patch version' },
      ],
    },
  },
  async run({ catalogue }: CatalogueServices, { id, enabled, maxConcurrent, changeDescription, force, ...fields }, { caller }) {
    let task = await found(catalogue, id);
    let stored: { readonly version: string | null; readonly raisedFrom: string | null } = { version: null, raisedFrom: null };
    if (changesFiles(fields)) {
      const base = await catalogue.content(task.id, null);
      const merged = mergeFields(base.files, fields, fields.files === undefined ? null : () => task.uuid);
      const change = { by: caller.name, note: changeDescription ?? null, force, base: base.checksum, version: fields.version ?? null };
      ({ task, ...stored } = await catalogue.change(task.id, { ...change, files: merged }));
    }
    task = await withStanding(catalogue, task, { enabled, maxConcurrent });
    return shownTaskChange(catalogue, task, stored.version, stored.raisedFrom);
  },
});

export const removeTaskOperation = operation({
  name: 'tasks.remove',
  summary: 'Remove a task with all its jobs and executions',
  details:
    'Cannot be taken back. Refused while jobs of it run. With a backup, the task is exported into the data folder of the server first, with all its versions, and the answer says where; `tasks.import` takes it. A task from a folder is removed after its folder is: as long as that is there, it would be read again.',
  input: z.object({
    id: TaskRef,
    backup: z
      .boolean()
      .default(false)
      .describe('Export it with all its versions into the data folder of the server first; when that fails, nothing is removed'),
  }),
  output: z
    .object({ message: z.string(), backup: z.string().describe('File with the export, on the machine of the server.') })
    .optional()
    .describe('Nothing where no backup was asked for.'),
  errors: [taskNotFound, taskBusy, taskProtected, taskReadOnly, backupUnwritable, exportTooLarge],
  effect: 'destroy',
  permission: 'task:delete',
  on: {
    rest: { route: 'DELETE /tasks/:id', status: 204, answers: 'done' },
    graphql: 'deleteTask',
    cli: {
      command: 'task remove',
      positional: ['id'],
      examples: [{ line: 'ratchet task remove addition', about: 'Forget the task and everything it did' }],
    },
  },
  async run({ catalogue, taskBackups }: CatalogueServices & BackupServices, { id, backup }, { now }) {
    const task = await found(catalogue, id);
    if (!backup) {
      await catalogue.remove(task.id);
      return undefined;
    }
    const whole = { includeTests: true, includeMetadata: true, includeVersions: true };
    const path = await taskBackups.keep(task.name, await archiveOf(await exportTasks(catalogue, [task], whole, now)));
    try {
      await catalogue.remove(task.id);
    } catch (caught) {
      await taskBackups.forget(path);
      throw caught;
    }
    return { message: `Task ${task.name} is removed; a backup is kept`, backup: path };
  },
});

const Done = ShownTask.extend({ message: z.string() }).meta({ id: 'TaskSwitch' });

export const enableTaskOperation = operation({
  name: 'tasks.enable',
  summary: 'Let jobs of a task run',
  details: 'Jobs that waited because the task was switched off go on.',
  input: z.object({ id: TaskRef }),
  output: Done,
  errors: [taskNotFound],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'POST /tasks/:id/enable', answers: 'done' },
    graphql: 'enableTask',
    cli: {
      command: 'task enable',
      positional: ['id'],
      examples: [{ line: 'ratchet task enable addition', about: 'Let its jobs run again' }],
    },
  },
  run: async ({ catalogue }: CatalogueServices, { id }) => switched(catalogue, id, true),
});

export const disableTaskOperation = operation({
  name: 'tasks.disable',
  summary: 'Keep jobs of a task from running',
  details: 'Jobs that wait stay waiting, and new ones join them; those that run go on to their end.',
  input: z.object({ id: TaskRef }),
  output: Done,
  errors: [taskNotFound],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'POST /tasks/:id/disable', answers: 'done' },
    graphql: 'disableTask',
    cli: {
      command: 'task disable',
      positional: ['id'],
      examples: [{ line: 'ratchet task disable addition', about: 'Hold its jobs back' }],
    },
  },
  run: async ({ catalogue }: CatalogueServices, { id }) => switched(catalogue, id, false),
});

export const rollbackTaskOperation = operation({
  name: 'tasks.rollback',
  summary: 'Make an earlier version of a task the one that runs',
  details:
    'Jobs that name no version run it from now on, until a higher version is stored or appears in the folder. Nothing is lost: the later version stays, and a rollback to it leads back.',
  input: z.object({
    id: TaskRef,
    version: VersionText.describe('The version to go back to'),
    checksum: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits, as the list of versions shows them')
      .optional()
      .describe('Which of several contents of that version; not for tasks from folders'),
  }),
  output: ShownTask,
  errors: [taskNotFound, taskVersionNotFound, taskVersionDisabled, taskReadOnly],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: 'POST /tasks/:id/rollback',
    graphql: 'rollbackTask',
    cli: {
      command: 'task rollback',
      positional: ['id', 'version'],
      examples: [{ line: 'ratchet task rollback addition 1.0.0', about: 'Run version 1.0.0 again' }],
    },
  },
  async run({ catalogue }: CatalogueServices, { id, version, checksum }) {
    const task = await found(catalogue, id);
    return shownTask(await catalogue.rollback(task.id, version, checksum ?? null));
  },
});

const versionInput = z.object({ id: TaskRef, version: VersionText });

export const enableVersionOperation = operation({
  name: 'tasks.enableVersion',
  summary: 'Let jobs run a version of a task',
  details: 'A version that is later than the one that runs becomes the one that runs.',
  input: versionInput,
  output: Done,
  errors: [taskNotFound, taskVersionNotFound],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'POST /tasks/:id/versions/:version/enable', answers: 'done' },
    graphql: 'enableTaskVersion',
    cli: {
      command: 'task enable-version',
      positional: ['id', 'version'],
      examples: [{ line: 'ratchet task enable-version addition 1.1.0', about: 'Let jobs run it again' }],
    },
  },
  run: async ({ catalogue }: CatalogueServices, { id, version }) => versionSwitched(catalogue, id, version, true),
});

export const disableVersionOperation = operation({
  name: 'tasks.disableVersion',
  summary: 'Keep jobs from running a version of a task',
  details: 'New jobs that name it are refused, and the latest version that is left runs where none is named. What it did stays.',
  input: versionInput,
  output: Done,
  errors: [taskNotFound, taskVersionNotFound],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'POST /tasks/:id/versions/:version/disable', answers: 'done' },
    graphql: 'disableTaskVersion',
    cli: {
      command: 'task disable-version',
      positional: ['id', 'version'],
      examples: [{ line: 'ratchet task disable-version addition 1.1.0', about: 'Withdraw a bad version' }],
    },
  },
  run: async ({ catalogue }: CatalogueServices, { id, version }) => versionSwitched(catalogue, id, version, false),
});

export const changeTaskSourceOperation = operation({
  name: 'tasks.changeSource',
  summary: 'Change the code of a task',
  details: 'Takes the new code, or all files of the task, and stores them as its next version, as tasks.update does.',
  input: z
    .object({
      id: TaskRef,
      ...storing,
      sourceCode: taskFields.sourceCode,
      sourceType: taskFields.sourceType,
      files: taskFields.files,
      version: taskFields.version,
    })
    .refine(({ sourceCode, files }) => sourceCode !== undefined || files !== undefined, {
      path: ['sourceCode'],
      message: 'is needed where no files are given',
    }),
  output: updateTaskOperation.output,
  errors: updateTaskOperation.errors,
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'PUT /tasks/:id/source', aliases },
    graphql: 'changeTaskSource',
    without: { cli: '`ratchet task update --path` sends the files of a folder.' },
  },
  run: (services: CatalogueServices, input, context) => updateTaskOperation.run(services, updateTaskOperation.input.parse(input), context),
});

async function versionSwitched(
  catalogue: CatalogueServices['catalogue'],
  id: string,
  version: string,
  enabled: boolean,
): Promise<z.input<typeof Done>> {
  const task = await catalogue.setVersionEnabled((await found(catalogue, id)).id, version, enabled);
  return { ...shownTask(task), message: `Version ${version} of task ${task.name} is ${enabled ? 'enabled' : 'disabled'}` };
}

async function switched(catalogue: CatalogueServices['catalogue'], id: string, enabled: boolean): Promise<z.input<typeof Done>> {
  const task = await catalogue.setEnabled((await found(catalogue, id)).id, enabled);
  return { ...shownTask(task), message: `Task ${task.name} is ${enabled ? 'enabled' : 'disabled'}` };
}

async function withStanding(
  catalogue: CatalogueServices['catalogue'],
  task: CatalogueTask,
  { enabled, maxConcurrent }: { enabled?: boolean | undefined; maxConcurrent?: number | null | undefined },
): Promise<CatalogueTask> {
  let now = task;
  if (maxConcurrent !== undefined && maxConcurrent !== now.maxConcurrent) now = await catalogue.setMaxConcurrent(now.id, maxConcurrent);
  if (enabled !== undefined && enabled !== now.enabled) now = await catalogue.setEnabled(now.id, enabled);
  return now;
}
