import { defineError } from '#kernel/index.ts';

export const executionNotFound = defineError<{ id: string }>('EXECUTION_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ id }) => `There is no execution ${JSON.stringify(id)}.`,
  hint: () => 'Give its number or uuid, as a list of executions shows them; an old one may have been removed by retention.',
  about: 'Nothing is stored under this number or uuid: it never was, somebody removed it, or it was older than executions are kept.',
});

export const executionImmutable = defineError<{ id: string; fields: string[] }>('EXECUTION_IMMUTABLE', {
  http: 409,
  exit: 'usage',
  message: ({ id, fields }) =>
    `Execution ${id} cannot be changed: ${fields.join(', ')} ${fields.length === 1 ? 'is' : 'are'} what happened.`,
  hint: () => 'To stop it, cancel it; to let it run again, retry it; to be rid of it, delete it.',
  about:
    'What an execution did is written by whoever ran it and by nobody else: a history that callers can edit is none. The operation exists because older clients know it.',
});

export const executionBusy = defineError<{ id: string; status: string }>('EXECUTION_BUSY', {
  http: 409,
  exit: 'usage',
  message: ({ id, status }) => `Execution ${id} cannot be removed while it is ${status}.`,
  hint: () => 'Cancel it first, or wait for its end.',
  about: 'Only executions that have ended can be removed. Nothing was changed.',
});

export const executionEnded = defineError<{ id: string; status: string }>('EXECUTION_ENDED', {
  http: 409,
  exit: 'usage',
  message: ({ id, status }) => `Execution ${id} is ${status} and cannot be cancelled.`,
  hint: () => 'Only what waits or runs can be cancelled.',
  about: 'The execution had ended before it was to be cancelled. Nothing was changed.',
});

export const executionNotRetryable = defineError<{ id: string; status: string }>('EXECUTION_NOT_RETRYABLE', {
  http: 409,
  exit: 'usage',
  message: ({ id, status }) => `Execution ${id} is ${status} and cannot be retried.`,
  hint: () => 'Only what failed or was cancelled can be retried; to run a task again, make a new execution.',
  about: 'The execution waits, runs or has completed, so there is nothing to retry. Nothing was changed.',
});

export const executionNotRecorded = defineError<{ id: string; reason: string; setting: string }>('EXECUTION_NOT_RECORDED', {
  http: 404,
  exit: 'usage',
  message: ({ id, reason }) => `No recording of execution ${id} is stored: ${reason}.`,
  hint: ({ setting }) => `Set ${setting} to all, or ask for it in the job with record: all, and run the task again.`,
  about:
    'Recordings are kept of executions that failed, unless the configuration or the job says otherwise, and for as long as retention lets them stay; one that has not ended has none yet.',
});

export const executionVersionGone = defineError<{ id: string; version: string; checksum: string }>('EXECUTION_VERSION_GONE', {
  http: 404,
  exit: 'usage',
  message: ({ id, version, checksum }) =>
    `The files of version ${version} (${checksum.slice(0, 12)}) that execution ${id} ran are not stored any more.`,
  hint: () => 'Ask for the recording without files, and replay it on files of your own with --from-fs.',
  about: 'A replay needs the files of the task as they were. They are stored with every version that ran, until the task is removed.',
});
