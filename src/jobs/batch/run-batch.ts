import { failureOf, type Failure } from '#executions/index.ts';
import { RatchetError, toRatchetError, type Clock, type IdSource } from '#kernel/index.ts';
import type { JobRow } from '../job-store.ts';
import { JobRequest } from '../job-request.ts';
import type { Jobs } from '../jobs.ts';
import type { JobResult } from '../operations/services.ts';
import { hasEnded } from '../wait-for-end.ts';
import type { BatchItem, BatchRequest } from './batch-request.ts';
import { batchTimedOut } from './errors.ts';

/** What became of one request of a batch. */
export interface BatchOutcome {
  readonly id: string;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'skipped';
  /** JSON text; null unless it completed. */
  readonly output: string | null;
  readonly error: Failure | null;
  /** Why it was not started; null for what was. */
  readonly reason: string | null;
  readonly jobId: number | null;
  readonly executionId: number | null;
  readonly durationMs: number;
}

export interface BatchEnd {
  /** In the order of the requests. */
  readonly outcomes: readonly BatchOutcome[];
  readonly durationMs: number;
  /** How many were under way at once, at most. */
  readonly mostAtOnce: number;
}

export interface BatchParts {
  readonly jobs: Pick<Jobs, 'enqueue' | 'waitFor' | 'cancel'>;
  readonly resultOf: (executionId: number) => Promise<JobResult | null>;
  /** Refuses what cannot run before anybody approves of it: a job would wait. @throws TASK_NEEDS_APPROVAL */
  readonly refuseUnapproved: (task: string, version: string | null) => Promise<void>;
  readonly ids: IdSource;
  readonly clock: Clock;
}

export interface BatchContext {
  readonly by: string;
  readonly signal: AbortSignal;
  readonly onEnded: (outcome: BatchOutcome, done: number) => void;
}

/**
 * Runs requests as jobs, each queued when it may start: one after the other, so many at once, or when all it depends on has completed. A
 * job is queued and stored like any other; what had not been queued when the server ends never starts.
 */
export async function runBatch(parts: BatchParts, request: BatchRequest, context: BatchContext): Promise<BatchEnd> {
  const { requests, executionMode, timeoutMs, stopOnError } = request;
  const beganMs = parts.clock.monotonic();
  const limit = executionMode === 'sequential' ? 1 : request.maxParallel;
  const outcomes = new Map<string, BatchOutcome>();
  const stopping = new AbortController();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  const signal = AbortSignal.any([context.signal, stopping.signal, late.signal]);
  const running = new Map<string, Promise<void>>();
  let waiting: BatchItem[] = [...requests];
  let mostAtOnce = 0;

  const end = (outcome: BatchOutcome) => {
    outcomes.set(outcome.id, outcome);
    context.onEnded(outcome, outcomes.size);
    if (stopOnError && outcome.status === 'failed') stopping.abort();
  };
  const whyNot = (): string =>
    late.signal.aborted
      ? `the batch was out of time after ${timeoutMs} ms`
      : stopping.signal.aborted
        ? 'another request failed'
        : 'the batch was cancelled';

  try {
    while (waiting.length > 0 || running.size > 0) {
      for (const one of waiting) {
        const lost = one.dependencies.find((id) => outcomes.has(id) && outcomes.get(id)!.status !== 'completed');
        if (signal.aborted) end(notStarted(one, `It was not started: ${whyNot()}.`));
        else if (lost !== undefined)
          end(notStarted(one, `It was not started: ${JSON.stringify(lost)}, which it depends on, did not complete.`));
      }
      // What was just skipped may be what others depend on.
      const left = waiting.filter(({ id }) => !outcomes.has(id));
      const isSettled = left.length === waiting.length;
      waiting = left;
      if (!isSettled) continue;
      for (const one of startable(waiting, outcomes, executionMode === 'priority_dependency').slice(0, Math.max(0, limit - running.size))) {
        waiting = waiting.filter(({ id }) => id !== one.id);
        const run = runOne(parts, one, { ...context, signal, isLate: () => late.signal.aborted, batchMs: timeoutMs }).then(end);
        running.set(
          one.id,
          run.finally(() => running.delete(one.id)),
        );
        mostAtOnce = Math.max(mostAtOnce, running.size);
      }
      if (running.size > 0) await Promise.race(running.values());
    }
  } finally {
    clearTimeout(timer);
  }
  return {
    outcomes: requests.map(({ id }) => outcomes.get(id)!),
    durationMs: parts.clock.monotonic() - beganMs,
    mostAtOnce,
  };
}

