import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startRatchet, type RatchetServer } from '#testing/ratchet-server.ts';
import { Api } from './api.ts';
import { diceOf, type Dice } from './dice.ts';

export interface CrashRun {
  readonly databaseUrl: string;
  /** How many times something is killed. */
  readonly rounds: number;
  readonly seed: number;
  /** Called after each round, for those who wait. */
  readonly onRound?: (round: number, killed: string) => void;
}

/** What was found after everything had come to rest. */
export interface CrashReport {
  readonly acknowledged: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly kills: Readonly<Record<string, number>>;
  /** Longest time from a restart until a job that had been acknowledged before it had run, in ms. */
  readonly slowestRecoveryMs: number;
  /** Promises that were broken, in words; empty when all were kept. */
  readonly broken: readonly string[];
}

interface Job {
  readonly uuid: string;
  readonly status: string;
  readonly retryCount: number;
  readonly maxRetries: number;
  readonly errorCode: string | null;
}

interface Execution {
  readonly uuid: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly status: string;
}

const tasksFolder = fileURLToPath(new URL('tasks', import.meta.url));
const taskNames = ['crash-quick', 'crash-quick', 'crash-slow', 'crash-unsteady', 'crash-logs'] as const;
const clients = 4;
/** Jobs acknowledged since the last kill before the next one: on a slow machine nothing would have begun that could be lost. */
const leastPerRound = 5;
/** What the settings of a server are in a run: leases and delays short enough that a run ends within minutes. */
const environment = {
  RATCHET_SERVER_JOB_QUEUE_LEASE: '2',
  RATCHET_SERVER_CIRCUIT_BREAKER_FAILURES: '1000000',
  RATCHET_SERVER_JOB_QUEUE_MAX_LOST_ATTEMPTS: '100',
  RATCHET_LOGGING_LEVEL: 'warn',
};

/**
 * Sends random requests to a real server while it, or one of its workers, is killed with SIGKILL again and again; then lets everything
 * come to rest and checks what was promised: each acknowledged job is in exactly one final state, no attempt was committed twice, and
 * nothing acknowledged is lost.
 */
export async function crashRun({ databaseUrl, rounds, seed, onRound }: CrashRun): Promise<CrashReport> {
  const dice = diceOf(seed);
  const start = () => startRatchet({ args: ['--sources', tasksFolder], env: { ...environment, RATCHET_DATABASE_URL: databaseUrl } });
  let server: RatchetServer = await start();
  const api = new Api(() => server.url);
  /** Acknowledged jobs, by uuid. */
  const acknowledged = new Set<string>();
  /** Requests whose answer was lost: asked again under the same key later. */
  const unanswered: { readonly body: object }[] = [];
  const kills: Record<string, number> = { server: 0, worker: 0 };
  const over = new AbortController();
  let number = 0;

  const enqueue = async (body: object) => {
    const reply = await api.send('POST', '/jobs', body);
    if (reply === null) unanswered.push({ body });
    else if (reply.status === 201) acknowledged.add((reply.body['data'] as Job).uuid);
    else if (reply.status !== 429 && reply.status !== 503) throw new Error(`POST /jobs answered ${JSON.stringify(reply)}`);
  };
  const someJob = () => dice.pick([...acknowledged].slice(-20));
  const act = async (own: Dice) => {
    const choice = own.below(20);
    if (choice < 15 || acknowledged.size === 0) await enqueue(newJob(own, ++number));
    else if (choice < 17) await api.send('POST', `/jobs/${someJob()}/cancel`);
    else if (choice < 19) await api.send('POST', `/jobs/${someJob()}/retry`);
    else {
      await api.send('POST', '/jobs/pause', {});
      await sleep(own.below(20));
      await api.send('POST', '/jobs/resume', {});
    }
  };
  // Nobody asks while there is no server: nothing is learnt from a port that nobody listens on, and each such job would be run at the end.
  let up: Promise<unknown> = Promise.resolve();
  const client = async (own: Dice) => {
    while (!over.signal.aborted) {
      await up;
      await act(own);
      await sleep(own.below(60));
    }
  };
  const working = Array.from({ length: clients }, (_, index) => client(diceOf(seed + index + 1)));

  let slowestRecoveryMs = 0;
  try {
    for (let round = 1; round <= rounds; round++) {
      const enough = acknowledged.size + leastPerRound;
      await sleep(20 + dice.below(180));
      for (const endMs = performance.now() + 2_000; acknowledged.size < enough && performance.now() < endMs;) await sleep(5);
      const [worker] = dice.oneIn(2) ? server.workers() : [];
      if (worker === undefined) {
        const [witness] = [...acknowledged].slice(-1);
        // Not while it is being killed: what is asked then is what this is about.
        await server.kill();
        const starting = start();
        up = starting.catch(() => {});
        server = await starting;
        kills['server']!++;
        if (witness !== undefined) slowestRecoveryMs = Math.max(slowestRecoveryMs, await recovery(api, witness));
      } else {
        tryToKill(worker);
        kills['worker']!++;
      }
      onRound?.(round, worker === undefined ? 'server' : 'worker');
    }
    over.abort();
    await Promise.all(working);
    for (const { body } of unanswered.splice(0)) await enqueue(body);
    await api.send('POST', '/jobs/resume', {});
    await atRest(api);
    const jobs = await api.all<Job>('/jobs');
    const executions = await api.all<Execution>('/executions');
    return { ...judged(acknowledged, jobs, executions), kills, slowestRecoveryMs };
  } finally {
    over.abort();
    await api.close();
    await server.kill();
  }
}

