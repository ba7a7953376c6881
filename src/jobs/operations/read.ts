import { isoTimeOrNull, listInput, listOutput, operation, type ListRequest } from '#kernel/index.ts';
import { z } from 'zod';
import { jobNotFound } from '../errors.ts';
import { jobListing } from '../job-listing.ts';
import { priorityBand, type JobStatus } from '../job.ts';
import { Job, ShownPause, shownJob, shownPause, WholeJob, wholeJob } from '../shown-job.ts';
import { Why } from '../why.ts';
import { JobRef, type JobServices } from './services.ts';

type Services = Pick<JobServices, 'jobs'>;

export const listJobsOperation = operation({
  name: 'jobs.list',
  summary: 'List jobs',
  details: 'Jobs of every status, newest first unless asked otherwise. Inputs are not in the list: look at one job for that.',
  input: listInput(jobListing),
  output: listOutput(Job),
  errors: [],
  effect: 'read',
  permission: 'job:read',
  on: {
    rest: 'GET /jobs',
    graphql: 'jobs',
    cli: {
      command: 'job list',
      examples: [
        { line: 'ratchet job list --status failed', about: 'Those that failed, newest first' },
        { line: 'ratchet job list --status failed --sort completedAt:desc', about: 'What failed, the latest first' },
      ],
    },
  },
  async run({ jobs }: Services, input) {
    const page = await jobs.list(input as ListRequest);
    return { ...page, items: page.items.map(shownJob) };
  },
});

export const showJobOperation = operation({
  name: 'jobs.show',
  summary: 'Show a job',
  details:
    'Everything that is kept of one job: what it was asked for, where it stands, its limits, its latest error, and its place in the queue.',
  input: z.object({ id: JobRef }),
  output: WholeJob,
  errors: [jobNotFound],
  effect: 'read',
  permission: 'job:read',
  on: {
    rest: 'GET /jobs/:id',
    graphql: 'job',
    cli: { command: 'job show', positional: ['id'], examples: [{ line: 'ratchet job show 42', about: 'Where job 42 stands' }] },
  },
  async run({ jobs }: Services, { id }) {
    const { job, payload, queuePosition } = await jobs.show(id);
    return wholeJob(job, payload, queuePosition);
  },
});

export const whyJobOperation = operation({
  name: 'jobs.why',
  summary: 'Say why a job does not run',
  details:
    'Names everything a waiting job waits for, in sentences with names and times: its time, jobs it needs, pauses, limits and who fills them, the jobs before it. Of a running or finished job it says what it does or how it ended.',
  input: z.object({ id: JobRef }),
  output: Why,
  errors: [jobNotFound],
  effect: 'read',
  permission: 'job:read',
  on: {
    rest: 'GET /jobs/:id/why',
    graphql: 'jobWhy',
    cli: { command: 'job why', positional: ['id'], examples: [{ line: 'ratchet job why 42', about: 'What job 42 waits for' }] },
  },
  run: ({ jobs }: Services, { id }) => jobs.why(id),
});

const count = z.number().int();
const Statistics = z.object({
  totalJobs: count,
  queuedJobs: count,
  processingJobs: count,
  completedJobs: count,
  failedJobs: count,
  cancelledJobs: count,
  retryingJobs: count,
  averageWaitTimeMs: z.number().nullable().describe('From when they were due until they started, of the last thousand that completed.'),
  jobsLast24H: count,
  oldestWaitingSince: z.string().nullable(),
  held: z.record(z.string(), count).describe('Waiting jobs that cannot be started, by what holds them.'),
  total: count,
  queued: count,
  processing: count,
  completed: count,
  failed: count,
  cancelled: count,
  retrying: count,
  by_priority: z.object({ urgent: count, high: count, normal: count, low: count }).describe('Of those that wait.'),
  isExact: z
    .boolean()
    .describe(
      'False where counting stopped early: by_priority, held and jobsLast24H are at least what they say. Counts of statuses are always exact.',
    ),
});

export const jobStatsOperation = operation({
  name: 'jobs.stats',
  summary: 'Count jobs',
  details:
    'How many jobs there are of each status, how long the last ones waited, and what holds those that wait. Read from counts, whatever their number.',
  input: z.object({}),
  output: Statistics,
  errors: [],
  effect: 'read',
  permission: 'job:read',
  on: {
    rest: { route: 'GET /jobs/stats', answers: 'stats' },
    graphql: 'jobStats',
    cli: { command: 'job stats', examples: [{ line: 'ratchet job stats', about: 'How many jobs wait, run, and have ended' }] },
  },
  async run({ jobs }: Services) {
    const { byStatus, waitingByPriority, held, averageWaitMs, last24Hours, oldestWaitingSince, isExact } = await jobs.stats();
    const total = Object.values(byStatus).reduce((sum, some) => sum + some, 0);
    const inBand = (band: ReturnType<typeof priorityBand>) =>
      waitingByPriority.reduce((sum, { priority, count: some }) => sum + (priorityBand(priority) === band ? some : 0), 0);
    const named = Object.fromEntries(Object.entries(byStatus).map(([status, some]) => [`${status}Jobs`, some])) as Record<
      `${JobStatus}Jobs`,
      number
    >;
    return {
      totalJobs: total,
      ...named,
      averageWaitTimeMs: averageWaitMs,
      jobsLast24H: last24Hours,
      oldestWaitingSince: isoTimeOrNull(oldestWaitingSince),
      held: { ...held },
      total,
      ...byStatus,
      by_priority: { urgent: inBand('CRITICAL'), high: inBand('HIGH'), normal: inBand('NORMAL'), low: inBand('LOW') },
      isExact,
    };
  },
});

export const listPausesOperation = operation({
  name: 'jobs.pauses',
  summary: 'List pauses',
  details: 'What is paused now, by whom, since when and why.',
  input: z.object({}),
  output: z.array(ShownPause),
  errors: [],
  effect: 'read',
  permission: 'job:read',
  on: {
    rest: 'GET /jobs/pauses',
    graphql: 'jobPauses',
    cli: { command: 'job pauses', examples: [{ line: 'ratchet job pauses', about: 'What is paused, and why' }] },
  },
  run: async ({ jobs }: Services) => (await jobs.pauses()).map(shownPause),
});

export const readOperations = [listJobsOperation, jobStatsOperation, listPausesOperation, showJobOperation, whyJobOperation] as const;
