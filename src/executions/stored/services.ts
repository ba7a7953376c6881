import type { CallContext, EventFeed, Settings } from '#kernel/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import type { ExecutionRow, ExecutionStore } from '../execution-store.ts';
import { executionNotFound } from './errors.ts';
import type { ExecutionRecordings } from './recorded.ts';

/** A request for an execution, checked. Times in milliseconds since 1970 UTC. */
export interface ExecutionRequest {
  /** Number, uuid or name of the task. */
  readonly task: string;
  /** Null: the version that is current when it starts. */
  readonly version: string | null;
  /** JSON text. */
  readonly input: string;
  /** A number, or a word such as `high`, `critical`; null: the usual. */
  readonly priority: number | string | null;
  /** Null: now. */
  readonly runAt: number | null;
  readonly timeoutMs: number | null;
  readonly record: 'failed' | 'all' | 'none' | null;
  readonly ignoresPause: boolean;
}

type Asking = Pick<CallContext, 'caller' | 'now' | 'signal'>;

/** What executions ask of the queue that makes them. The jobs feature answers; executions do not know it. */
export interface ExecutionJobs {
  /** Makes a job with a pending execution. @returns the numbers of both @throws TASK_NOT_FOUND, QUEUE_FULL, JOB_STORAGE_REFUSES, REQUEST_INVALID, and what else the queue says against it */
  enqueue(request: ExecutionRequest, context: Asking): Promise<{ readonly executionId: number; readonly jobId: number }>;
  /** Resolves when no attempt of the job will follow: it completed, failed for good or was cancelled; or when the signal is aborted. */
  ended(jobId: number, signal: AbortSignal): Promise<void>;
  /** @throws what the queue says against it */
  cancel(jobId: number, context: Asking): Promise<void>;
  /** Lets the job wait again from the start. @param input JSON text; null: as it was @throws what the queue says against it */
  retry(jobId: number, input: string | null, context: Asking): Promise<void>;
}

/** What the operations on stored executions lean on. */
export interface StoredExecutionServices {
  readonly executionStore: ExecutionStore;
  readonly executionJobs: ExecutionJobs;
  readonly executionRecordings: ExecutionRecordings;
  readonly catalogue: Pick<Catalogue, 'files'>;
  readonly eventFeed: Pick<EventFeed, 'subscribe'>;
  readonly settings: Settings;
}

/** @throws EXECUTION_NOT_FOUND */
export async function executionOf(store: Pick<ExecutionStore, 'find'>, id: string): Promise<ExecutionRow> {
  const row = await store.find(id);
  if (row === null) throw executionNotFound({ id });
  return row;
}
