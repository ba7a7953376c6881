import type { Clock, EventFeed, IdSource, ListPage, ListRequest, Settings } from '#kernel/index.ts';
import type { FinishedExecution } from '#executions/index.ts';
import type { Queries, StorageRefusal } from '#storage/index.ts';
import type { Catalogue, CatalogueTask } from '#tasks/index.ts';
import { oneVersion, splitPin } from '#tasks/catalogue/index.ts';
import {
  jobFinished,
  jobInputTooLarge,
  jobNotEnded,
  jobNotFound,
  jobNotWaiting,
  jobRunning,
  jobTaskGone,
  jobTaskUnavailable,
  jobVersionDisabled,
  jobVersionUnknown,
  storageRefuses,
} from './errors.ts';
import { JobRequest, newJobOf, type JobOrigin } from './job-request.ts';
import type { JobOptions } from './job.ts';
import type { Enqueued, JobRow, JobSelection, JobStatistics, JobStore, NewJob, Pause, Standing } from './job-store.ts';
import { mostInputBytes, mostWaitingJobs } from './settings.ts';
import type { StoredRun } from './store/store-result.ts';
import { hasEnded, waitForEnd } from './wait-for-end.ts';
import { whyOf, type Capacity, type Why } from './why.ts';

export interface JobsParts {
  readonly store: JobStore;
  readonly tasks: Pick<Catalogue, 'find'>;
  readonly feed: EventFeed;
  readonly settings: Settings;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** There may be work for the dispatcher: now, or at a time (milliseconds since 1970 UTC). */
  readonly poke: (at?: number) => void;
  /** Ends the attempt of a job, if it runs in this process. */
  readonly stopRunning: (jobId: number) => void;
  /** Why nothing can be stored now, or null. */
  readonly refusal: () => StorageRefusal | null;
  readonly capacity: () => Capacity;
}

/** Who asks: a name for pauses, events, and to keep idempotency keys of two callers apart. */
export type Asker = string;

/** A job that was asked for, with what it is about. */
export interface JobWanted {
  readonly request: JobRequest;
  readonly origin?: JobOrigin;
}

/** A run that happened somewhere else. Times in milliseconds since 1970 UTC. */
export interface ForeignResult {
  readonly taskId: string;
  readonly version: string | null;
  readonly input: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly startedAt: number;
  readonly execution: Omit<FinishedExecution, 'id'>;
}

/** The queue as other parts of the server and the surfaces use it. Jobs are named by number or uuid. */
export interface Jobs {
  /** All or none, in one transaction. @throws JOB_TASK_GONE, JOB_TASK_UNAVAILABLE, JOB_VERSION_UNKNOWN, JOB_VERSION_DISABLED, JOB_INPUT_TOO_LARGE, QUEUE_FULL, IDEMPOTENCY_KEY_REUSED, JOB_STORAGE_REFUSES */
  enqueue(wanted: readonly JobWanted[], by: Asker): Promise<readonly Enqueued[]>;
  /**
   * Queues in the transaction of `queries`, each by itself; what it answers to one is what `enqueue` says or throws. `tellQueued` has to follow
   * the commit. Only the room in the queue is looked at: the rest is the caller's.
   */
  enqueueWithin(queries: Queries, jobs: readonly NewJob[]): Promise<readonly (Enqueued | Error)[]>;
  /** Stores a run that happened somewhere else. @throws JOB_TASK_GONE, JOB_VERSION_UNKNOWN, JOB_INPUT_TOO_LARGE, JOB_STORAGE_REFUSES */
  storeResult(foreign: ForeignResult, by: Asker): Promise<StoredRun & { readonly executionUuid: string }>;
  /** Says that jobs are queued, and lets them be claimed. */
  tellQueued(jobs: readonly { readonly job: NewJob; readonly made: Enqueued }[], by: Asker): void;
  /** @throws JOB_NOT_FOUND */
  find(id: string): Promise<JobRow>;
  /** @throws JOB_NOT_FOUND */
  show(
    id: string,
  ): Promise<{ job: JobRow; payload: { readonly input: string; readonly options: JobOptions }; queuePosition: number | null }>;
  list(request: ListRequest): Promise<ListPage<JobRow>>;
  stats(): Promise<JobStatistics>;
  /** @throws JOB_NOT_FOUND */
  why(id: string): Promise<Why>;
  /** The job when it has ended, or as it is when `ms` are over or the signal is aborted. @throws JOB_NOT_FOUND */
  waitFor(jobId: number, ms: number, signal: AbortSignal): Promise<JobRow>;
  /** A waiting job ends at once, a running one is stopped. @throws JOB_NOT_FOUND, JOB_ALREADY_FINISHED */
  cancel(id: string, by: Asker): Promise<JobRow>;
  /** @param input JSON text; null: as it was @throws JOB_NOT_FOUND, JOB_NOT_RETRYABLE, JOB_INPUT_TOO_LARGE */
  retry(id: string, input: string | null, by: Asker): Promise<JobRow>;
  /** @throws JOB_NOT_FOUND, JOB_NOT_WAITING */
  update(id: string, change: Parameters<JobStore['update']>[1]): Promise<JobRow>;
  /** @throws JOB_NOT_FOUND, JOB_IS_RUNNING */
  remove(id: string): Promise<void>;
  clear(selection: JobSelection, by: Asker): Promise<number>;
  redrive(selection: JobSelection, by: Asker): Promise<number>;
  /** @param task number, uuid or name; null: everything @throws JOB_TASK_GONE */
  pause(task: string | null, reason: string | null, by: Asker): Promise<Pause>;
  /** @returns whether there was a pause @throws JOB_TASK_GONE */
  resume(task: string | null, by: Asker): Promise<boolean>;
  pauses(): Promise<readonly Pause[]>;
  /** The number of a task. @throws JOB_TASK_GONE */
  taskId(ref: string): Promise<number>;
}

