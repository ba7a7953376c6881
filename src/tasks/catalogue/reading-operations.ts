import { z } from 'zod';
import { isoTimeOrNull, listInput, listOutput, operation, type ListRequest } from '#kernel/index.ts';
import { archiveUnsafe, taskInvalid, taskNotFound, taskTooLarge } from '../errors.ts';
import { draftOf } from './draft/draft-of.ts';
import { DraftFields, taskFields, VersionText } from './draft/task-fields.ts';
import { mergeFields } from './draft/merge-fields.ts';
import { taskFilesRefused, taskVersionNotFound } from './errors.ts';
import {
  ShownTask,
  shownTask,
  ShownTaskInFull,
  shownTaskInFull,
  ShownTaskStats,
  ShownValidation,
  shownValidation,
  ShownVersion,
  shownVersion,
} from './shown-task.ts';
import { taskListing } from './task-listing.ts';
import { found, foundVersion, PinnedTaskRef, TaskRef, type CatalogueServices } from './task-ref.ts';

export const listTasksOperation = operation({
  name: 'tasks.list',
  summary: 'List the tasks of the server',
  details: 'Tasks come from the sources of the server, or were stored through it. Code and schemas are in the answer for one task.',
  input: listInput(taskListing),
  output: listOutput(ShownTask),
  errors: [],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks',
    graphql: 'tasks',
    cli: {
      command: 'task list',
      examples: [
        { line: 'ratchet task list', about: 'Every task with its version, and whether it is enabled' },
        { line: 'ratchet task list --in-sync false', about: 'Tasks whose folders are broken or gone' },
      ],
    },
  },
  async run({ catalogue }: CatalogueServices, request) {
    const page = await catalogue.list(request as ListRequest);
    return { ...page, items: page.items.map(shownTask) };
  },
});

export const showTaskOperation = operation({
  name: 'tasks.show',
  summary: 'Show a task with its code and schemas',
  details: 'A version that is not named is the one that runs. Earlier versions are shown with the code they had.',
  input: z.object({ id: PinnedTaskRef, version: VersionText.optional() }),
  output: ShownTaskInFull,
  errors: [taskNotFound, taskVersionNotFound],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks/:id',
    graphql: 'task',
    cli: {
      command: 'task show',
      positional: ['id'],
      examples: [
        { line: 'ratchet task show addition', about: 'Code, schemas and metadata' },
        { line: 'ratchet task show addition@1.0.0', about: 'The same of an earlier version' },
      ],
    },
  },
  async run({ catalogue }: CatalogueServices, { id, version }) {
    const { task, version: wanted } = await foundVersion(catalogue, id, version);
    return shownTaskInFull(task, await catalogue.content(task.id, wanted));
  },
});

export const taskSourceOperation = operation({
  name: 'tasks.source',
  summary: 'Show the files of a task',
  details: 'All files of a version as text: metadata, code, schemas and tests, by their paths.',
  input: z.object({ id: PinnedTaskRef, version: VersionText.optional() }),
  output: z.object({
    version: z.string(),
    checksum: z.string().describe('Content hash of the files, 64 hex digits.'),
    files: z.record(z.string(), z.string()).describe('Text by path inside the task.'),
  }),
  errors: [taskNotFound, taskVersionNotFound],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks/:id/source',
    graphql: 'taskSource',
    cli: {
      command: 'task source',
      positional: ['id'],
      examples: [{ line: 'ratchet task source addition', about: 'The files of the version that runs' }],
    },
  },
  async run({ catalogue }: CatalogueServices, { id, version }) {
    const { task, version: wanted } = await foundVersion(catalogue, id, version);
    const content = await catalogue.content(task.id, wanted);
    return { version: content.version, checksum: content.checksum, files: { ...content.files } };
  },
});

