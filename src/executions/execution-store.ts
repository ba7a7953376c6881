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

/** An attempt that has ended. */
export interface FinishedExecution {
  readonly id: number;
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly startedAt: number | null;
  readonly completedAt: number;
  /** JSON text. */
  readonly output: string | null;
  readonly error: Failure | null;
  readonly cost: CostCard | null;
  /** JSON text: requests without bodies. */
  readonly effects: string | null;
  readonly progress: { readonly share: number | null; readonly report: string } | null;
  readonly logs: readonly StoredLogLine[];
  readonly logsDropped: number;
  readonly recording: Uint8Array | null;
}

/** Writes inside the transaction of whoever owns the job: attempts begin and end together with their job. */
export interface ExecutionWrites {
  /** @returns the ids, in order */
  begin(queries: Queries, executions: readonly NewStoredExecution[]): Promise<readonly number[]>;
  /** A pending one (made when its job was) starts. */
  start(
    queries: Queries,
    id: number,
    row: Pick<NewStoredExecution, 'taskVersion' | 'taskChecksum' | 'attempt' | 'token' | 'owner' | 'startedAt'>,
  ): Promise<void>;
  finish(queries: Queries, executions: readonly FinishedExecution[]): Promise<void>;
  /** An attempt that never began goes away, or waits again when it was there before its job was claimed. */
  undo(queries: Queries, ids: readonly number[]): Promise<void>;
}

export interface ExecutionRow {
  readonly id: number;
  readonly uuid: string;
  readonly taskId: number;
  readonly taskName: string;
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
  readonly averageDurationMs: number | null;
  readonly last24Hours: number;
}

/** Executions as they are kept. */
export interface ExecutionStore {
  readonly writes: ExecutionWrites;
  /** By numeric id or uuid, as text. */
  find(id: string): Promise<ExecutionRow | null>;
  result(id: number): Promise<ExecutionResult | null>;
  list(request: ListRequest): Promise<ListPage<ExecutionRow>>;
  stats(now: number): Promise<ExecutionStatistics>;
  logs(id: number, query: LogQuery): Promise<readonly StoredLogLine[]>;
  /** Lines and progress of an execution that still runs; refused, silently, when it no longer runs under this token. */
  append(
    id: number,
    token: number,
    lines: readonly StoredLogLine[],
    progress: { readonly share: number | null; readonly report: string } | null,
  ): Promise<void>;
  recording(id: number): Promise<Uint8Array | null>;
  /** Only one that has ended. @returns whether it is gone */
  remove(id: number): Promise<boolean>;
}
