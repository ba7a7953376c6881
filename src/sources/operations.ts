import { z } from 'zod';
import { isoTime, listInput, listOutput, operation, reference, Timestamp, type ListRequest } from '#kernel/index.ts';
import { taskNotFound, type Catalogue } from '#tasks/index.ts';
import { taskReadOnly } from '#tasks/catalogue/index.ts';
import { ShownTask, shownTask, TaskRef } from '#tasks/catalogue/operations.ts';
import { discoverTasksOperation } from './discover/operations.ts';
import { repositoriesHealthOperation } from './health-operation.ts';
import { changedSpec, NewSource, requestedSpec, SourceChange, type AddRules } from './requested-source.ts';
import {
  sourceAuthUnknown,
  sourceBusy,
  sourceConfigured,
  sourceExists,
  sourceSecretRefused,
  sourcesNotAdded,
  sourceUnknown,
  sourceUriInvalid,
} from './errors.ts';
import { repositoryListing, ShownRepository, shownRepository } from './repository.ts';
import type { Sources } from './sources.ts';
import type { SyncOutcome } from './sync-source.ts';

/** What operations on sources lean on. */
export interface SourceServices {
  readonly sources: Sources;
  readonly catalogue: Catalogue;
  readonly addRules: AddRules;
}

/** How a caller names a source. */
export const SourceRef = reference('source');

const failure = z.object({ taskName: z.string().describe('Path inside the source.'), error: z.string() });

/** What a sync of one source found. */
export const ShownSync = z
  .object({
    repositoryId: z.string(),
    repositoryName: z.string(),
    success: z.boolean().describe('Whether the source could be read; when not, what was synced before stays.'),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    added: z.array(z.string()).describe('Names of tasks.'),
    updated: z.array(z.string()),
    removed: z.array(z.string()).describe('Tasks that are gone from the source.'),
    errors: z.array(failure).describe('What was found and cannot be served.'),
    taskCount: z.number().int(),
    revision: z.string().nullable().describe('Commit, ETag or hash of what was synced.'),
    checksum: z.string().nullable().describe('SHA-256 over its files, 64 hex digits.'),
    durationMs: z.number().int(),
    syncedAt: Timestamp,
  })
  .meta({ id: 'SourceSync' });

function shownSync({ repository, report, error, durationMs, syncedAt }: SyncOutcome): z.input<typeof ShownSync> {
  return {
    repositoryId: String(repository.id),
    repositoryName: repository.name,
    success: error === null,
    error: error === null ? null : { code: error.code, message: error.message, hint: error.hint },
    added: [...(report?.added ?? [])],
    updated: [...(report?.updated ?? [])],
    removed: [...(report?.removed ?? [])],
    errors: (report?.errors ?? []).map((one) => ({ ...one })),
    taskCount: repository.taskCount,
    revision: repository.revision,
    checksum: repository.checksum,
    durationMs,
    syncedAt: isoTime(syncedAt),
  };
}

export const listRepositoriesOperation = operation({
  name: 'repositories.list',
  summary: 'List the sources of tasks',
  details: 'Sources come from the configuration, from the command line of the server, or were added through it.',
  input: listInput(repositoryListing),
  output: listOutput(ShownRepository),
  errors: [],
  effect: 'read',
  permission: 'repository:read',
  on: {
    rest: 'GET /repositories',
    graphql: 'repositories',
    cli: { command: 'repo list', examples: [{ line: 'ratchet repo list', about: 'Every source, and how its last sync went' }] },
  },
  async run({ sources }: SourceServices, request) {
    const page = await sources.list(request as ListRequest);
    return { ...page, items: page.items.map(shownRepository) };
  },
});

export const showRepositoryOperation = operation({
  name: 'repositories.show',
  summary: 'Show a source of tasks',
  details: 'Where it is, how its last sync went, and what was found in it and cannot be served. Credentials are named, never shown.',
  input: z.object({ id: SourceRef }),
  output: ShownRepository,
  errors: [sourceUnknown],
  effect: 'read',
  permission: 'repository:read',
  on: {
    rest: 'GET /repositories/:id',
    graphql: 'repository',
    cli: {
      command: 'repo show',
      positional: ['id'],
      examples: [{ line: 'ratchet repo show js-tasks', about: 'One source by name or number' }],
    },
  },
  run: async ({ sources }: SourceServices, { id }) => shownRepository(await sources.find(id)),
});

const aliases = { type: 'repositoryType', source_type: 'repositoryType', branch: 'gitRef', ref: 'gitRef', auth: 'authName' };

