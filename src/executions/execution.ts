import type { EffectRecord, LogLine } from '#engine/index.ts';
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
  readonly logs: readonly LogLine[];
  /** Lines the task logged beyond what is kept. */
  readonly logsDropped: number;
  /** What woke the task, in order: `r1` is the end of its first request, `t1` its first timer. */
  readonly turns: readonly string[];
}
