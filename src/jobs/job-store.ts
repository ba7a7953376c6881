import type { FinishedExecution } from '#executions/index.ts';
import type { ListPage, ListRequest } from '#kernel/index.ts';
import type { Queries } from '#storage/index.ts';
import type { JobOptions, JobStatus } from './job.ts';
import type { ForeignRun, StoredRun } from './store/store-result.ts';

/** What a request for a job has become once its task is known and its values are checked. Times in milliseconds since 1970 UTC. */
export interface NewJob {
  readonly uuid: string;
  readonly taskId: number;
  /** Null: the version that is current when it starts. */
  readonly taskVersion: string | null;
  readonly scheduleId: number | null;
  /** JSON text. */
  readonly input: string;
  readonly priority: number;
  readonly runAt: number;
  /** Not started later than this. */
  readonly deadline: number | null;
  readonly maxRetries: number;
  readonly concurrency: { readonly key: string; readonly limit: number } | null;
  readonly rate: { readonly key: string; readonly limit: number; readonly windowMs: number } | null;
  /**
   * At most one job of the task with this key waits: `skip` keeps the waiting one, `replace` takes its place (the waiting one is cancelled),
   * `debounce` moves its run-at back and gives it the new input and options.
   */
  readonly unique: { readonly key: string; readonly when: 'skip' | 'replace' | 'debounce' } | null;
  readonly idempotency: { readonly key: string; readonly fingerprint: string; readonly expiresAt: number } | null;
  readonly ignoresPause: boolean;
  /** Indexes of jobs of the same request that must complete before; only of earlier ones. */
  readonly after: readonly number[];
  readonly options: JobOptions;
  /** Make an execution in state pending at once, and name it in the answer. */
  readonly withExecution: { readonly uuid: string } | null;
}

export interface Enqueued {
  readonly id: number;
  readonly uuid: string;
  /** False when a job that already existed is the answer: same idempotency key, or unique and kept. */
  readonly isNew: boolean;
  readonly executionId: number | null;
  /** As it was stored, so that nobody has to read it again; null for one that existed. */
  readonly stored: JobRow | null;
}

/** A job under a lease, with all that is needed to run it. */
export interface ClaimedJob {
  readonly id: number;
  readonly uuid: string;
  readonly taskId: number;
  /** The one this attempt runs, as its execution says: also where the job named none. Null where the task has none. */
  readonly taskVersion: string | null;
  readonly input: string;
  readonly options: JobOptions;
  readonly priority: number;
  /** Fencing token of this attempt: every later write names it. */
  readonly token: number;
  /** 1 for the first. */
  readonly attempt: number;
  readonly retryCount: number;
  readonly maxRetries: number;
  readonly queuedAt: number;
  readonly runAt: number;
  readonly startedAt: number;
  readonly deadline: number | null;
  readonly execution: { readonly id: number; readonly uuid: string };
  /** Running jobs it takes the place of: their cancellation was asked for in the transaction that claimed it. */
  readonly replaces: readonly number[];
}

export interface ClaimRequest {
  /** This process, new at every start. */
  readonly owner: string;
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
  /** For the executions that are made. */
  readonly newExecutionUuid: () => string;
  /** Tasks whose circuit breaker is open, until when. */
  readonly brokenTasks: ReadonlyMap<number, number>;
}

/** How an attempt ended. */
export interface Completion {
  readonly jobId: number;
  readonly token: number;
  readonly execution: FinishedExecution;
  /** For a failed attempt: when to try again; null: not at all. It counts against `maxRetries` unless `isFree`. */
  readonly retryAt: number | null;
  readonly isFree: boolean;
}

/** `stale`: somebody else owns the job by now, or it has ended; nothing was written. */
export type Committed = 'committed' | 'stale';

export interface Lease {
  readonly jobId: number;
  readonly token: number;
}

