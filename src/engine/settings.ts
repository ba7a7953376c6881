import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { setting } from '#kernel/index.ts';
import { balances } from './pool/balance.ts';
import { isolations } from './program.ts';

export const workerCount = setting({
  key: 'engine.workers',
  aliases: ['server.workers.worker_count'],
  type: z.number().int().min(1).max(256),
  default: Math.max(2, availableParallelism()),
  defaultWords: 'number of processors, at least 2',
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
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 1_000,
  describe: 'Executions that may wait for a worker; more are refused.',
});

export const workerRss = setting({
  key: 'engine.worker_rss_mb',
  reload: 'live',
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
  reload: 'live',
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

export const healthCheckInterval = setting({
  key: 'engine.health_check_interval',
  type: z.number().min(0.1).max(300),
  default: 1,
  unit: 'seconds',
  reload: 'live',
  aliases: ['server.workers.health_check_interval_seconds', 'server.workers.health_check_interval'],
  describe:
    'Seconds between two questions to a busy worker whether it still answers; one that does not for some seconds more is ended. Limits of time and memory are watched ten times a second all the same.',
});

// Nobody reads it: it accepts what is done anyway, and refuses the rest.
setting({
  key: 'engine.restart_on_crash',
  type: z.literal(true, { error: 'workers that end are always replaced' }),
  default: true,
  aliases: ['server.workers.restart_on_crash'],
  describe: 'Whether a worker that ended is replaced when the next execution needs one; it always is.',
});

export const maxRestartAttempts = setting({
  key: 'engine.max_restart_attempts',
  type: z.number().int().min(1).max(1_000),
  default: 4,
  reload: 'live',
  aliases: ['server.workers.max_restart_attempts', 'server.workers.max_restarts'],
  describe:
    'Starts of a worker that fail in a row before executions that wait for one fail too, instead of waiting on; starting is tried again for as long as they come.',
});

export const restartDelay = setting({
  key: 'engine.restart_delay',
  type: z.number().min(0.1).max(300),
  default: 5,
  unit: 'seconds',
  reload: 'live',
  aliases: ['server.workers.restart_delay'],
  describe:
    'Longest pause in seconds between two starts of a worker that fails to start; the first pause is a tenth of a second, each next one twice as long.',
});

export const maxWorkerExecutions = setting({
  key: 'engine.max_worker_executions',
  aliases: ['server.workers.max_tasks_per_worker'],
  reload: 'live',
  type: z.number().int().min(1),
  default: 50_000,
  describe: 'Executions after which a worker process is replaced.',
});

export const balance = setting({
  key: 'engine.balance',
  reload: 'live',
  type: z.enum(balances),
  default: 'least_loaded',
  describe:
    'Which worker takes the next execution: least_loaded (fewest executions), round_robin (in turn) or weighted (by load, memory and losses).',
});
