import type { EffectRecord, Insights, Isolation, Limits, LogLine } from '#engine/index.ts';
import type { ExecutionId, RatchetError } from '#kernel/index.ts';

/** What one execution used. Times in milliseconds, sizes in bytes. */
export interface ExecutionCost {
  readonly wallMs: number;
  readonly waitedMs: number;
  readonly cpuMs: number;
  readonly heapBytes: number;
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A line the task logged, with when it arrived: its own clock may show any time. */
export interface ExecutionLogLine extends LogLine {
  /** Milliseconds since the execution began. */
  readonly arrivedMs: number;
}

/** What the task passed to reportProgress. */
export interface ProgressReport {
  /** Milliseconds since the execution began. */
  readonly atMs: number;
  readonly update: unknown;
}

/** What an execution ran under: with its effects and turns, all that a replay needs. */
export interface ExecutionConditions {
  /** JSON text. */
  readonly input: string;
  readonly jobId: string | null;
  readonly limits: Limits;
  readonly isolation: Isolation;
  /** 64 hex digits: everything random grew from it. */
  readonly seed: string;
  /** Every look at the clock: the value, and how many in a row saw it. */
  readonly clock: readonly (readonly [valueMs: number, count: number])[];
  /** There were more looks at the clock, or more turns, than are kept: a replay cannot follow to the end. */
  readonly isCut: boolean;
}

/** One attempt at running a task, ended. */
export interface Execution {
  readonly id: ExecutionId;
  readonly taskId: string;
  readonly taskVersion: string;
  readonly state: 'completed' | 'failed';
  /** JSON text; null when it failed. */
  readonly output: string | null;
  readonly error: RatchetError | null;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  readonly cost: ExecutionCost;
  readonly effects: readonly EffectRecord[];
  readonly logs: readonly ExecutionLogLine[];
  /** Lines the task logged beyond what is kept. */
  readonly logsDropped: number;
  /** The first 1,000. */
  readonly progress: readonly ProgressReport[];
  /** What woke the task, in order: `r1` the end of a request, `t2` a timer; requests and timers are counted together. */
  readonly turns: readonly string[];
  readonly conditions: ExecutionConditions;
  /** What was seen by the instruments that the run asked for; null where it asked for none, and where none could tell. */
  readonly insights: Insights | null;
}
