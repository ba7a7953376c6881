import { cancelExecution, createExecution, showExecution } from '#executions/stored/operations.ts';
import type { z } from 'zod';
import type { ToolContext } from '../../offer.ts';
import { followJob } from './follow-job.ts';
import { tellProgress, type ProgressFilter } from './tell-progress.ts';

/** A job may wait for a place before its own time begins. */
const longestQueueMs = 60_000;
const usualWaitMs = 300_000;

export interface ExecutionWanted {
  /** Number, uuid or name, with a version or without. */
  readonly task: string;
  readonly input: unknown;
  /** Null: as the task and the server have it. */
  readonly timeoutMs: number | null;
  /** Null: as the server has it. */
  readonly record: 'all' | 'none' | null;
  /** Null: every report of progress, and every line of the log, is told. */
  readonly filter: ProgressFilter | null;
}

/**
 * Runs a task before everything that waits, tells what it reports meanwhile and answers with its last attempt, ended or not. A client that
 * gives the call up cancels the execution.
 * @throws as `executions.create` does
 */
export async function runExecution(context: ToolContext, wanted: ExecutionWanted): Promise<z.output<typeof showExecution.output>> {
  const { ask, signal, limits } = context;
  const timeoutMs = Math.min(wanted.timeoutMs ?? Infinity, limits.maxExecutionMs);
  const isLimited = Number.isFinite(timeoutMs);
  // Without the signal: an execution whose number is not known could not be cancelled.
  const execution = await ask.call(createExecution, {
    taskId: wanted.task,
    input: wanted.input,
    priority: 'critical',
    ...(wanted.timeoutMs === null || !isLimited ? {} : { timeoutMs }),
    ...(wanted.record === null ? {} : { record: wanted.record }),
  });
  const cancel = () => void ask.call(cancelExecution, { id: execution.uuid }).catch(() => {});
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    const tell = tellProgress(context, wanted.filter, { executionId: execution.uuid, taskId: execution.taskId });
    const job = await followJob(context, execution.jobId, (isLimited ? timeoutMs : usualWaitMs) + longestQueueMs, tell);
    // The job may have needed several attempts: the last one is what came of it.
    return await ask.call(showExecution, { id: job.executionUuid ?? execution.uuid }, { signal });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
