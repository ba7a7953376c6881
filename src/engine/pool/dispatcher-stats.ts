import type { LaneName } from './lanes.ts';

export interface WorkerStats {
  id: string;
  pid: number | undefined;
  lane: LaneName;
  state: 'starting' | 'ready' | 'leaving';
  /** Begun since the worker started. */
  executions: number;
  /** Ids of the executions that run in it. */
  running: string[];
  rssBytes: number;
  /** Processor time of the process since it started. */
  cpuMs: number;
  uptimeMs: number;
  /** Milliseconds since it was last known to answer. */
  silentMs: number;
}

export interface DispatcherStats {
  workers: WorkerStats[];
  running: number;
  waiting: number;
  suspects: number;
  restarts: number;
  /** Workers there may be for quick programs, and as many again for those not known to be. */
  mostWorkers: number;
}
