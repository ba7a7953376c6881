import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf, type Executions, type Failure, type FinishedExecution } from '#executions/index.ts';
import type { KeepExecution, LiveLogs, ResultCache } from '#executions/stored/index.ts';
import { RatchetError, toRatchetError, type Clock, type ExecutionId } from '#kernel/index.ts';
import type { Catalogue, Task } from '#tasks/index.ts';
import type { ClaimedJob, Committed, Completion, JobStore } from '../job-store.ts';
import type { Attempt, AttemptEnd, StopReason } from './attempt.ts';
import { jobCancelled } from './errors.ts';
import type { TaskBreakers } from './task-breakers.ts';

export interface AttemptParts {
  readonly store: Pick<JobStore, 'complete' | 'release'>;
  readonly catalogue: Pick<Catalogue, 'load'>;
  readonly executions: Executions;
  readonly keep: KeepExecution;
  readonly logs: Pick<LiveLogs, 'open'>;
  readonly cache: ResultCache;
  readonly breakers: Pick<TaskBreakers, 'succeeded' | 'failed'>;
  readonly clock: Clock;
  /** What takes the secrets of a job's input out of texts while it runs. */
  readonly maskFor: (task: Task, input: string) => (text: string) => string;
  /** When to try again after a failure, in milliseconds since 1970 UTC; null: never. */
  readonly retryAt: (job: ClaimedJob, task: Task | null, error: Failure) => number | null;
  readonly onStarted: (job: ClaimedJob) => void;
  /** After the commit. */
  readonly onCommitted: (job: ClaimedJob, completion: Completion) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Runs one claimed job to its end and writes what came of it. */
export function beginAttempt(job: ClaimedJob, parts: AttemptParts): Attempt {
  const stopping = new AbortController();
  let reason: StopReason | null = null;
  const stop = (why: StopReason) => {
    // A job that has been lost stays lost, whatever is asked for afterwards.
    if (reason === null || why === 'lost') reason = why;
    stopping.abort();
  };
  const ran = Promise.withResolvers<void>();
  return { stop, ran: ran.promise, ended: run(job, { ...parts, onRan: ran.resolve }, stopping.signal, () => reason) };
}

type Parts = AttemptParts & { readonly onRan: () => void };

type Stopped = () => StopReason | null;

async function run(job: ClaimedJob, parts: Parts, signal: AbortSignal, stopped: Stopped): Promise<AttemptEnd> {
  const { catalogue, executions, cache, clock } = parts;
  parts.onStarted(job);
  let task: Task;
  try {
    task = await catalogue.load(job.taskId, job.taskVersion);
  } catch (caught) {
    const error = failureOf(toRatchetError(caught, `load the task of job ${job.uuid}`));
    return commit(job, { ...blank(job, clock.now()), status: 'failed', error }, null, parts, stopped);
  }
  const cacheable = { id: job.taskId, hash: task.hash, cacheTtlMs: task.cacheTtlMs };
  const cached = await cache.find(cacheable, job.input);
  if (cached !== null) return commit(job, { ...blank(job, clock.now()), output: cached.output }, task, parts, stopped);

  const { id, token, taskId, options } = job;
  const mask = parts.maskFor(task, job.input);
  const log = parts.logs.open({ id: job.execution.id, token, taskId, jobId: id, mask });
  const execution = await executions.run({
    task,
    id: job.execution.uuid as ExecutionId,
    input: job.input,
    jobId: job.uuid,
    limits: { wallMs: options.timeoutMs, memoryMb: options.memoryMb },
    isolation: options.isolation,
    signal,
    onLog: (line) => log.line(line),
    onProgress: (update) => log.progress(update),
  });
  const linesKept = await log.close();
  const isUnfinished = execution.error?.code === 'CANCELLED';
  if (isUnfinished && stopped() === 'lost') return { kind: 'stale' };
  if (isUnfinished && stopped() !== 'cancelled') {
    // The process ends, or the engine was closed under it: as if the attempt had never been.
    await parts.store.release([{ jobId: id, token }], clock.now());
    return { kind: 'released' };
  }
  const kept = parts.keep({
    execution,
    task,
    id: job.execution.id,
    dueAt: Math.max(job.runAt, job.queuedAt),
    completedAt: clock.now(),
    linesKept,
    record: options.record,
  });
  const end = isUnfinished ? { ...kept, error: failureOf(jobCancelled({ job: job.uuid })) } : kept;
  if (end.status === 'failed') parts.breakers.failed(taskId);
  if (end.status === 'completed') parts.breakers.succeeded(taskId);
  const ended = await commit(job, end, task, parts, stopped);
  if (end.output !== null && cacheable.cacheTtlMs !== null) {
    // Whoever asked has the answer; the next one may have to compute it again.
    await cache
      .keep(cacheable, job.input, job.execution.uuid, end.output)
      .catch((error: unknown) => parts.onTrouble('keep a result', error));
  }
  return ended;
}

async function commit(
  job: ClaimedJob,
  execution: FinishedExecution,
  task: Task | null,
  parts: Parts,
  stopped: Stopped,
): Promise<AttemptEnd> {
  const retryAt = execution.status === 'failed' && execution.error ? parts.retryAt(job, task, execution.error) : null;
  const completion: Completion = { jobId: job.id, token: job.token, execution, retryAt, isFree: false };
  const writing = insist(completion, parts, stopped);
  parts.onRan();
  const committed = await writing;
  if (committed === 'stale') return { kind: 'stale' };
  parts.onCommitted(job, completion);
  return { kind: 'committed', retryAt };
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** A full disk or a database that is away must not lose what a task has computed: tries until it is written, or the job is somebody else's. */
async function insist(completion: Completion, { store, onTrouble }: AttemptParts, stopped: Stopped): Promise<Committed> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const [committed] = await store.complete([completion]);
      return committed!;
    } catch (caught) {
      if (!(caught instanceof RatchetError) || !caught.retryable || stopped() === 'shutdown') throw caught;
      if (stopped() === 'lost') return 'stale';
      if (pauseMs === firstPauseMs) onTrouble(`write the end of job ${completion.jobId}; trying again until it is written`, caught);
      await sleep(pauseMs);
    }
  }
}

/** An attempt that ended without having run anything. */
function blank(job: ClaimedJob, now: number): FinishedExecution {
  return {
    id: job.execution.id,
    status: 'completed',
    startedAt: job.startedAt,
    completedAt: now,
    output: null,
    error: null,
    cost: null,
    effects: null,
    progress: null,
    logs: [],
    logsDropped: 0,
    recording: null,
  };
}