export const addRepositoryOperation = operation({
  name: 'repositories.add',
  summary: 'Add a source of tasks',
  details:
    'A folder of the server, a Git repository, or an archive or index behind HTTP. It is synced at once, in the background, and looked after from then on. Credentials stand in the configuration of the server and are named.',
  input: NewSource,
  output: ShownRepository,
  errors: [sourceUriInvalid, sourceExists, sourceSecretRefused, sourceAuthUnknown, sourcesNotAdded],
  effect: 'write',
  permission: 'repository:create',
  on: {
    rest: { route: 'POST /repositories', status: 201, aliases },
    graphql: 'createRepository',
    cli: {
      command: 'repo add',
      positional: ['name', 'uri'],
      flags: { repositoryType: '--type' },
      examples: [
        { line: 'ratchet repo add my-repo file://./sample/js-tasks', about: 'A folder on the machine of the server' },
        { line: 'ratchet repo add team https://example.com/team/tasks.git --git-ref main', about: 'A branch of a Git repository' },
      ],
    },
  },
  run: async ({ sources, addRules }: SourceServices, request) => shownRepository(await sources.add(requestedSpec(request, addRules))),
});

export const changeRepositoryOperation = operation({
  name: 'repositories.change',
  summary: 'Change a source of tasks',
  details: 'Fields that are absent stay as they are. Sources of the configuration and of the command line are changed there.',
  input: SourceChange.extend({ id: SourceRef }),
  output: ShownRepository,
  errors: [sourceUnknown, sourceUriInvalid, sourceExists, sourceSecretRefused, sourceAuthUnknown, sourcesNotAdded, sourceConfigured],
  effect: 'write',
  permission: 'repository:update',
  on: {
    rest: { route: 'PATCH /repositories/:id', aliases },
    graphql: 'updateRepository',
    cli: {
      command: 'repo update',
      positional: ['id'],
      flags: { repositoryType: '--type' },
      examples: [{ line: 'ratchet repo update my-repo --polling-interval 60', about: 'Look every minute' }],
    },
  },
  run: async ({ sources, addRules }: SourceServices, { id, ...change }) =>
    shownRepository(await sources.change(id, changedSpec(await sources.find(id), change, addRules))),
});

export const replaceRepositoryOperation = operation({
  name: 'repositories.replace',
  summary: 'Say a source of tasks anew',
  details: 'Fields that are absent get their defaults. Sources of the configuration and of the command line are changed there.',
  input: NewSource.extend({ id: SourceRef }),
  output: ShownRepository,
  errors: [sourceUnknown, sourceUriInvalid, sourceExists, sourceSecretRefused, sourceAuthUnknown, sourcesNotAdded, sourceConfigured],
  effect: 'write',
  permission: 'repository:update',
  on: {
    rest: { route: 'PUT /repositories/:id', aliases },
    graphql: 'replaceRepository',
    without: { cli: '`ratchet repo update` changes what its flags say, and everything where all are given.' },
  },
  run: async ({ sources, addRules }: SourceServices, { id, ...said }) =>
    shownRepository(await sources.change(id, requestedSpec(said, addRules))),
});

export const removeRepositoryOperation = operation({
  name: 'repositories.remove',
  summary: 'Remove a source of tasks',
  details:
    'Its tasks stay with their history and cannot be run until another source brings them. Sources of the configuration and of the command line are removed there.',
  input: z.object({ id: SourceRef }),
  output: z.object({ message: z.string() }),
  errors: [sourceUnknown, sourceConfigured],
  effect: 'destroy',
  permission: 'repository:delete',
  on: {
    rest: { route: 'DELETE /repositories/:id', answers: 'done' },
    graphql: 'deleteRepository',
    cli: { command: 'repo remove', positional: ['id'], examples: [{ line: 'ratchet repo remove my-repo', about: 'Forget the source' }] },
  },
  async run({ sources }: SourceServices, { id }) {
    const { name } = await sources.find(id);
    await sources.remove(id);
    return { message: `Source ${name} is removed` };
  },
});

export const syncRepositoryOperation = operation({
  name: 'repositories.sync',
  summary: 'Sync a source of tasks now',
  details:
    'Fetches what the source holds and brings the tasks in line with it. A broken task is reported and its last good version stays; a source that cannot be read is reported and everything stays.',
  input: z.object({ id: SourceRef }),
  output: ShownSync,
  errors: [sourceUnknown, sourceBusy],
  effect: 'write',
  permission: 'repository:sync',
  on: {
    rest: 'POST /repositories/:id/sync',
    graphql: 'syncRepository',
    cli: {
      command: 'repo sync',
      positional: ['id'],
      examples: [{ line: 'ratchet repo sync js-tasks', about: 'Take up what has changed' }],
    },
  },
  run: async ({ sources }: SourceServices, { id }) => shownSync(await sources.sync(id)),
});

