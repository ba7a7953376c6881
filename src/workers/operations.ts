import { listInput, listOutput, operation, type Listing } from '#kernel/index.ts';
import { z } from 'zod';
import { workerCountRefused, workerNotFound } from './errors.ts';
import { Worker, workerStatuses } from './worker.ts';
import type { Workers } from './workers.ts';

export interface WorkerServices {
  readonly workers: Workers;
}

const workerListing: Listing<'id' | 'status' | 'lastHeartbeat'> = {
  noun: 'workers',
  fields: {
    id: { kind: 'id', isSortable: true, describe: 'Name of the worker' },
    status: { kind: 'word', words: workerStatuses, isSortable: true, describe: 'What it is doing' },
    lastHeartbeat: { kind: 'time', describe: 'When it was last known to answer' },
  },
  sort: { field: 'id', order: 'asc' },
};

export const listWorkers = operation({
  name: 'workers.list',
  summary: 'List the worker processes of the server',
  details: 'Workers are started when there is work and replaced when they have served long enough, grown too large, or stopped answering.',
  input: listInput(workerListing),
  output: listOutput(Worker),
  errors: [],
  effect: 'read',
  permission: 'worker:read',
  on: {
    rest: 'GET /workers',
    graphql: 'workers',
    cli: {
      command: 'worker list',
      examples: [{ line: 'ratchet worker list', about: 'What runs in which process, with memory and processor time' }],
    },
  },
  async run({ workers }: WorkerServices, { filter, sort, limit, offset, after }) {
    const matching = workers.list().filter((worker) => matches(worker, filter as WorkerFilter));
    const key = sort.field as 'id' | 'status';
    const sign = sort.order === 'asc' ? 1 : -1;
    const sorted = matching.toSorted((a, b) => sign * a[key].localeCompare(b[key], 'en', { numeric: true }));
    const start = after === null ? offset : sorted.findIndex(({ id }) => id === after) + 1;
    const items = sorted.slice(start, start + limit);
    return { items, total: sorted.length, isTotalExact: true, next: start + limit < sorted.length ? items.at(-1)!.id : null };
  },
});

type TimeBounds = { eq?: number; ne?: number; gt?: number; gte?: number; lt?: number; lte?: number };
type WorkerFilter = Readonly<
  Partial<Record<'id' | 'status', { eq?: string; ne?: string; in?: string[]; notIn?: string[] }>> & { lastHeartbeat?: TimeBounds }
>;

function matches(worker: Worker, filter: WorkerFilter): boolean {
  const { eq: at, ne: notAt, gt, gte, lt, lte } = filter.lastHeartbeat ?? {};
  const heard = Date.parse(worker.lastHeartbeat);
  const isInTime =
    (at === undefined || heard === at) &&
    (notAt === undefined || heard !== notAt) &&
    (gt === undefined || heard > gt) &&
    (gte === undefined || heard >= gte) &&
    (lt === undefined || heard < lt) &&
    (lte === undefined || heard <= lte);
  if (!isInTime) return false;
  return (['id', 'status'] as const).every((field) => {
    const { eq, ne, in: within, notIn } = filter[field] ?? {};
    const value = worker[field];
    return (
      (eq === undefined || value === eq) &&
      (ne === undefined || value !== ne) &&
      (within?.includes(value) ?? true) &&
      !notIn?.includes(value)
    );
  });
}

export const showWorker = operation({
  name: 'workers.show',
  summary: 'Show one worker process',
  details: 'What it runs, how long it has lived, and what it uses.',
  input: z.object({ id: z.string().describe('Name of the worker, such as worker-0') }),
  output: Worker,
  errors: [workerNotFound],
  effect: 'read',
  permission: 'worker:read',
  on: {
    rest: 'GET /workers/:id',
    graphql: 'worker',
    cli: {
      command: 'worker show',
      positional: ['id'],
      examples: [{ line: 'ratchet worker show worker-0', about: 'What one worker runs, and what it uses' }],
    },
  },
  async run({ workers }: WorkerServices, { id }) {
    const worker = workers.find(id);
    if (worker === null) throw workerNotFound({ id, known: workers.list().map((one) => one.id) });
    return worker;
  },
});