export const taskVersionsOperation = operation({
  name: 'tasks.versions',
  summary: 'List every version a task has had',
  details:
    'The newest first, with who stored it, when and why. A version whose files changed under the same number appears once per content.',
  input: z.object({ id: TaskRef }),
  output: z.object({
    version: z.string().describe('The one that runs when nobody names one.'),
    versions: z.array(ShownVersion),
  }),
  errors: [taskNotFound],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks/:id/versions',
    graphql: 'taskVersions',
    cli: {
      command: 'task versions',
      positional: ['id'],
      examples: [{ line: 'ratchet task versions addition', about: 'What ran when, and who changed it' }],
    },
  },
  async run({ catalogue }: CatalogueServices, { id }) {
    const task = await found(catalogue, id);
    return { version: task.version, versions: (await catalogue.versions(task.id)).map(shownVersion) };
  },
});

export const taskStatsOperation = operation({
  name: 'tasks.stats',
  summary: 'Count the tasks of the server',
  details: 'How many there are, where they come from, and how many are out of service.',
  input: z.object({}),
  output: ShownTaskStats,
  errors: [],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: { route: 'GET /tasks/stats', answers: 'stats' },
    graphql: 'taskStats',
    cli: { command: 'task stats', examples: [{ line: 'ratchet task stats', about: 'Tasks by where they come from' }] },
  },
  async run({ catalogue }: CatalogueServices) {
    const { total, enabled, disabled, fromFiles, fromDatabase, invalid, missing, lastSync } = await catalogue.stats();
    return {
      totalTasks: total,
      enabledTasks: enabled,
      disabledTasks: disabled,
      registryTasks: fromFiles,
      databaseTasks: fromDatabase,
      validationErrors: invalid,
      missingTasks: missing,
      lastSync: isoTimeOrNull(lastSync),
    };
  },
});

export const validateStoredTaskOperation = operation({
  name: 'tasks.validateStored',
  summary: 'Check a task of the server',
  details:
    'Checks what stands in the folder of the task now, or what is stored where it comes from none, as `ratchet validate` does. With a version or a draft, what is stored of that version, with the draft laid over it. Runs nothing and changes nothing but the time of the last good check.',
  input: z.object({ id: PinnedTaskRef, version: VersionText.optional(), draft: DraftFields.optional() }),
  output: ShownValidation,
  errors: [taskNotFound, taskVersionNotFound, taskFilesRefused, taskInvalid, taskTooLarge, archiveUnsafe],
  effect: 'write',
  permission: 'task:read',
  on: {
    rest: 'POST /tasks/:id/validate',
    graphql: 'validateTask',
    cli: {
      command: 'task validate',
      positional: ['id'],
      examples: [{ line: 'ratchet task validate addition', about: 'What is wrong with the files of the server, if anything' }],
    },
  },
  async run({ catalogue }: CatalogueServices, { id, version, draft }) {
    const { task, version: wanted } = await foundVersion(catalogue, id, version);
    if (wanted === null && draft === undefined) return shownValidation(await catalogue.validate(task.id));
    return shownValidation(await catalogue.validateFiles((await draftOf(catalogue, { id, version, draft })).files));
  },
});

export const validateDraftOperation = operation({
  name: 'tasks.validateDraft',
  summary: 'Check a task without storing it',
  details: 'Takes what tasks.create takes, and says everything that is wrong with it. Runs nothing and stores nothing.',
  input: z.object(taskFields),
  output: ShownValidation,
  errors: [taskFilesRefused, taskTooLarge],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: { route: 'POST /tasks/validate', aliases: { code: 'sourceCode', codeType: 'sourceType' } },
    graphql: 'validateTaskDraft',
    without: { cli: '`ratchet validate` checks a folder where it is, by the same rules.' },
  },
  async run({ catalogue }: CatalogueServices, fields) {
    return shownValidation(await catalogue.validateFiles(mergeFields({}, fields, () => draftUuid)));
  },
});

/** A task that is stored nowhere needs no identity, and the absence of one is none of its faults. */
const draftUuid = '00000000-0000-8000-8000-000000000000';
