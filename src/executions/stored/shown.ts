import { isoTime, isoTimeOrNull, Timestamp, upperWords, type Json } from '#kernel/index.ts';
import { z } from 'zod';
import { executionStatuses, type ExecutionResult, type ExecutionRow } from '../execution-store.ts';
import { Cost, Effect, Failure } from '../shown-execution.ts';

const statusWords: readonly string[] = upperWords(executionStatuses);
const Status = z.enum(statusWords);

/** A stored execution in a list: without what it was given and what it came to, which may be megabytes. */
export const ListedExecution = z
  .object({
    id: z.string(),
    uuid: z.string(),
    taskId: z.string(),
    taskName: z.string(),
    taskVersion: z.string(),
    jobId: z.string(),
    attempt: z.number().int().describe('Which attempt of its job, from 1.'),
    status: Status,
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    queuedAt: Timestamp,
    startedAt: Timestamp.nullable(),
    completedAt: Timestamp.nullable(),
    durationMs: z.number().nullable(),
    progress: z.number().nullable().describe('As the task reports it, 0 to 1.'),
    recordingPath: z.string().nullable().describe('Where its recording can be fetched; null where none is stored.'),
    canRetry: z.boolean(),
    canCancel: z.boolean(),
  })
  .meta({ id: 'Execution' });
export type ListedExecution = z.infer<typeof ListedExecution>;

const CostCard = Cost.extend({ queueMs: z.number().describe('From when its job was due until it began.') }).meta({ id: 'Cost' });

/** Why it failed. */
const ErrorDetails = Failure.extend({
  errorClass: z.string().nullable().describe('Class of what the task threw.'),
  stack: z.string().nullable().describe("Lines of the author's own files."),
}).meta({ id: 'ErrorDetails' });

/** A stored execution with all that is kept of it, but for its log. */
export const ShownStoredExecution = ListedExecution.extend({
  taskChecksum: z.string().describe('Content hash of the files that ran.'),
  jobUuid: z.string(),
  owner: z.string().nullable().describe('The process it ran in.'),
  input: z.unknown(),
  output: z.unknown().describe('What the task returned; null when it did not.'),
  errorDetails: ErrorDetails.nullable(),
  cost: CostCard.nullable(),
  httpRequests: z.array(Effect).describe('Requests it made, without headers and bodies.'),
  progressReport: z.unknown().describe('What the task reported last.'),
  logsDropped: z.number().int().describe('Log lines beyond those that are kept.'),
  attempts: z
    .array(ListedExecution.pick({ id: true, uuid: true, attempt: true, status: true, errorCode: true, startedAt: true, durationMs: true }))
    .describe('Other executions of the same job, first to last.'),
}).meta({ id: 'ExecutionInFull' });
export type ShownStoredExecution = z.infer<typeof ShownStoredExecution>;

export const canRetry = ({ status }: Pick<ExecutionRow, 'status'>): boolean => status === 'failed' || status === 'cancelled';
export const canCancel = ({ status }: Pick<ExecutionRow, 'status'>): boolean => status === 'pending' || status === 'running';

export function listedExecution(row: ExecutionRow): ListedExecution {
  return {
    id: String(row.id),
    uuid: row.uuid,
    taskId: String(row.taskId),
    taskName: row.taskName,
    taskVersion: row.taskVersion,
    jobId: String(row.jobId),
    attempt: row.attempt,
    status: row.status.toUpperCase(),
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    queuedAt: isoTime(row.queuedAt),
    startedAt: isoTimeOrNull(row.startedAt),
    completedAt: isoTimeOrNull(row.completedAt),
    durationMs: row.durationMs,
    progress: row.progress,
    recordingPath: row.hasRecording ? `/api/v1/executions/${row.id}/recording` : null,
    canRetry: canRetry(row),
    canCancel: canCancel(row),
  };
}

export function shownStoredExecution(row: ExecutionRow, result: ExecutionResult, attempts: readonly ExecutionRow[]): ShownStoredExecution {
  const { error } = result;
  return {
    ...listedExecution(row),
    taskChecksum: row.taskChecksum,
    jobUuid: row.jobUuid,
    owner: row.owner,
    input: JSON.parse(result.input) as Json,
    output: result.output === null ? null : (JSON.parse(result.output) as Json),
    errorDetails: error && { ...error, errorClass: textOrNull(error.data['errorClass']), stack: textOrNull(error.data['stack']) },
    cost: result.cost,
    httpRequests: effectsOf(result),
    progressReport: result.progress === null ? null : (JSON.parse(result.progress) as Json),
    logsDropped: result.logsDropped,
    attempts: attempts.filter(({ id }) => id !== row.id).map(listedExecution),
  };
}

export function effectsOf({ effects }: Pick<ExecutionResult, 'effects'>): z.infer<typeof Effect>[] {
  return effects === null ? [] : (JSON.parse(effects) as z.infer<typeof Effect>[]);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
