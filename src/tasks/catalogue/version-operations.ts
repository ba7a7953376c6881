import { z } from 'zod';
import { trustTaskLists } from '#engine/index.ts';
import { operation, type Settings } from '#kernel/index.ts';
import { taskInvalid, taskNotFound, taskTooLarge } from '../errors.ts';
import { compareContents, ShownComparison } from './compare/compare-contents.ts';
import { mergeFields } from './draft/merge-fields.ts';
import { taskFields, VersionText } from './draft/task-fields.ts';
import {
  taskChanged,
  taskFilesRefused,
  taskReadOnly,
  taskTestsFailed,
  taskVersionExists,
  taskVersionNotFound,
  taskVersionNotHigher,
} from './errors.ts';
import { ShownTaskChange, shownTaskChange } from './shown-change.ts';
import { ShownTask, shownTask } from './shown-task.ts';
import { found, TaskRef, type CatalogueServices } from './task-ref.ts';
import { inOrder } from './versions.ts';

const { version: _version, ...fieldsButVersion } = taskFields;

const NewVersion = ShownTaskChange.extend({
  versionCreated: z.string(),
  previousVersion: z.string().describe('The one that ran before.'),
  isActive: z.boolean().describe('Whether it runs when nobody names a version.'),
  isBreaking: z.boolean(),
  changes: ShownComparison,
}).meta({ id: 'TaskNewVersion' });

export const createVersionOperation = operation({
  name: 'tasks.createVersion',
  summary: 'Store a new version of a task',
  details:
    'Takes the files of the version that runs, lays over them what is given, gives them the new version and stores them after the same checks and tests as a new task. The version has to be higher than all others. It runs from now on unless it is not to be activated: then jobs run it only where they name it, and a rollback to it makes it the one that runs. All versions stay, so a rollback leads back.',
  input: z.object({
    id: TaskRef,
    newVersion: VersionText.describe('Semantic version such as 1.4.0, higher than all others'),
    changeDescription: z.string().min(1).max(500).describe('What is different, for the list of versions'),
    breaking: z.boolean().default(false).describe('Whether it breaks those who use the version before'),
    activate: z.boolean().default(true).describe('Whether it runs from now on when nobody names a version'),
    force: z.boolean().default(false).describe('Store it although its own tests fail'),
    ...fieldsButVersion,
  }),
  output: NewVersion,
  errors: [
    taskNotFound,
    taskInvalid,
    taskTestsFailed,
    taskReadOnly,
    taskVersionExists,
    taskVersionNotHigher,
    taskChanged,
    taskFilesRefused,
    taskTooLarge,
  ],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: { route: 'POST /tasks/:id/versions', status: 201, aliases: { code: 'sourceCode', codeType: 'sourceType' } },
    graphql: 'createTaskVersion',
    mcp: 'ratchet_create_task_version',
    cli: {
      command: 'task new-version',
      positional: ['id', 'newVersion'],
      examples: [
        {
          line: 'ratchet task new-version addition 1.1.0 --change-description "Rounds the sum" --path sample/js-tasks/addition',
          about: 'Store the files of a folder as version 1.1.0',
        },
      ],
    },
  },
  async run(
    { catalogue, settings }: CatalogueServices & { readonly settings: Settings },
    { id, newVersion, changeDescription, breaking, activate, force, ...fields },
    { caller },
  ) {
    const task = await found(catalogue, id);
    const base = await catalogue.content(task.id, null);
    const files = mergeFields(base.files, { ...fields, version: newVersion }, fields.files === undefined ? null : () => task.uuid);
    const changed = await catalogue.change(task.id, {
      by: caller.name,
      note: changeDescription,
      force,
      files,
      base: base.checksum,
      version: newVersion,
      isActive: activate,
      isBreaking: breaking,
      mustBeHigher: true,
    });
    const stored = await catalogue.content(task.id, changed.version);
    return {
      ...(await shownTaskChange(catalogue, changed.task, changed.version, null)),
      versionCreated: changed.version,
      previousVersion: base.version,
      isActive: changed.task.version === changed.version,
      isBreaking: breaking,
      changes: compareContents(base, stored, settings.get(trustTaskLists)),
    };
  },
});

export const compareVersionsOperation = operation({
  name: 'tasks.compareVersions',
  summary: 'Say how two versions of a task differ',
  details:
    'Per file what was added and removed, as a unified diff; what changed in the schemas; and which hosts the later version may reach that the earlier could not. Without versions, the one that runs is compared with the one before it.',
  input: z.object({
    id: TaskRef,
    from: VersionText.optional().describe('The earlier version; the one before `to` unless given'),
    to: VersionText.optional().describe('The later version; the one that runs unless given'),
  }),
  output: ShownComparison,
  errors: [taskNotFound, taskVersionNotFound],
  effect: 'read',
  permission: 'task:read',
  on: {
    rest: 'GET /tasks/:id/versions/compare',
    graphql: 'compareTaskVersions',
    cli: {
      command: 'task diff',
      positional: ['id', 'from', 'to'],
      examples: [
        { line: 'ratchet task diff addition', about: 'What the version that runs changed' },
        { line: 'ratchet task diff addition 1.0.0 1.1.0', about: 'Between two versions' },
      ],
    },
  },
  async run({ catalogue, settings }: Pick<CatalogueServices, 'catalogue'> & { readonly settings: Settings }, { id, from, to }) {
    const task = await found(catalogue, id);
    const later = await catalogue.content(task.id, to ?? null);
    const all = inOrder(new Set((await catalogue.versions(task.id)).map(({ version }) => version)));
    // The first of all has nothing before it but itself.
    const before = from ?? all[all.indexOf(later.version) - 1] ?? later.version;
    return compareContents(await catalogue.content(task.id, before), later, settings.get(trustTaskLists));
  },
});

const Approved = ShownTask.extend({ message: z.string() }).meta({ id: 'TaskSwitch' });

export const approveVersionOperation = operation({
  name: 'tasks.approve',
  summary: 'Let a version run that may reach more of the network than the one before',
  details:
    'For a person to call who has looked at the change. Where the server asks for it (tasks.require_network_approval), such a version runs only then: jobs of it wait until it is approved of. Approving twice changes nothing.',
  input: z.object({
    id: TaskRef,
    version: VersionText.describe('The version that was looked at'),
    checksum: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits, as the list of versions shows them')
      .optional()
      .describe('Checksum of what was looked at: when other files are stored under the version by now, nothing is approved of'),
  }),
  output: Approved,
  errors: [taskNotFound, taskVersionNotFound, taskChanged],
  effect: 'write',
  permission: 'task:approve',
  on: {
    rest: { route: 'POST /tasks/:id/approve', answers: 'done' },
    graphql: 'approveTaskVersion',
    cli: {
      command: 'task approve',
      positional: ['id', 'version'],
      examples: [{ line: 'ratchet task approve addition 1.1.0', about: 'Let it reach the hosts it names' }],
    },
  },
  async run({ catalogue }: Pick<CatalogueServices, 'catalogue'>, { id, version, checksum }, { caller }) {
    const task = await found(catalogue, id);
    const waited = task.unapprovedVersions.includes(version);
    const approved = await catalogue.approve(task.id, { version, checksum: checksum ?? null, by: caller.name });
    const message = waited
      ? `Version ${version} of task ${task.name} may run`
      : `Version ${version} of task ${task.name} needs no approval`;
    return { ...shownTask(approved), message };
  },
});
