import { defineError } from '#kernel/index.ts';

export const jobNotFound = defineError<{ job: string }>('JOB_NOT_FOUND', {
  http: 404,
  exit: 'usage',
  message: ({ job }) => `There is no job ${job}.`,
  hint: () => 'Give the number or the uuid of a job; `ratchet job list` shows them. Finished jobs are removed after their retention time.',
  about: 'No job has this number or uuid: it never existed, or it has been removed.',
});

export const jobTaskGone = defineError<{ task: string }>('JOB_TASK_GONE', {
  http: 422,
  exit: 'usage',
  message: ({ task }) => `Task ${task} does not exist (any more); nothing was queued.`,
  hint: () => 'List the tasks and name one that exists, by number, uuid or name.',
  about: 'A job was asked for of a task that nobody knows, or that was removed between the question and the answer.',
});

export const jobTaskUnavailable = defineError<{ task: string }>('JOB_TASK_UNAVAILABLE', {
  http: 409,
  exit: 'usage',
  message: ({ task }) => `Task ${task} has no valid version, so nothing can be run; nothing was queued.`,
  hint: ({ task }) => `Correct the task: its \`syncError\` says what is wrong; \`ratchet validate\` shows all of it. Task: ${task}.`,
  about: 'The task is known, but its source is gone or was never valid, so a job of it could only fail.',
});

export const jobVersionDisabled = defineError<{ task: string; version: string }>('JOB_VERSION_DISABLED', {
  http: 409,
  exit: 'usage',
  message: ({ task, version }) => `Version ${version} of the task ${task} is switched off; nothing was queued.`,
  hint: () => 'Name another version, or switch this one on again.',
  about:
    'A job was asked for with a version that an operator has switched off; or with none, and the version that would run is switched off and no other is left.',
});

export const jobVersionUnknown = defineError<{ task: string; version: string; available: readonly string[] }>('JOB_VERSION_UNKNOWN', {
  http: 422,
  exit: 'usage',
  message: ({ task, version, available }) => `Task ${task} has no version ${version}; there is ${available.join(', ')}.`,
  hint: () => 'Name one of these, or none for the one that is current when the job starts.',
  about: 'A job may name the version of the task that is to run; this one does not exist.',
});

export const jobInputTooLarge = defineError<{ bytes: number; limit: number }>('JOB_INPUT_TOO_LARGE', {
  http: 413,
  exit: 'invalidInput',
  message: ({ bytes, limit }) => `The input is ${bytes} bytes of JSON; a job may have ${limit}.`,
  hint: () => 'Pass a reference to the data (a URL, a key) instead of the data, or raise server.job_queue.max_input_bytes.',
  about: 'Inputs are stored with the job and sent to a worker; very large ones make everything slow.',
});

export const queueFull = defineError<{ waiting: number; limit: number; retryAfterSeconds: number }>('QUEUE_FULL', {
  http: 429,
  exit: 'busy',
  retryable: true,
  message: ({ waiting, limit }) => `${waiting} jobs wait already; at most ${limit} may.`,
  hint: ({ retryAfterSeconds }) => `Try again in ${retryAfterSeconds} s, add workers, or raise server.job_queue.max_queue_size.`,
  about: 'Back-pressure: a queue that grows without bound hides that nobody keeps up. Nothing of the request was queued.',
});

export const storageRefuses = defineError<{ reason: string; detail: string; retryAfterSeconds: number }>('JOB_STORAGE_REFUSES', {
  http: 503,
  exit: 'environment',
  retryable: true,
  message: ({ reason, detail }) => `Jobs cannot be stored now: the database is ${reason} (${detail}).`,
  hint: () => 'Free disk space, or bring the database back; jobs are accepted again by themselves.',
  about: 'A job is only accepted when it is safe on disk. While the database cannot be written to, requests are refused at once.',
});

export const dependencyInvalid = defineError<{ index: number; after: number }>('JOB_DEPENDENCY_INVALID', {
  http: 422,
  exit: 'usage',
  message: ({ index, after }) => `Job ${index} of the request is to run after job ${after}, which does not come before it.`,
  hint: () => '`after` names earlier jobs of the same request by their position, counted from 0.',
  about: 'Jobs of one request may wait for each other; naming only earlier ones keeps circles out.',
});