/** Those that need nothing any more, in the order in which they are to start. */
function startable(waiting: readonly BatchItem[], outcomes: ReadonlyMap<string, BatchOutcome>, byPriority: boolean): BatchItem[] {
  const ready = waiting.filter(({ dependencies }) => dependencies.every((id) => outcomes.get(id)?.status === 'completed'));
  return byPriority ? ready.toSorted((a, b) => b.priority - a.priority) : ready;
}

function notStarted({ id }: BatchItem, reason: string): BatchOutcome {
  return { id, status: 'skipped', output: null, error: null, reason, jobId: null, executionId: null, durationMs: 0 };
}

interface OneContext extends BatchContext {
  readonly isLate: () => boolean;
  readonly batchMs: number;
}

/** Never rejects: what goes wrong is the outcome's error. */
async function runOne(parts: BatchParts, item: BatchItem, { by, signal, isLate, batchMs }: OneContext): Promise<BatchOutcome> {
  const { jobs, clock } = parts;
  const beganMs = clock.monotonic();
  let job: Pick<JobRow, 'id' | 'executionId'> | null = null;
  const ended = (status: BatchOutcome['status'], output: string | null, error: Failure | null): BatchOutcome => ({
    id: item.id,
    status,
    output,
    error,
    reason: null,
    jobId: job?.id ?? null,
    executionId: job?.executionId ?? null,
    durationMs: clock.monotonic() - beganMs,
  });
  try {
    await parts.refuseUnapproved(item.taskId, item.version ?? null);
    const { taskId, version, input, timeoutMs } = item;
    const request = JobRequest.parse({ taskId, version, input, timeoutMs, metadata: { batchRequest: item.id } });
    const [made] = await jobs.enqueue([{ request, origin: { executionUuid: parts.ids.next<'execution'>() } }], by);
    job = { id: made!.id, executionId: made!.executionId };
    let row = await jobs.waitFor(made!.id, timeoutMs ?? Infinity, signal);
    const isOutOfTime = !hasEnded(row) && !signal.aborted;
    if (!hasEnded(row)) row = await cancelled(jobs, row, by);
    job = row;
    const result = row.executionId === null ? null : await parts.resultOf(row.executionId);
    if (row.status === 'completed') return ended('completed', result?.output ?? null, null);
    if (isOutOfTime || (row.status === 'cancelled' && isLate())) {
      const error = isOutOfTime
        ? batchTimedOut({ what: `Request ${JSON.stringify(item.id)}`, timeoutMs: timeoutMs! })
        : batchTimedOut({ what: 'The batch', timeoutMs: batchMs });
      return ended(isOutOfTime ? 'failed' : 'cancelled', null, failureOf(error));
    }
    return ended(row.status === 'cancelled' ? 'cancelled' : 'failed', null, result?.error ?? null);
  } catch (caught) {
    const error = caught instanceof RatchetError ? caught : toRatchetError(caught, `run request ${item.id} of a batch`);
    return ended('failed', null, failureOf(error));
  }
}

/** A job that is stopped ends a moment later; one whose process has gone is left to those who see to such jobs. */
const patienceMs = 10_000;

async function cancelled(jobs: BatchParts['jobs'], row: JobRow, by: string): Promise<JobRow> {
  try {
    await jobs.cancel(String(row.id), by);
  } catch (caught) {
    // It ended at this very moment.
    if (!(caught instanceof RatchetError)) throw caught;
  }
  return jobs.waitFor(row.id, patienceMs, AbortSignal.timeout(patienceMs));
}
