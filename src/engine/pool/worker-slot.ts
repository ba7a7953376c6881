import type { ActiveRun } from './active-run.ts';
import type { LaneName } from './lanes.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A worker process and the executions in it. */
export interface WorkerSlot {
  readonly process: WorkerProcess;
  readonly lane: LaneName;
  readonly runs: Map<number, ActiveRun>;
  /** Answer to the last ping outstanding since then (monotonic ms), or null. */
  pingedMs: number | null;
  /** The worker that takes over from this one as soon as it is ready. */
  successor: WorkerSlot | null;
  /** Which pick of the pool chose it last. */
  lastPicked: number;
  /** Executions that came to their end in it, and those it lost by ending under them. */
  ended: number;
  lost: number;
}