export const jobFinished = defineError<{ job: string; status: string }>('JOB_ALREADY_FINISHED', {
  http: 409,
  exit: 'usage',
  message: ({ job, status }) => `Job ${job} is ${status} already.`,
  hint: () => 'A failed or cancelled job can be retried; a completed one is done.',
  about: 'The job has ended, so it cannot be cancelled or changed any more.',
});

export const jobNotEnded = defineError<{ job: string; status: string }>('JOB_NOT_RETRYABLE', {
  http: 409,
  exit: 'usage',
  message: ({ job, status }) => `Job ${job} is ${status}; only a failed or cancelled job can be retried.`,
  hint: ({ status }) => (status === 'COMPLETED' ? 'Queue a new job to run the task again.' : 'Wait for it to end, or cancel it first.'),
  about: 'Retrying lets a job that has failed or was cancelled wait again from the start.',
});

export const jobNotWaiting = defineError<{ job: string; status: string }>('JOB_NOT_WAITING', {
  http: 409,
  exit: 'usage',
  message: ({ job, status }) => `Job ${job} is ${status}; only a job that waits can be changed.`,
  hint: () => 'Cancel it and queue another one with the values you want.',
  about: 'Priority, time and limits of a job are decided before it starts.',
});

export const jobRunning = defineError<{ job: string }>('JOB_IS_RUNNING', {
  http: 409,
  exit: 'usage',
  message: ({ job }) => `Job ${job} is running and cannot be removed.`,
  hint: () => 'Cancel it first, then remove it.',
  about: 'Removing a job that runs would take its row from under the worker that will report its end.',
});

export const jobDeadlinePassed = defineError<{ deadline: string }>('JOB_DEADLINE_PASSED', {
  http: 422,
  exit: 'timedOut',
  message: ({ deadline }) => `The job was to start by ${deadline} at the latest, and that time has passed.`,
  hint: () => 'Retry it without the deadline, or find out with `job why` next time what it waits for.',
  about: 'A job with a deadline is not started later: what it would do is worthless by then, as whoever asked has said.',
});

export const dependencyFailed = defineError<{ needs: string }>('DEPENDENCY_FAILED', {
  http: 422,
  exit: 'failed',
  message: ({ needs }) => `Job ${needs}, which this one needs, did not complete.`,
  hint: ({ needs }) => `Retry job ${needs} first, then this one.`,
  about: 'A job that needs others is cancelled when one of them fails for good or is cancelled, and so are those that need it.',
});

export const jobReplaced = defineError<{ key: string }>('JOB_REPLACED', {
  http: 409,
  exit: 'interrupted',
  message: ({ key }) => `A newer job with the unique key ${JSON.stringify(key)} took the place of this one.`,
  hint: () => 'Nothing to do: the newer job does the work.',
  about: 'At most one job of a task with a unique key waits; with `replace`, the newest wins.',
});

export const scheduleOverlap = defineError<{ schedule: number; because: number }>('SCHEDULE_OVERLAP', {
  http: 409,
  exit: 'interrupted',
  message: ({ schedule, because }) => `The job was not run, because job ${because} of the same schedule, ${schedule}, has not ended.`,
  hint: () => 'Let the schedule queue what overlaps, or allow it: `ratchet schedule update <id> --overlap queue`.',
  about:
    'A slot of a schedule came due while an earlier job of the schedule had not ended (or, where the latest takes the place of the others, a later one was there), and the overlap policy of the schedule says that only one of them runs. Decided when the job was to start.',
});

export const workerLost = defineError<{ owner: string; rescues: number }>('WORKER_LOST', {
  http: 500,
  exit: 'crashed',
  retryable: true,
  message: ({ owner, rescues }) => `The process ${owner} that ran this attempt is gone (lost ${rescues} times in a row).`,
  hint: () => 'If it happens every time, the task takes its process down: look at memory, and at the log of the process.',
  about:
    'A process died, or lost its connection, while it ran the attempt. The job waits again without losing a retry; after several losses it fails.',
});