export const testRepositoryOperation = operation({
  name: 'repositories.test',
  summary: 'Look whether a source of tasks can be read',
  details: 'Fetches it with its credentials and counts the tasks in it. Stores nothing and changes no task.',
  input: z.object({ id: SourceRef }),
  output: z.object({
    success: z.boolean(),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    revision: z.string().nullable(),
    checksum: z.string().nullable(),
    taskCount: z.number().int().describe('Folders and archives that look like tasks; whether they are valid a sync says.'),
    durationMs: z.number().int(),
  }),
  errors: [sourceUnknown],
  effect: 'read',
  permission: 'repository:sync',
  on: {
    rest: 'POST /repositories/:id/test',
    graphql: 'testRepository',
    cli: { command: 'repo test', positional: ['id'], examples: [{ line: 'ratchet repo test js-tasks', about: 'Whether it can be read' }] },
  },
  async run({ sources }: SourceServices, { id }, { signal }) {
    const { isReachable, error, revision, checksum, taskCount, durationMs } = await sources.test(id, signal);
    const shown = error === null ? null : { code: error.code, message: error.message, hint: error.hint };
    return { success: isReachable, error: shown, revision, checksum, taskCount, durationMs };
  },
});

export const setDefaultRepositoryOperation = operation({
  name: 'repositories.setDefault',
  summary: 'Make a source the default one',
  details: 'Tasks that are to be committed and name no source go there. There is one default at most.',
  input: z.object({ id: SourceRef }),
  output: ShownRepository,
  errors: [sourceUnknown],
  effect: 'write',
  permission: 'repository:update',
  on: {
    rest: 'PUT /repositories/:id/default',
    graphql: 'setDefaultRepository',
    cli: {
      command: 'repo default',
      positional: ['id'],
      examples: [{ line: 'ratchet repo default my-repo', about: 'The one that tasks go to' }],
    },
  },
  run: async ({ sources }: SourceServices, { id }) => shownRepository(await sources.setDefault(id)),
});

export const assignTaskOperation = operation({
  name: 'tasks.assign',
  summary: 'Say to which source a task belongs',
  details:
    'A task of the database is to be committed to the source from then on. With null a task belongs to no source any more: what is stored stays and is changed here.',
  input: z.object({
    id: TaskRef,
    repositoryId: SourceRef.nullable().describe('Number or name of the source; null: none'),
    repositoryPath: z
      .string()
      .min(1)
      .max(1_000)
      .refine(
        (path) => !path.split('/').some((part) => part === '' || part === '..' || part.startsWith('.git')) && !/\.zip$/i.test(path),
        'must be a path inside the source, with forward slashes',
      )
      .optional()
      .describe('Folder inside the source; tasks/<name> unless given'),
  }),
  output: ShownTask,
  errors: [taskNotFound, sourceUnknown, taskReadOnly],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: 'PUT /tasks/:id/repository',
    graphql: 'assignTask',
    without: { cli: 'It needs a null that no flag can say; a task of a folder belongs to its source by itself.' },
  },
  async run({ sources, catalogue }: SourceServices, { id, repositoryId, repositoryPath }) {
    const task = await catalogue.find(id);
    if (task === null) throw taskNotFound({ ref: id });
    if (repositoryId === null) return shownTask(await catalogue.assign(task.id, null));
    const repository = await sources.find(repositoryId);
    return shownTask(await catalogue.assign(task.id, { repositoryId: repository.id, path: repositoryPath ?? `tasks/${task.name}` }));
  },
});

export const syncTasksOperation = operation({
  name: 'tasks.sync',
  summary: 'Sync every source of the server now',
  details:
    'Brings the tasks in line with the folders, archives and repositories they come from. A broken task is reported and its last good version stays; a task that is gone from its source cannot be run until it is back.',
  input: z.object({}),
  output: z.object({
    added: z.array(z.string()).describe('Names of tasks.'),
    updated: z.array(z.string()),
    removed: z.array(z.string()).describe('Tasks that are gone from their source.'),
    errors: z.array(failure),
    repositories: z.array(ShownSync).describe('The same by source.'),
  }),
  errors: [],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: 'POST /tasks/sync',
    graphql: 'syncTasks',
    cli: { command: 'task sync', examples: [{ line: 'ratchet task sync', about: 'Take up what has changed in every source' }] },
  },
  async run({ sources }: SourceServices) {
    const repositories = (await sources.syncAll()).map(shownSync);
    return {
      added: repositories.flatMap(({ added }) => added),
      updated: repositories.flatMap(({ updated }) => updated),
      removed: repositories.flatMap(({ removed }) => removed),
      errors: repositories.flatMap(({ repositoryName, error, errors }) =>
        error === null ? errors : [{ taskName: repositoryName, error: error.message }, ...errors],
      ),
      repositories,
    };
  },
});

/** Everything a server can be asked about its sources. */
export const sourceOperations = [
  listRepositoriesOperation,
  repositoriesHealthOperation,
  showRepositoryOperation,
  addRepositoryOperation,
  changeRepositoryOperation,
  replaceRepositoryOperation,
  removeRepositoryOperation,
  syncRepositoryOperation,
  testRepositoryOperation,
  setDefaultRepositoryOperation,
  assignTaskOperation,
  syncTasksOperation,
  discoverTasksOperation,
] as const;

export { discoverTasksOperation } from './discover/operations.ts';
export { repositoriesHealthOperation } from './health-operation.ts';
export { sourceUnknown } from './errors.ts';
export type { ShownRepository } from './repository.ts';