export const workerStats = operation({
  name: 'workers.stats',
  summary: 'Sum up the worker processes',
  details: 'How many there are, what they do, and what they use together.',
  input: z.object({}),
  output: z.object({
    totalWorkers: z.number().int(),
    activeWorkers: z.number().int().describe('Those that run or could run something now.'),
    idleWorkers: z.number().int(),
    runningWorkers: z.number().int(),
    stoppingWorkers: z.number().int(),
    errorWorkers: z.number().int(),
    totalTasks: z.number().int().describe('Executions begun in those that live.'),
    averageUptimeSeconds: z.number(),
    totalMemoryUsageMb: z.number(),
    mostWorkers: z.number().int().describe('How many there may be for tasks known to be quick, and as many again for the rest.'),
    configuredWorkers: z.number().int().describe('How many `engine.workers` of the configuration says; counts again after a restart.'),
    restarts: z.number().int().describe('Workers that ended without being asked to, since the server started.'),
  }),
  errors: [],
  effect: 'read',
  permission: 'worker:read',
  on: {
    rest: { route: 'GET /workers/stats', answers: 'stats' },
    graphql: 'workerStats',
    cli: { command: 'worker stats', examples: [{ line: 'ratchet worker stats', about: 'How many workers there are and what they use' }] },
  },
  async run({ workers }: WorkerServices) {
    const list = workers.list();
    const count = (status: Worker['status']) => list.filter((worker) => worker.status === status).length;
    const sum = (of: (worker: Worker) => number) => list.reduce((total, worker) => total + of(worker), 0);
    return {
      totalWorkers: list.length,
      activeWorkers: count('IDLE') + count('RUNNING'),
      idleWorkers: count('IDLE'),
      runningWorkers: count('RUNNING'),
      stoppingWorkers: count('STOPPING'),
      errorWorkers: count('ERROR'),
      totalTasks: sum((worker) => worker.taskCount),
      averageUptimeSeconds: list.length === 0 ? 0 : Math.round((sum((worker) => worker.uptimeSeconds) / list.length) * 10) / 10,
      totalMemoryUsageMb: Math.round(sum((worker) => worker.memoryUsageMb) * 10) / 10,
      mostWorkers: workers.most().now,
      configuredWorkers: workers.most().configured,
      restarts: workers.restarts(),
    };
  },
});

const WorkerNumbers = z.object({
  most: z.number().int().describe('Workers there may be for tasks known to be quick, and as many again for the rest.'),
  processes: z.number().int().describe('Workers there are.'),
  leaving: z.number().int().describe('Of these, how many leave as soon as nothing runs in them.'),
});

export const scaleWorkers = operation({
  name: 'workers.scale',
  summary: 'Change the number of worker processes of the running server',
  details:
    'More are started at once. Of too many, those with the least to do take nothing more and leave when what runs in them has ended: no execution is ended for it, ' +
    'and no attempt of a job is used up. The number counts for tasks known to be quick, and as many may run the rest; each runs `engine.executions_per_worker` executions side by side. ' +
    'It holds until the server ends; `engine.workers` in the configuration is what it starts with.',
  input: z.object({ count: z.number().int().describe('How many there may be') }),
  output: z.object({
    before: WorkerNumbers.describe('How it was.'),
    after: WorkerNumbers.describe('How it is now; those that leave go one after the other.'),
    isChanged: z.boolean().describe('False: there might be so many already.'),
    configured: z.number().int().describe('What the server has again after a restart.'),
    setting: z.string().describe('The setting that makes it last.'),
  }),
  errors: [workerCountRefused],
  effect: 'write',
  permission: 'worker:scale',
  on: {
    rest: 'POST /workers/scale',
    graphql: 'scaleWorkers',
    cli: {
      command: 'worker scale',
      positional: ['count'],
      examples: [{ line: 'ratchet worker scale 4', about: 'Lets four workers run, until the server is started again' }],
    },
  },
  async run({ workers }: WorkerServices, { count }) {
    const { before, after } = workers.scale(count);
    const { configured, setting } = workers.most();
    return { before, after, isChanged: before.most !== after.most, configured, setting };
  },
});

export const workerOperations = [listWorkers, showWorker, workerStats, scaleWorkers] as const;