export function createJobs(parts: JobsParts): Jobs {
  const { store, tasks, feed, settings, ids, clock, poke } = parts;

  function tell(
    kind: string,
    about: { taskId?: number | null; jobId?: number; executionId?: number | null },
    data: Record<string, unknown>,
  ): void {
    const text = (id: number | null | undefined) => (id === null || id === undefined ? null : String(id));
    feed.publish({
      kind,
      at: clock.now(),
      taskId: text(about.taskId),
      jobId: text(about.jobId),
      executionId: text(about.executionId),
      data,
    });
  }

  function tellQueued(jobs: readonly { readonly job: NewJob; readonly made: Enqueued }[], by: Asker): void {
    const now = clock.now();
    for (const { job, made } of jobs) {
      const { taskId, priority, runAt } = job;
      if (made.isNew) tell('job.queued', { taskId, jobId: made.id, executionId: made.executionId }, { by, priority, runAt });
    }
    if (jobs.some(({ job }) => job.runAt <= now)) poke();
    const later = Math.min(...jobs.filter(({ job }) => job.runAt > now).map(({ job }) => job.runAt));
    if (later !== Infinity) poke(later);
  }

  async function find(id: string): Promise<JobRow> {
    const job = await store.find(id);
    if (job === null) throw jobNotFound({ job: id });
    return job;
  }

  async function task(ref: string): Promise<CatalogueTask> {
    const found = await tasks.find(ref);
    if (found === null) throw jobTaskGone({ task: ref });
    return found;
  }

  function checkStorage(): void {
    const refusal = parts.refusal();
    if (refusal === null) return;
    throw storageRefuses({ reason: refusal.reason, detail: refusal.detail, retryAfterSeconds: 5 });
  }

  function checkInput(input: string): void {
    const limit = settings.get(mostInputBytes);
    const bytes = Buffer.byteLength(input);
    if (bytes > limit) throw jobInputTooLarge({ bytes, limit });
  }

  async function checked({ request, origin = {} }: JobWanted, found: Map<string, CatalogueTask>, by: Asker): Promise<NewJob> {
    const { ref, version: pin } = splitPin(request.taskId);
    const known = found.get(ref) ?? (await task(ref));
    found.set(ref, known);
    if (known.missingSince !== null) throw jobTaskUnavailable({ task: known.name });
    const version = oneVersion(pin, request.version ?? null);
    if (known.disabledVersions.includes(version ?? known.version))
      throw jobVersionDisabled({ task: known.name, version: version ?? known.version });
    if (version !== null && !known.availableVersions.includes(version)) {
      throw jobVersionUnknown({ task: known.name, version, available: known.availableVersions });
    }
    const job = newJobOf({ ...request, version }, known, origin, { uuid: ids.next<'job'>(), now: clock.now(), caller: by, settings });
    checkInput(job.input);
    return job;
  }

  return {
    find,
    taskId: async (ref) => (await task(ref)).id,
    async enqueue(wanted, by) {
      checkStorage();
      const found = new Map<string, CatalogueTask>();
      const jobs: NewJob[] = [];
      for (const one of wanted) jobs.push(await checked(one, found, by));
      const made = await store.enqueue(jobs, clock.now(), settings.get(mostWaitingJobs));
      tellQueued(
        jobs.map((job, index) => ({ job, made: made[index]! })),
        by,
      );
      return made;
    },
    async storeResult({ taskId, version, input, metadata, startedAt, execution }, by) {
      checkStorage();
      const request = JobRequest.parse({ taskId, version, input, metadata, maxRetries: 0, scheduledFor: startedAt });
      const { ref, version: pin } = splitPin(taskId);
      const known = await task(ref);
      const wanted = oneVersion(pin, version);
      const all = [...known.availableVersions, ...known.disabledVersions];
      if (wanted !== null && !all.includes(wanted)) throw jobVersionUnknown({ task: known.name, version: wanted, available: all });
      const context = { uuid: ids.next<'job'>(), now: clock.now(), caller: by, settings };
      const job = newJobOf({ ...request, version: wanted }, known, {}, context);
      checkInput(job.input);
      const executionUuid = ids.next<'execution'>();
      const stored = await store.storeResult({ job, executionUuid, owner: `stored by ${by}`, startedAt, execution });
      return { ...stored, executionUuid };
    },
    enqueueWithin: (queries, jobs) => store.enqueueWithin(queries, jobs, clock.now(), settings.get(mostWaitingJobs)),
    tellQueued,
    async show(id) {
      const job = await find(id);
      const payload = await store.payload(job.id);
      if (payload === null) throw jobNotFound({ job: id });
      return { job, payload, queuePosition: placeOf(job, await store.standing(job.id, clock.now())) };
    },
    list: (request) => store.list(request, clock.now()),
    stats: () => store.stats(clock.now()),
    async why(id) {
      const now = clock.now();
      const standing = await store.standing((await find(id)).id, now);
      if (standing === null) throw jobNotFound({ job: id });
      return whyOf(standing, now, parts.capacity());
    },
    async waitFor(jobId, ms, signal) {
      const job = await waitForEnd(jobId, ms, signal, { find: (number) => store.find(String(number)), feed });
      if (job === null) throw jobNotFound({ job: String(jobId) });
      return job;
    },
    async cancel(id, by) {
      const before = await find(id);
      if (hasEnded(before)) throw jobFinished({ job: id, status: before.status.toUpperCase() });
      const job = await store.cancel(before.id, clock.now());
      if (job === null) throw jobNotFound({ job: id });
      if (job.status === 'completed' || job.status === 'failed') throw jobFinished({ job: id, status: job.status.toUpperCase() });
      if (job.status === 'processing') parts.stopRunning(job.id);
      else tell('job.cancelled', { taskId: job.taskId, jobId: job.id, executionId: job.executionId }, { by });
      poke();
      return job;
    },
    async retry(id, input, by) {
      checkStorage();
      const before = await find(id);
      if (input !== null) checkInput(input);
      const job = await store.retry(before.id, clock.now(), input);
      if (job === null) throw jobNotEnded({ job: id, status: (await find(id)).status.toUpperCase() });
      tell('job.retried', { taskId: job.taskId, jobId: job.id }, { by });
      poke();
      return job;
    },
    async update(id, change) {
      const before = await find(id);
      const job = await store.update(before.id, change, clock.now());
      if (job === null) throw jobNotWaiting({ job: id, status: (await find(id)).status.toUpperCase() });
      tell('job.updated', { taskId: job.taskId, jobId: job.id }, { ...change });
      poke();
      if (job.runAt > clock.now()) poke(job.runAt);
      return job;
    },
    async remove(id) {
      const job = await find(id);
      if (!(await store.remove(job.id, clock.now()))) {
        if ((await store.find(String(job.id))) === null) throw jobNotFound({ job: id });
        throw jobRunning({ job: id });
      }
      tell('job.removed', { taskId: job.taskId, jobId: job.id }, {});
      poke();
    },
    async clear(selection, by) {
      const count = await store.clear(selection, clock.now());
      tell('queue.cleared', { taskId: selection.taskId ?? null }, { by, count });
      poke();
      return count;
    },
    async redrive(selection, by) {
      checkStorage();
      const count = await store.redrive(selection, clock.now());
      tell('queue.redriven', { taskId: selection.taskId ?? null }, { by, count });
      poke();
      return count;
    },
    async pause(ref, reason, by) {
      const pause: Pause = { taskId: ref === null ? null : (await task(ref)).id, pausedBy: by, reason, pausedAt: clock.now() };
      await store.pause(pause);
      tell('queue.paused', { taskId: pause.taskId }, { by, reason });
      return pause;
    },
    async resume(ref, by) {
      const taskId = ref === null ? null : (await task(ref)).id;
      const wasPaused = await store.resume(taskId, clock.now());
      if (wasPaused) tell('queue.resumed', { taskId }, { by });
      poke();
      return wasPaused;
    },
    pauses: () => store.pauses(),
  };
}

/** From 1; null for a job that is not among those that can be started. */
function placeOf(job: JobRow, standing: Standing | null): number | null {
  const isReady = (job.status === 'queued' || job.status === 'retrying') && job.hold === null;
  return isReady && standing !== null ? standing.ahead + 1 : null;
}
