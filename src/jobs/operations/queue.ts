import { Failure } from '#executions/index.ts';
import { idempotencyKeyReused, operation, type Json } from '#kernel/index.ts';
import { z } from 'zod';
import {
  dependencyInvalid,
  jobInputTooLarge,
  jobTaskGone,
  jobTaskUnavailable,
  jobVersionDisabled,
  jobVersionUnknown,
  queueFull,
  storageRefuses,
} from '../errors.ts';
import { DurationMs, JobRequest } from '../job-request.ts';
import { Job, shownJob } from '../shown-job.ts';
import { hasEnded } from '../wait-for-end.ts';
import type { JobServices } from './services.ts';

/** Longer than any proxy keeps a connection open; who waits longer asks again. */
const longestWaitMs = 600_000;
const mostJobs = 1_000;

const errors = [
  jobTaskGone,
  jobTaskUnavailable,
  jobVersionUnknown,
  jobVersionDisabled,
  jobInputTooLarge,
  queueFull,
  idempotencyKeyReused,
  storageRefuses,
];

/** Older spellings of fields. */
const aliases = { inputData: 'input', processAt: 'scheduledFor' };

const Queued = Job.extend({
  isNew: z.boolean().describe('False when a job that was there already is the answer.'),
  isFinished: z.boolean(),
  output: z.unknown().describe('What the task returned; only for those who wait, and null until it has ended.'),
  error: Failure.nullable().describe('Why it failed; only for those who wait.'),
}).meta({ id: 'QueuedJob' });

export const enqueueJobOperation = operation({
  name: 'jobs.enqueue',
  summary: 'Queue a job',
  details:
    'Stores the job durably and answers at once; with `wait`, answers when the job has ended or the time is over, with its output or error. The input is checked against the schema of the task when it runs.',
  input: JobRequest.extend({
    wait: DurationMs.pipe(z.number().max(longestWaitMs)).nullish().describe('Wait this long for its end: milliseconds, or 30s'),
  }),
  output: Queued,
  errors,
  effect: 'write',
  permission: 'job:create',
  on: {
    rest: { route: 'POST /jobs', status: 201, aliases },
    graphql: 'createJob',
    cli: {
      command: 'job enqueue',
      positional: ['taskId'],
      examples: [
        { line: `ratchet job enqueue addition --input-json '{"num1": 5, "num2": 10}'`, about: 'Queues a job of the task addition' },
        {
          line: `ratchet job enqueue addition --input-json '{"num1": 5, "num2": 10}' --priority HIGH --wait 30s`,
          about: 'Waits for its result',
        },
      ],
    },
  },
  async run({ jobs, resultOf }: JobServices, { wait, ...request }, { caller, signal }) {
    const [made] = await jobs.enqueue([{ request }], caller.name);
    const job = wait ? await jobs.waitFor(made!.id, wait, signal) : (made!.stored ?? (await jobs.find(String(made!.id))));
    const isFinished = hasEnded(job);
    const result = wait && isFinished && job.executionId !== null ? await resultOf(job.executionId) : null;
    const output = result?.output ?? null;
    return {
      ...shownJob(job),
      isNew: made!.isNew,
      isFinished,
      output: output === null ? null : (JSON.parse(output) as Json),
      error: result?.error ?? null,
    };
  },
});

const QueuedOfMany = z.object({ id: z.string(), uuid: z.string(), isNew: z.boolean() });

export const enqueueManyOperation = operation({
  name: 'jobs.enqueueMany',
  summary: 'Queue several jobs at once',
  details: `All or none, in one transaction, at most ${mostJobs}. \`after\` names earlier jobs of the request, by their position from 0, that must complete before: when one of them fails, those that need it are cancelled.`,
  input: z.object({
    jobs: z
      .array(
        JobRequest.extend({
          after: z.array(z.number().int().nonnegative()).max(mostJobs).default([]).describe('Positions of jobs it needs'),
        }),
      )
      .min(1)
      .max(mostJobs),
  }),
  output: z.object({ jobs: z.array(QueuedOfMany) }),
  errors: [...errors, dependencyInvalid],
  effect: 'write',
  permission: 'job:create',
  on: {
    rest: { route: 'POST /jobs/batch', status: 201, aliases },
    graphql: 'createJobs',
    without: { cli: 'A command line holds one job, which is `ratchet job enqueue`; a file with many is sent to REST as it is.' },
  },
  async run({ jobs }: JobServices, input, { caller }) {
    const made = await jobs.enqueue(
      input.jobs.map(({ after, ...request }) => ({ request, origin: { after } })),
      caller.name,
    );
    return { jobs: made.map(({ id, uuid, isNew }) => ({ id: String(id), uuid, isNew })) };
  },
});

export const queueOperations = [enqueueJobOperation, enqueueManyOperation] as const;