export interface JobRow {
  readonly id: number;
  readonly uuid: string;
  readonly taskId: number;
  readonly taskName: string;
  readonly taskVersion: string | null;
  readonly scheduleId: number | null;
  readonly executionId: number | null;
  readonly executionUuid: string | null;
  readonly status: JobStatus;
  readonly hold: Hold | null;
  readonly heldUntil: number | null;
  readonly priority: number;
  readonly runAt: number;
  readonly deadline: number | null;
  readonly concurrencyKey: string | null;
  readonly concurrencyLimit: number | null;
  readonly rateKey: string | null;
  readonly rateLimit: number | null;
  readonly rateWindowMs: number | null;
  readonly uniqueKey: string | null;
  readonly ignoresPause: boolean;
  readonly retryCount: number;
  readonly maxRetries: number;
  /** Attempts so far, the running one included. */
  readonly attempt: number;
  readonly owner: string | null;
  readonly leaseUntil: number | null;
  readonly cancelRequestedAt: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
}

/** Why a job that waits is not among those to be claimed. */
export const holds = ['time', 'dependency', 'paused', 'disabled', 'key', 'task', 'rate', 'breaker'] as const;
export type Hold = (typeof holds)[number];

export interface Pause {
  /** Null: every task. */
  readonly taskId: number | null;
  readonly pausedBy: string;
  readonly reason: string | null;
  readonly pausedAt: number;
}

/** Which jobs an operation on many means. Empty: all that the operation can touch. */
export interface JobSelection {
  readonly taskId?: number | undefined;
  readonly statuses?: readonly JobStatus[] | undefined;
  readonly completedBefore?: number | undefined;
  readonly errorCode?: string | undefined;
}

/** What the store knows about a job that does not run: `why` turns it into an answer. */
export interface Standing {
  readonly job: JobRow;
  readonly isTaskEnabled: boolean;
  /** The version it would run may reach hosts that nobody has approved of yet; null: it may run. */
  readonly unapproved: { readonly version: string; readonly hosts: readonly string[] } | null;
  readonly taskLimit: number | null;
  readonly pauses: readonly Pause[];
  /** Jobs it needs that have not completed: they wait, run, or have failed and must be retried first. */
  readonly needs: readonly { readonly id: number; readonly uuid: string; readonly status: JobStatus }[];
  /** Running jobs with its concurrency key, and of its task; at most ten each, with the real numbers beside. */
  readonly sameKey: { readonly running: number; readonly jobs: readonly { readonly id: number; readonly uuid: string }[] };
  readonly sameTask: { readonly running: number; readonly jobs: readonly { readonly id: number; readonly uuid: string }[] };
  /** Starts within the rate window, and when the oldest of them leaves it. */
  readonly rate: { readonly started: number; readonly nextAt: number | null };
  /** Claimable jobs before it, counted up to 10,000. */
  readonly ahead: number;
}

/** A job that a schedule asked for. */
export interface ScheduledJob {
  readonly id: number;
  readonly schedule_id: number;
}

/** What schedules decide about their jobs and keep of them, within the transactions of the queue. Never asked about other jobs. */
export interface ScheduleRules {
  /**
   * What is to become of a job that is to start while an earlier one of its schedule has not ended: it is skipped, or the earlier one is
   * cancelled; null: it starts all the same.
   */
  overlapOf(queries: Queries, job: ScheduledJob): Promise<'skip' | 'cancel' | null>;
  /** Attempts have begun. */
  begun(queries: Queries, jobs: readonly ScheduledJob[], now: number): Promise<void>;
  /** Jobs have ended before an attempt began. @param reason code of the error; null: somebody cancelled it */
  notRun(queries: Queries, jobs: readonly (ScheduledJob & { readonly reason: string | null })[]): Promise<void>;
}

/** A job of a schedule that was cancelled instead of started, because another one of the schedule had not ended. */
export interface SkippedJob {
  readonly id: number;
  readonly taskId: number;
  readonly scheduleId: number;
  /** The other one. */
  readonly because: number;
}

/**
 * The durable queue. Every method that changes something is one transaction and resolves after its commit.
 * Times are arguments: the store has no clock.
 */
