import { operation, TimeInput } from '#kernel/index.ts';
import { z } from 'zod';
import { jobFinished, jobInputTooLarge, jobNotEnded, jobNotFound, jobNotWaiting, jobRunning, storageRefuses } from '../errors.ts';
import { Priority } from '../job-request.ts';
import { Job, shownJob } from '../shown-job.ts';
import { JobRef, type JobServices } from './services.ts';

type Services = Pick<JobServices, 'jobs'>;
const Changed = z.object({ job: Job, message: z.string() });

export const cancelJobOperation = operation({
  name: 'jobs.cancel',
  summary: 'Cancel a job that has not ended',
  details:
    'A waiting job never starts, and those that need it are cancelled too. A running one is stopped; what it has already done outside, such as requests it sent, stays done.',
  input: z.object({ id: JobRef }),
  output: Changed,
  errors: [jobNotFound, jobFinished],
  effect: 'write',
  permission: 'job:cancel',
  on: {
    rest: { route: 'POST /jobs/:id/cancel', answers: 'done' },
    graphql: 'cancelJob',
    cli: {
      command: 'job cancel',
      positional: ['id'],
      examples: [{ line: 'ratchet job cancel 42', about: 'Stops job 42, or lets it never start' }],
    },
  },
  async run({ jobs }: Services, { id }, { caller }) {
    const job = await jobs.cancel(id, caller.name);
    return { job: shownJob(job), message: job.status === 'cancelled' ? `Job ${job.id} is cancelled.` : `Job ${job.id} is being stopped.` };
  },
});

export const retryJobOperation = operation({
  name: 'jobs.retry',
  summary: 'Let a failed or cancelled job run again',
  details:
    'It waits again from the start, with all its retries, and with the same input unless another is given. Its earlier executions stay as they are.',
  input: z.object({ id: JobRef, input: z.unknown().optional().describe('Another input as JSON') }),
  output: Changed,
  errors: [jobNotFound, jobNotEnded, jobInputTooLarge, storageRefuses],
  effect: 'write',
  permission: 'job:create',
  on: {
    rest: { route: 'POST /jobs/:id/retry', answers: 'done', aliases: { inputData: 'input' } },
    graphql: 'retryJob',
    cli: { command: 'job retry', positional: ['id'], examples: [{ line: 'ratchet job retry 42', about: 'Lets job 42 run once more' }] },
  },
  async run({ jobs }: Services, { id, input }, { caller }) {
    const job = await jobs.retry(id, input === undefined ? null : JSON.stringify(input), caller.name);
    return { job: shownJob(job), message: `Job ${job.id} waits to run again.` };
  },
});

export const updateJobOperation = operation({
  name: 'jobs.update',
  summary: 'Change a job that waits',
  details: 'Its priority, its time, its deadline or its number of retries. A job that runs or has ended cannot be changed.',
  input: z.object({
    id: JobRef,
    priority: Priority.optional(),
    scheduledFor: TimeInput.optional().describe('Not before this time'),
    deadline: TimeInput.nullish().describe('Not after this time; null: whenever'),
    maxRetries: z.number().int().min(0).max(100).optional().describe('How often it is tried again after the first attempt'),
    retryDelaySeconds: z.number().nonnegative().max(86_400).optional().describe('Before the first retry'),
  }),
  output: Job,
  errors: [jobNotFound, jobNotWaiting],
  effect: 'write',
  permission: 'job:update',
  on: {
    rest: { route: 'PATCH /jobs/:id', aliases: { processAt: 'scheduledFor' } },
    graphql: 'updateJob',
    cli: {
      command: 'job update',
      positional: ['id'],
      examples: [{ line: 'ratchet job update 42 --priority HIGH', about: 'Lets job 42 run earlier' }],
    },
  },
  async run({ jobs }: Services, { id, priority, scheduledFor, deadline, maxRetries, retryDelaySeconds }) {
    const job = await jobs.update(id, {
      ...(priority === undefined ? {} : { priority }),
      ...(scheduledFor === undefined ? {} : { runAt: scheduledFor }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(maxRetries === undefined ? {} : { maxRetries }),
      ...(retryDelaySeconds === undefined ? {} : { retryDelayMs: retryDelaySeconds * 1_000 }),
    });
    return shownJob(job);
  },
});

export const removeJobOperation = operation({
  name: 'jobs.remove',
  summary: 'Remove a job',
  details:
    'With its executions, their results, logs and recordings. A job that runs must be cancelled first; those that wait for this one are cancelled.',
  input: z.object({ id: JobRef }),
  output: z.object({ id: z.string(), message: z.string() }),
  errors: [jobNotFound, jobRunning],
  effect: 'destroy',
  permission: 'job:delete',
  on: {
    rest: { route: 'DELETE /jobs/:id', answers: 'done' },
    graphql: 'deleteJob',
    cli: {
      command: 'job remove',
      positional: ['id'],
      examples: [{ line: 'ratchet job remove 42', about: 'Removes job 42 and all that came of it' }],
    },
  },
  async run({ jobs }: Services, { id }) {
    await jobs.remove(id);
    return { id, message: `Job ${id} is gone.` };
  },
});

export const changeJobOperations = [updateJobOperation, removeJobOperation, cancelJobOperation, retryJobOperation] as const;
