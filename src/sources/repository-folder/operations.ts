import { z } from 'zod';
import { operation } from '#kernel/index.ts';
import { repositoryExists, repositoryFileInvalid, repositoryMissing, repositoryUnwritable } from './errors.ts';
import { IndexedTask, IndexStatistics } from './index-file.ts';
import { initRepository } from './init-repository.ts';
import { refreshIndex, type Refreshed } from './refresh-index.ts';
import { indexFile, RatchetRange, RepositoryVersion } from './registry-file.ts';

const Problem = z.object({ path: z.string().describe('From the root of the repository.'), error: z.string() });

const refreshed = {
  index: z.string().describe('The index file, from the root of the repository.'),
  isWritten: z.boolean().describe('False where the index says all that already, or because of problems.'),
  tasks: z.array(IndexedTask.pick({ name: true, version: true, path: true, checksum: true })),
  problems: z.array(Problem).describe('Tasks, collections and templates that cannot be used.'),
  statistics: IndexStatistics,
  collections: z.number().int(),
  templates: z.number().int(),
};

export const InitAnswer = z.object({
  folder: z.string(),
  name: z.string(),
  files: z.array(z.string()).describe('Written now.'),
  ...refreshed,
});
export type InitAnswer = z.infer<typeof InitAnswer>;
export const RefreshAnswer = z.object({ folder: z.string(), ...refreshed });
export type RefreshAnswer = z.infer<typeof RefreshAnswer>;

export const initRepositoryOperation = operation({
  name: 'repositoryFolders.init',
  summary: 'Make a folder a task repository',
  details:
    'Writes registry.yaml, an index and the folders for tasks, collections and templates. Files that are there stay; in a repository that is there already, --force sets what is given anew and keeps every other field.',
  input: z.strictObject({
    folder: z.string().min(1).describe('Folder of the repository, which is made where it is not there'),
    name: z.string().min(1).max(200).optional().describe('Name of the repository; absent: that of the folder'),
    description: z.string().max(10_000).optional().describe('What its tasks are for'),
    version: RepositoryVersion.optional().describe('Semantic version of the repository, 1.0.0 unless given'),
    ratchetVersion: RatchetRange.optional().describe('Versions of Ratchet its tasks work with, >=0.1.0 unless given'),
    force: z.boolean().default(false).describe('Also where the folder is a task repository already'),
  }),
  output: InitAnswer,
  errors: [repositoryExists, repositoryFileInvalid, repositoryUnwritable],
  effect: 'write',
  permission: 'repository:init',
  on: {
    cli: {
      command: 'repo init',
      positional: ['folder'],
      examples: [
        { line: 'ratchet repo init ./my-repo --name="My Repository"', about: 'A repository to put tasks into' },
        { line: 'ratchet repo init . --description "Tasks of the warehouse"', about: 'In a folder that holds tasks already' },
      ],
    },
  },
  async run(_services: object, request, { now }) {
    const { name, files, ...rest } = await initRepository(request, now);
    return { folder: request.folder, name, files: [...files], ...answerOf(rest) };
  },
});

export const refreshRepositoryOperation = operation({
  name: 'repositoryFolders.refresh',
  summary: 'Write the index of a task repository anew',
  details:
    'Reads and checks every task, collection and template as a server would, running none of their code, and writes .ratchet/index.json. Where one of them is broken nothing is written, unless --force leaves the broken ones out. What has not changed is not written again.',
  input: z.strictObject({
    folder: z.string().min(1).default('.').describe('Folder of the repository'),
    force: z.boolean().default(false).describe('Leave out what is broken'),
  }),
  output: RefreshAnswer,
  errors: [repositoryMissing, repositoryFileInvalid, repositoryUnwritable],
  effect: 'write',
  permission: 'repository:refresh',
  on: {
    cli: {
      command: 'repo refresh-metadata',
      positional: ['folder'],
      examples: [
        { line: 'ratchet repo refresh-metadata', about: 'The repository of this folder' },
        { line: 'ratchet repo refresh-metadata ./my-repo --force', about: 'Leaves broken tasks out' },
      ],
    },
  },
  run: async (_services: object, { folder, force }, { now }) => ({
    folder,
    ...answerOf(await refreshIndex(folder, { force, now })),
  }),
});

function answerOf({ index, problems, isWritten }: Refreshed) {
  return {
    index: indexFile,
    isWritten,
    tasks: index.tasks.map(({ name, version, path, checksum }) => ({ name, version, path, checksum })),
    problems: [...problems],
    statistics: index.statistics,
    collections: Object.keys(index.collections).length,
    templates: Object.keys(index.templates).length,
  };
}

export { repositoryTasksInvalid } from './errors.ts';
