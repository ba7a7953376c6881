import type { ListPage, ListRequest } from '#kernel/index.ts';
import type { Queries } from '#storage/index.ts';
import type { ExecutionCost } from './execution.ts';
import type { Failure } from './shown-execution.ts';

/** Where a stored execution stands, as the database spells it; answers use upper case. */
export const executionStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** What one stored execution used. Times in milliseconds, sizes in bytes. */
export type CostCard = ExecutionCost & {
  /** From when the job was due until its attempt began. */
  readonly queueMs: number;
};

/** An attempt that begins. Times in milliseconds since 1970 UTC. */
export interface NewStoredExecution {
  readonly uuid: string;
  readonly taskId: number;
  readonly taskVersion: string;
  readonly taskChecksum: string;
  readonly jobId: number;
  readonly attempt: number;
  readonly token: number;
  readonly status: 'pending' | 'running';
  readonly owner: string | null;
  readonly rateKey: string | null;
  readonly queuedAt: number;
  readonly startedAt: number | null;
}

export interface StoredLogLine {
  /** From 1, in the order in which lines arrived. */
  readonly number: number;
  readonly level: string;
  readonly message: string;
  readonly at: number;
}

/** The latest report of progress. */
export interface StoredProgress {
  /** 0 to 1; null where the report says none. */
  readonly share: number | null;
  /** JSON text. */
  readonly report: string;
}

/** An attempt that has ended. */
export interface FinishedExecution {
  readonly id: number;
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** Counts only where none is stored: a start is stored when it happens. */
  readonly startedAt: number | null;
  readonly completedAt: number;
  /** JSON text. */
  readonly output: string | null;
  readonly error: Failure | null;
  readonly cost: CostCard | null;
  /** JSON text: requests without bodies. */
  readonly effects: string | null;
  readonly progress: StoredProgress | null;
  /** Those that are not stored yet; one that is stored is replaced. */
  readonly logs: readonly StoredLogLine[];
  readonly logsDropped: number;
  readonly recording: Uint8Array | null;
}

/** By how much counts of rows change, by name: `executions.running`. */
export interface CountChanges {
  [name: string]: number;
}

/**
 * Writes inside the transaction of whoever owns the job: attempts begin and end together with their job.
 * `counts` collects how many executions there are of each status, to be written once, last, with `addToRowCounts`: other transactions wait
 * for those rows. Without it they are written at once.
 */
export interface ExecutionWrites {
  /** @returns the ids, in order */
  begin(queries: Queries, executions: readonly NewStoredExecution[], counts?: CountChanges): Promise<readonly number[]>;
  /** A pending one (made when its job was) starts. */
  start(
    queries: Queries,
    id: number,
    row: Pick<NewStoredExecution, 'taskVersion' | 'taskChecksum' | 'attempt' | 'token' | 'owner' | 'startedAt'>,
    counts?: CountChanges,
  ): Promise<void>;
  /** One that has ended already stays as it is. */
  finish(queries: Queries, executions: readonly FinishedExecution[], counts?: CountChanges): Promise<void>;
  /** An attempt that never began goes away, or waits again when it was there before its job was claimed. */
  undo(queries: Queries, ids: readonly number[], counts?: CountChanges): Promise<void>;
  /** All attempts of a job that is about to be removed: they would go with it, uncounted. */
  removeOf(queries: Queries, jobId: number, counts?: CountChanges): Promise<void>;
}

export interface ExecutionRow {
  readonly id: number;
  readonly uuid: string;
  readonly taskId: number;
  readonly taskUuid: string;
  readonly taskName: string;
  readonly taskLabel: string;
  readonly taskVersion: string;
  readonly taskChecksum: string;
  readonly jobId: number;
  readonly jobUuid: string;
  readonly attempt: number;
  readonly status: ExecutionStatus;
  readonly owner: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly progress: number | null;
  readonly hasRecording: boolean;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly durationMs: number | null;
}

/** What an execution came to, read only by those who look at one. */
export interface ExecutionResult {
  /** JSON text, from its job. */
  readonly input: string;
  /** JSON text. */
  readonly output: string | null;
  readonly error: Failure | null;
  readonly cost: CostCard | null;
  /** JSON text. */
  readonly effects: string | null;
  /** JSON text. */
  readonly progress: string | null;
  readonly logsDropped: number;
}

export interface LogQuery {
  /** Lines after this number. */
  readonly after: number;
  readonly limit: number;
  /** Only these levels. */
  readonly levels: readonly string[] | null;
  /** Only lines that contain this, in any case. */
  readonly search: string | null;
}

export interface ExecutionStatistics {
  readonly byStatus: Readonly<Record<ExecutionStatus, number>>;
  /** Of the latest 1,000 that completed. */
  readonly averageDurationMs: number | null;
  /** Those that run, and those that ended within a day. */
  readonly last24Hours: number;
}

/** Executions as they are kept. */
export interface ExecutionStore {
  readonly writes: ExecutionWrites;
  /** By numeric id or uuid, as text. */
  find(id: string): Promise<ExecutionRow | null>;
  result(id: number): Promise<ExecutionResult | null>;
  /** Those of one job, first to last. */
  attempts(jobId: number): Promise<readonly ExecutionRow[]>;
  list(request: ListRequest): Promise<ListPage<ExecutionRow>>;
  stats(now: number): Promise<ExecutionStatistics>;
  logs(id: number, query: LogQuery): Promise<readonly StoredLogLine[]>;
  /** Lines and progress of an execution that still runs; refused, silently, when it no longer runs under this token. */
  append(id: number, token: number, lines: readonly StoredLogLine[], progress: StoredProgress | null): Promise<void>;
  recording(id: number): Promise<Uint8Array | null>;
  /** Only one that has ended. @returns whether it is gone */
  remove(id: number): Promise<boolean>;
}