export interface JobStore {
  /** All or none. @throws IDEMPOTENCY_KEY_REUSED, QUEUE_FULL (more than `mostWaiting` would wait), JOB_TASK_GONE */
  enqueue(jobs: readonly NewJob[], now: number, mostWaiting: number): Promise<readonly Enqueued[]>;
  /** Each by itself, in the transaction of `queries`. @returns for each job what `enqueue` says or throws */
  enqueueWithin(queries: Queries, jobs: readonly NewJob[], now: number, mostWaiting: number): Promise<readonly (Enqueued | Error)[]>;
  /**
   * Takes the next jobs under a lease, best first. What is passed over because of a pause, a disabled task, a full key or task, a rate
   * limit, an open breaker or a deadline is put on hold (or ended) in the same transaction, so that nobody passes over it twice.
   */
  claim(request: ClaimRequest): Promise<readonly ClaimedJob[]>;
  /** Ends attempts; releases dependents and wakes exactly as many jobs as there is room for. In the order given. */
  complete(completions: readonly Completion[]): Promise<readonly Committed[]>;
  /** Extends leases. @returns those that are lost (somebody else has the job), and those whose cancellation was asked for */
  renew(owner: string, leases: readonly Lease[], leaseUntil: number): Promise<{ lost: readonly Lease[]; cancelled: readonly Lease[] }>;
  /** Gives claimed jobs back without having run them: no attempt is burnt, the execution is removed or pending again. */
  release(leases: readonly Lease[], now: number): Promise<void>;
  /**
   * Takes jobs back whose lease has run out, or (on a database with one owner) whose owner is not `owner`: their attempts fail with WORKER_LOST
   * and they wait again; at most `mostRescues` such attempts per job, then the job fails.
   */
  rescue(request: {
    readonly owner: string;
    readonly isOnlyOwner: boolean;
    readonly now: number;
    readonly mostRescues: number;
  }): Promise<readonly JobRow[]>;
  /**
   * Moves what has become due out of its hold, ends what is past its deadline, and repairs holds whose reason is gone.
   * @returns when to look again, or null
   */
  wake(now: number): Promise<{ readonly woken: number; readonly expired: number; readonly nextAt: number | null }>;

  /** Stores a run that happened somewhere else. @throws JOB_TASK_GONE */
  storeResult(run: ForeignRun): Promise<StoredRun>;

  /** By numeric id or uuid, as text. */
  find(id: string): Promise<JobRow | null>;
  /** What was asked for, for those who look closer. */
  payload(id: number): Promise<{ readonly input: string; readonly options: JobOptions } | null>;
  list(request: ListRequest, now: number): Promise<ListPage<JobRow>>;
  stats(now: number): Promise<JobStatistics>;
  standing(id: number, now: number): Promise<Standing | null>;

  /** A waiting job is cancelled at once; a running one is asked to stop. @returns the job after it, or null when there is none */
  cancel(id: number, now: number): Promise<JobRow | null>;
  /** Failed or cancelled: waits again from the start. @returns null when it is neither */
  retry(id: number, now: number, input: string | null): Promise<JobRow | null>;
  /** Only of a job that waits. @returns null when it does not */
  update(
    id: number,
    change: { priority?: number; runAt?: number; maxRetries?: number; deadline?: number | null; retryDelayMs?: number },
    now: number,
  ): Promise<JobRow | null>;
  /** Not while it runs. Jobs that need it are cancelled unless it has completed. @returns whether it is gone */
  remove(id: number, now: number): Promise<boolean>;
  /** Cancels waiting jobs, in chunks. @returns how many */
  clear(selection: JobSelection, now: number): Promise<number>;
  /** Lets failed jobs wait again, in chunks. @returns how many */
  redrive(selection: JobSelection, now: number): Promise<number>;
  pause(pause: Pause): Promise<void>;
  /** @param taskId null: the pause of everything @returns whether there was one */
  resume(taskId: number | null, now: number): Promise<boolean>;
  pauses(): Promise<readonly Pause[]>;
  /** To be told when a task was enabled, its limit was raised, or its breaker has closed: lets its jobs be claimed, in chunks. @returns how many */
  taskChanged(taskId: number, now: number): Promise<number>;
}

export interface JobStatistics {
  readonly byStatus: Readonly<Record<JobStatus, number>>;
  /** Of the waiting ones, by the number with which a band of priorities begins, the highest first. */
  readonly waitingByPriority: readonly { readonly priority: number; readonly count: number }[];
  readonly held: Readonly<Partial<Record<Hold, number>>>;
  readonly averageWaitMs: number | null;
  readonly last24Hours: number;
  /** When the job that has waited longest became due. */
  readonly oldestWaitingSince: number | null;
  /** False where counting stopped early: by priority, held and of the last day there are at least so many. */
  readonly isExact: boolean;
}
