import { operation, TimeInput } from '#kernel/index.ts';
import { z } from 'zod';
import { jobTaskGone, storageRefuses } from '../errors.ts';
import { TaskRef } from '../job-request.ts';
import type { JobStatus } from '../job.ts';
import { ShownPause, shownPause } from '../shown-job.ts';
import { Done, type JobServices } from './services.ts';

type Services = Pick<JobServices, 'jobs'>;

const words = <const Words extends readonly [string, ...string[]]>(list: Words) =>
  z
    .string()
    .transform((said) => said.toUpperCase())
    .pipe(z.enum(list));

export const pauseJobsOperation = operation({
  name: 'jobs.pause',
  summary: 'Pause a task or the whole queue',
  details:
    'Nothing of it is started until it is resumed. What runs goes on; new jobs are accepted and wait. Jobs that ignore pauses are started all the same.',
  input: z.object({
    taskId: TaskRef.nullish().describe('Number, uuid or name of the task; everything when there is none'),
    reason: z.string().max(500).nullish().describe('Shown to those who ask why a job does not run'),
  }),
  output: ShownPause,
  errors: [jobTaskGone],
  effect: 'write',
  permission: 'queue:control',
  on: {
    rest: 'POST /jobs/pause',
    graphql: 'pauseJobs',
    cli: {
      command: 'job pause',
      positional: ['taskId'],
      examples: [
        { line: 'ratchet job pause addition --reason "the other side is down"', about: 'Starts no more jobs of the task addition' },
      ],
    },
  },
  run: async ({ jobs }: Services, { taskId, reason }, { caller }) =>
    shownPause(await jobs.pause(taskId ?? null, reason ?? null, caller.name)),
});

export const resumeJobsOperation = operation({
  name: 'jobs.resume',
  summary: 'End a pause',
  details: 'Of a task, or of the whole queue when no task is named; a pause of the other kind stays.',
  input: z.object({ taskId: TaskRef.nullish().describe('Number, uuid or name of the task; everything when there is none') }),
  output: z.object({ wasPaused: z.boolean(), message: z.string() }),
  errors: [jobTaskGone],
  effect: 'write',
  permission: 'queue:control',
  on: {
    rest: { route: 'POST /jobs/resume', answers: 'done' },
    graphql: 'resumeJobs',
    cli: {
      command: 'job resume',
      positional: ['taskId'],
      examples: [{ line: 'ratchet job resume addition', about: 'Starts jobs of the task addition again' }],
    },
  },
  async run({ jobs }: Services, { taskId }, { caller }) {
    const wasPaused = await jobs.resume(taskId ?? null, caller.name);
    const what = taskId ? `Task ${taskId}` : 'The queue';
    return { wasPaused, message: wasPaused ? `${what} goes on.` : `${what} was not paused.` };
  },
});

export const clearJobsOperation = operation({
  name: 'jobs.clear',
  summary: 'Cancel jobs that wait',
  details:
    'All that wait, or those of one task or one status; those that need them are cancelled too. Running jobs are not touched. Cancelled jobs can be retried.',
  input: z.object({
    taskId: TaskRef.nullish().describe('Only of this task: number, uuid or name'),
    status: words(['QUEUED', 'RETRYING']).nullish().describe('Only QUEUED, or only RETRYING'),
  }),
  output: Done,
  errors: [jobTaskGone],
  effect: 'destroy',
  permission: 'queue:control',
  on: {
    rest: { route: 'POST /jobs/clear', answers: 'done' },
    graphql: 'clearJobs',
    cli: {
      command: 'job clear',
      examples: [{ line: 'ratchet job clear --task-id addition', about: 'Cancels the waiting jobs of the task addition' }],
    },
  },
  async run({ jobs }: Services, { taskId, status }, { caller }) {
    const count = await jobs.clear(
      {
        taskId: taskId ? await jobs.taskId(taskId) : undefined,
        statuses: status ? [status.toLowerCase() as JobStatus] : undefined,
      },
      caller.name,
    );
    return { count, message: count === 1 ? 'One job is cancelled.' : `${count} jobs are cancelled.` };
  },
});

export const redriveJobsOperation = operation({
  name: 'jobs.redrive',
  summary: 'Let failed jobs run again',
  details:
    'All that failed for good, or those of one task, with one error, or that ended before a time; cancelled ones with `status`. They wait again from the start.',
  input: z.object({
    taskId: TaskRef.nullish().describe('Only of this task: number, uuid or name'),
    status: words(['FAILED', 'CANCELLED']).default('FAILED').describe('FAILED, or CANCELLED'),
    errorCode: z.string().max(100).nullish().describe('Only those that ended with this code'),
    completedBefore: TimeInput.nullish().describe('Only those that ended before'),
  }),
  output: Done,
  errors: [jobTaskGone, storageRefuses],
  effect: 'write',
  permission: 'queue:control',
  on: {
    rest: { route: 'POST /jobs/redrive', answers: 'done' },
    graphql: 'redriveJobs',
    cli: {
      command: 'job redrive',
      examples: [{ line: 'ratchet job redrive --error-code TASK_FAILED_TRANSIENT', about: 'Tries again what failed for the moment' }],
    },
  },
  async run({ jobs }: Services, { taskId, status, errorCode, completedBefore }, { caller }) {
    const count = await jobs.redrive(
      {
        taskId: taskId ? await jobs.taskId(taskId) : undefined,
        statuses: [status.toLowerCase() as JobStatus],
        errorCode: errorCode ?? undefined,
        completedBefore: completedBefore ?? undefined,
      },
      caller.name,
    );
    return { count, message: count === 1 ? 'One job waits again.' : `${count} jobs wait again.` };
  },
});

export const controlOperations = [pauseJobsOperation, resumeJobsOperation, clearJobsOperation, redriveJobsOperation] as const;
