import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { setting } from '#kernel/index.ts';
import { balances } from './pool/balance.ts';
import { isolations } from './program.ts';

export const workerCount = setting({
  key: 'engine.workers',
  type: z.number().int().min(1).max(256),
  default: Math.max(2, availableParallelism()),
  describe: 'Most worker processes for tasks known to be quick, and as many again for the rest; started when they are needed.',
});

export const executionsPerWorker = setting({
  key: 'engine.executions_per_worker',
  type: z.number().int().min(1).max(64),
  default: 8,
  describe: 'Executions one worker process runs side by side; a crash of the process ends them all.',
});

export const soloWorkers = setting({
  key: 'engine.solo_workers',
  type: z.number().int().min(1).max(64),
  default: 1,
  describe: 'Extra worker processes, one execution at a time and at low priority, for tasks that broke a limit in the last ten minutes.',
});

export const maxWaiting = setting({
  key: 'engine.max_waiting',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'Executions that may wait for a worker; more are refused.',
});

export const workerRss = setting({
  key: 'engine.worker_rss_mb',
  type: z.number().int().min(256),
  default: 1_024,
  describe: 'Resident memory in MB above which a worker process is ended, whatever runs in it.',
});

export const isolatesPerWorker = setting({
  key: 'engine.isolates_per_worker',
  type: z.number().int().min(1).max(256),
  default: 16,
  describe: 'Idle V8 isolates a worker keeps ready, least recently used first out.',
});

export const defaultIsolation = setting({
  key: 'engine.isolation',
  type: z.enum(isolations),
  default: 'fresh',
  describe: 'What executions of one task share: fresh (a realm each), isolate (an isolate each) or warm (the realm is kept).',
});

export const confinement = setting({
  key: 'engine.confinement',
  type: z.enum(['auto', 'bwrap', 'none']),
  default: 'auto',
  describe: 'Operating-system confinement of workers: bwrap (bubblewrap, required), none, or auto (bubblewrap where it works).',
});

export const maxWorkerExecutions = setting({
  key: 'engine.max_worker_executions',
  type: z.number().int().min(1),
  default: 50_000,
  describe: 'Executions after which a worker process is replaced.',
});

export const balance = setting({
  key: 'engine.balance',
  type: z.enum(balances),
  default: 'least_loaded',
  describe:
    'Which worker takes the next execution: least_loaded (fewest executions), round_robin (in turn) or weighted (by load, memory and losses).',
});
