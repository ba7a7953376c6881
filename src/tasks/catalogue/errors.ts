import { defineError, type Problem } from '#kernel/index.ts';

export const taskVersionNotFound = defineError<{ task: string; version: string; available: readonly string[] }>('TASK_VERSION_NOT_FOUND', {
  http: 404,
  exit: 'invalidTask',
  message: ({ task, version }) => `The task ${task} has no version ${version}.`,
  hint: ({ available }) => `Name one of ${available.slice(-10).join(', ')}, or none for the one that is current.`,
  about: 'A version was asked for that the server has never known. Versions that were current once stay available.',
});

export const taskVersionDisabled = defineError<{ task: string; version: string }>('TASK_VERSION_DISABLED', {
  http: 409,
  exit: 'usage',
  message: ({ task, version }) => `Version ${version} of the task ${task} is switched off.`,
  hint: () => 'Switch the version on again, or name another one.',
  about:
    'An operator has switched one version of a task off: jobs do not run it. When no other version is left, jobs that name none are refused the same way.',
});

export const taskExists = defineError<{ field: 'uuid' | 'name'; value: string }>('TASK_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ field, value }) => `There is a task with the ${field} ${value} already; nothing was stored.`,
  hint: () => 'Change that task instead, or choose another name.',
  about: 'A task was to be made under a name or a uuid that another task has.',
});

export const taskReadOnly = defineError<{ task: string; path: string }>('TASK_READ_ONLY', {
  http: 409,
  exit: 'usage',
  message: ({ task, path }) => `The task ${task} comes from ${path} and is changed there.`,
  hint: () => 'Edit its files and sync; a task may be switched off or limited here all the same.',
  about:
    'A task that comes from a folder, a ZIP or a source that takes no commits is a copy of what stands there, so its files cannot be changed or removed through the server: the next sync would undo it.',
});

export const taskProtected = defineError<{ task: string }>('TASK_PROTECTED', {
  http: 409,
  exit: 'usage',
  message: ({ task }) => `The task ${task} belongs to the server and cannot be removed.`,
  hint: () => 'Disable it; or switch it off for good in the configuration, with heartbeat.enabled: false.',
  about: 'What the server makes for itself is made again at its next start, so removing it would be of no use.',
});

export const taskVersionExists = defineError<{ task: string; version: string; next: string }>('TASK_VERSION_EXISTS', {
  http: 409,
  exit: 'usage',
  message: ({ task, version }) => `Version ${version} of the task ${task} exists with other files; nothing was stored.`,
  hint: ({ next }) => `Name a version that is free, such as ${next}, or none: the next one is taken then.`,
  about: 'A version once stored keeps its files, so that what ran can be told afterwards. Other files need another version.',
});

export const taskBusy = defineError<{ task: string; running: number }>('TASK_BUSY', {
  http: 409,
  exit: 'busy',
  retryable: true,
  message: ({ task, running }) =>
    `The task ${task} has ${running === 1 ? 'a job that runs' : `${running} jobs that run`}; it was not removed.`,
  hint: () => 'Switch the task off, wait for the jobs or cancel them, and remove it then.',
  about: 'A task is removed with all its jobs and executions, and not while one of them is under way.',
});

export const taskTestsFailed = defineError<{ task: string; total: number; failed: number; failures: readonly TestFailure[] }>(
  'TASK_TESTS_FAILED',
  {
    http: 422,
    exit: 'failed',
    message: ({ task, total, failed, failures }) =>
      `${failed} of ${total} tests of the task ${task} failed, so it was not stored: ${failures
        .slice(0, 5)
        .map(({ name, message }) => `${name}: ${message}`)
        .join('; ')}`,
    hint: () => 'Correct the task or its tests, or store it all the same with force.',
    about:
      'A task that is made or changed through the server runs its own tests first, in the sandbox. `data.failures` says which failed and why.',
  },
);

export const taskSourceGone = defineError<{ task: string; path: string }>('TASK_SOURCE_GONE', {
  http: 409,
  exit: 'invalidTask',
  // The folder may be back in a moment, as when a deployment replaces it.
  retryable: true,
  message: ({ task, path }) => `The task ${task} cannot be run: ${path}, which it comes from, is gone.`,
  hint: () => 'Put the folder back and sync, or remove the task.',
  about:
    'The folder or ZIP of a task was removed, which is how an operator takes a task out of service. The task is kept with its history and runs again when its source is back.',
});

export const taskChanged = defineError<{ task: string }>('TASK_CHANGED', {
  http: 409,
  exit: 'busy',
  retryable: true,
  message: ({ task }) => `The task ${task} was changed by somebody else at the same time; nothing was stored.`,
  hint: () => 'Look at the task as it is now, and ask again.',
  about: 'Two changes of one task met. The first was stored; the second might have undone it and was refused.',
});

export const taskFilesRefused = defineError<{ problems: Problem[] }>('TASK_FILES_REFUSED', {
  http: 422,
  exit: 'invalidTask',
  message: ({ problems }) =>
    `The task was refused: ${problems.map(({ path, message }) => (path ? `${path} ${message}` : message)).join('; ')}.`,
  hint: () => 'Send the files of one task: relative paths, text, a few dozen files at most.',
  about:
    'The files or fields of a task that was to be stored cannot be those of a task: a path that leaves it, too many or too large files, or fields that contradict each other.',
});

export const taskNeedsApproval = defineError<{ task: string; version: string; hosts: readonly string[] }>('TASK_NEEDS_APPROVAL', {
  http: 409,
  exit: 'usage',
  message: ({ task, version, hosts }) =>
    `Version ${version} of the task ${task} may reach hosts that the one before could not (${hosts.join(', ')}), and nobody has approved of that.`,
  hint: ({ task, version }) =>
    `Look at the change, then let it run: \`ratchet task approve ${task} ${version}\`; or name a version that needs no approval.`,
  about:
    'The operator wants a person to approve of every version that may reach more of the network than the one before (tasks.require_network_approval). Jobs of it wait; what is asked for at once is refused.',
});

export const taskVersionNotHigher = defineError<{ task: string; version: string; highest: string }>('TASK_VERSION_NOT_HIGHER', {
  http: 409,
  exit: 'usage',
  message: ({ task, version, highest }) =>
    `Version ${version} of the task ${task} is not higher than ${highest}, which exists; nothing was stored.`,
  hint: () => 'Name a version that comes after all others by semantic versioning; 1.1.0-beta.1 comes before 1.1.0.',
  about:
    'A new version has to be higher than every version of the task that was ever stored, so that the order of versions is that of time.',
});

/** A test of the task's own that did not pass. */
export interface TestFailure {
  readonly name: string;
  readonly message: string;
}