function newJob(dice: Dice, number: number): object {
  const task = dice.pick(taskNames);
  return {
    taskId: task,
    input: { number, ms: dice.below(150) },
    idempotencyKey: `job-${number}`,
    priority: dice.pick(['LOW', 'NORMAL', 'HIGH', 'CRITICAL']),
    maxRetries: dice.below(3),
    retry: { backoff: 'fixed', delayMs: dice.below(100) },
    ...(dice.oneIn(4) ? { scheduledFor: new Date(Date.now() + dice.below(300)).toISOString() } : {}),
    ...(dice.oneIn(4) ? { concurrencyKey: `key-${dice.below(3)}`, concurrencyLimit: 1 } : {}),
  };
}

function tryToKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had gone by itself.
  }
}

/** Milliseconds until a job that was there before the crash has ended, or is on its way again. */
async function recovery(api: Api, uuid: string): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const reply = await api.send('GET', `/jobs/${uuid}`);
    const { status, startedAt } = (reply?.body['data'] ?? {}) as { status?: string; startedAt?: string | null };
    if (status !== undefined && (startedAt !== null || status === 'CANCELLED')) return performance.now() - startedMs;
    // A pause of everything by a client may be in the way.
    await api.send('POST', '/jobs/resume', {});
    if (performance.now() - startedMs > 30_000) return performance.now() - startedMs;
    await sleep(10);
  }
}

async function atRest(api: Api): Promise<void> {
  const givesUpAt = performance.now() + 120_000;
  for (;;) {
    const reply = await api.send('GET', '/jobs/stats');
    const { queued, processing, retrying } = (reply?.body['stats'] ?? {}) as Record<string, number | undefined>;
    if (queued === 0 && processing === 0 && retrying === 0) return;
    if (performance.now() > givesUpAt) throw new Error(`jobs do not come to rest: ${JSON.stringify(reply?.body)}`);
    await sleep(50);
  }
}

/** Compares what was acknowledged with what is there. */
function judged(
  acknowledged: ReadonlySet<string>,
  jobs: readonly Job[],
  executions: readonly Execution[],
): Pick<CrashReport, 'acknowledged' | 'byStatus' | 'attempts' | 'broken'> {
  const broken: string[] = [];
  const byUuid = new Map(jobs.map((job) => [job.uuid, job]));
  const attemptsOf = Map.groupBy(executions, ({ jobId }) => jobId);
  if (byUuid.size !== jobs.length) broken.push(`${jobs.length - byUuid.size} jobs are listed twice`);
  for (const uuid of acknowledged) if (!byUuid.has(uuid)) broken.push(`job ${uuid} was acknowledged and is gone`);
  const byStatus: Record<string, number> = {};
  for (const job of jobs as readonly (Job & { id: string })[]) {
    byStatus[job.status] = (byStatus[job.status] ?? 0) + 1;
    const attempts = attemptsOf.get(job.id) ?? attemptsOf.get(job.uuid) ?? [];
    const completed = attempts.filter(({ status }) => status === 'COMPLETED').length;
    if (!['COMPLETED', 'FAILED', 'CANCELLED'].includes(job.status)) broken.push(`job ${job.uuid} is ${job.status} for ever`);
    if (completed > 1) broken.push(`job ${job.uuid} was completed ${completed} times`);
    if (job.status === 'COMPLETED' && completed !== 1) broken.push(`job ${job.uuid} is completed without a completed attempt`);
    if (new Set(attempts.map(({ attempt }) => attempt)).size !== attempts.length) broken.push(`job ${job.uuid} counts two attempts alike`);
    for (const { uuid, status } of attempts) {
      if (status === 'RUNNING' || status === 'PENDING') broken.push(`execution ${uuid} is ${status} for ever`);
    }
  }
  return { acknowledged: acknowledged.size, byStatus, attempts: executions.length, broken };
}
