import type { Posted } from '../load.ts';

/** How far a server has come, by what it has stored. */
export interface Progress {
  /** Jobs with a stored result. */
  readonly finished: number;
  readonly failed: number;
}

/** What a server has stored about one job, in milliseconds since 1970 UTC. */
export interface JobTimes {
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A server that takes addition jobs over HTTP and runs them, in processes of its own. */
export interface JobServer {
  readonly url: string;
  /** Adds one job. */
  readonly post: Posted;
  /** Processes that do the work; what they have started counts with them. */
  readonly pids: readonly number[];
  progress(): Promise<Progress>;
  /** When the last job ended, in milliseconds since 1970 UTC. To be asked once, when all have: it may cost the server something. */
  lastFinishedAt(): Promise<number>;
  /** Of the jobs that were added last. */
  times(last: number): Promise<readonly JobTimes[]>;
  /** Takes jobs from now on, but runs none. */
  pause(): Promise<void>;
  stop(): Promise<void>;
}

export type JobIsolation = 'fresh' | 'warm' | 'process' | 'none';

/** A job server that can be started, any number of times, each time without jobs. */
export interface JobSubject {
  readonly name: string;
  readonly kind: 'ratchet' | 'bullmq' | 'peer';
  /** What one job can do to the next: nothing (`fresh`), what is in one realm, process or server. */
  readonly isolation: JobIsolation;
  /** Where jobs are kept, and how durably. */
  readonly storage: string;
  start(): Promise<JobServer>;
}
