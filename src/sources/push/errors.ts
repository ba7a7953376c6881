import { defineError } from '#kernel/index.ts';
import type { TaskConflict } from './push-plan.ts';

export const taskNotPushable = defineError<{ task: string; reason: string }>('TASK_NOT_PUSHABLE', {
  http: 409,
  exit: 'usage',
  message: ({ task, reason }) => `The task ${task} cannot be committed to its source: ${reason}.`,
  hint: () => 'Only tasks in folders of a writable Git source that follows a branch can; give the task such a source first.',
  about: 'A task was to be committed to its source, and it has none, or one that takes no commits. Nothing was sent.',
});

export const taskPushConflict = defineError<{ task: string; repository: string; path: string; conflict: TaskConflict }>(
  'TASK_PUSH_CONFLICT',
  {
    http: 409,
    exit: 'failed',
    message: ({ task, repository, path, conflict: { kind, localVersion, remoteVersion } }) =>
      `The task ${task} was not committed to ${repository}: ${
        kind === 'removed'
          ? `${path || 'its folder'} is gone there`
          : `${path || 'its folder'} holds ${remoteVersion === null ? 'other files' : `version ${remoteVersion}`} there, which ${kind === 'occupied' ? 'is not known here' : 'is not what was changed here'}`
      }${localVersion === null ? '' : `; here it is version ${localVersion}`}.`,
    hint: () =>
      'Compare the two (--dry-run --resolution take_local shows the difference), then push again with --resolution take_local or take_remote.',
    about:
      'A task was changed on the server and, since it was last read, in its source too. Neither is overwritten unasked. `data.conflict` has versions and checksums of both.',
  },
);

export const pushRefused = defineError<{ repository: string; branch: string; reason: string }>('SOURCE_PUSH_REFUSED', {
  http: 422,
  exit: 'failed',
  message: ({ repository, branch, reason }) => `The source ${repository} did not take the commit on ${branch}: ${reason}.`,
  hint: () =>
    'Look whether the credentials may write and the branch is protected; branch_strategy feature_branch commits to a branch of its own.',
  about:
    'The host of a Git source refused a push: a protected branch, a hook, or credentials that may only read. The change stays on the server and can be pushed again.',
});

export const pushRaced = defineError<{ repository: string; branch: string; attempts: number }>('SOURCE_PUSH_RACED', {
  http: 503,
  exit: 'busy',
  retryable: true,
  message: ({ repository, branch, attempts }) =>
    `The branch ${branch} of ${repository} got other commits each of the ${attempts} times a push was tried.`,
  hint: () => 'Push again in a moment.',
  about:
    'Somebody else was faster, several times in a row. Each time the new state was fetched and compared before the next try. Nothing was overwritten.',
});

export const branchNameInvalid = defineError<{ branch: string; template: string }>('SOURCE_BRANCH_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ branch, template }) => `${JSON.stringify(branch)} is no name of a branch (made from ${JSON.stringify(template)}).`,
  hint: () => 'Correct registry.pushback.branch_template: letters, digits, /, - and _ with {task} and {version}.',
  about: 'The template for names of feature branches gave a name that git does not accept. Nothing was sent.',
});
