import { defineError } from '#kernel/index.ts';

/** What is wrong with one thing of a repository. */
export interface RepositoryProblem {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly error: string;
}

export const repositoryExists = defineError<{ folder: string }>('TASK_REPOSITORY_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ folder }) => `${folder} is a task repository already; nothing was written.`,
  hint: () => 'Choose another folder, or set name, description and version anew with --force: everything else stays.',
  about: 'A task repository was to be made in a folder that has .ratchet/registry.yaml. What stands there is not overwritten unasked.',
});

export const repositoryMissing = defineError<{ folder: string }>('TASK_REPOSITORY_MISSING', {
  http: 404,
  exit: 'usage',
  message: ({ folder }) => `${folder} is no task repository: it has no .ratchet/registry.yaml.`,
  hint: ({ folder }) => `Make it one with \`ratchet repo init ${folder}\`, or give the folder that holds .ratchet.`,
  about: 'The metadata of a task repository was to be refreshed in a folder that is none.',
});

export const repositoryFileInvalid = defineError<{ file: string; problem: string }>('TASK_REPOSITORY_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ file, problem }) => `${file} cannot be used: ${problem}.`,
  hint: () => 'Correct the file; the guide to task repositories lists its fields.',
  about: 'registry.yaml of a task repository is no YAML, or one of its fields has a wrong type. Nothing was written.',
});

export const repositoryUnwritable = defineError<{ path: string; reason: string }>('TASK_REPOSITORY_UNWRITABLE', {
  http: 422,
  exit: 'usage',
  message: ({ path, reason }) => `Cannot write ${path}: ${reason}.`,
  hint: () => 'Choose a folder you may write to.',
  about: 'The file system refused to write a file of a task repository. The index is replaced as a whole or not at all.',
});

export const repositoryTasksInvalid = defineError<{ folder: string; problems: readonly RepositoryProblem[] }>(
  'TASK_REPOSITORY_TASKS_INVALID',
  {
    http: 422,
    exit: 'invalidTask',
    message: ({ folder, problems }) =>
      `${problems.length === 1 ? 'One thing' : `${problems.length} things`} in ${folder} cannot be used (${problems
        .map(({ path }) => path)
        .join(', ')}), so the index was not written.`,
    hint: () => 'Correct what is named, or leave it out of the index with --force.',
    about:
      'A task, collection or template of a repository is broken. `data.problems` says what is wrong with each. An index that names only some of them would make the others disappear for everybody who reads it, so that is done only when it is asked for.',
  },
);
