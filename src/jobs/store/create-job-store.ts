import type { ExecutionWrites } from '#executions/index.ts';
import { createBatcher, type Database } from '#storage/index.ts';
import type { ClaimedJob, Committed, Completion, Enqueued, JobStore, ScheduleRules, SkippedJob } from '../job-store.ts';
import { cancelJob, removeJob, retryJob, updateJob } from './change-one.ts';
import { clearJobs, pauseJobs, pausesOf, redriveJobs, resumeJobs, taskChanged } from './change-many.ts';
import { claim, optionsOf } from './claim.ts';
import { complete } from './complete.ts';
import { enqueueAll, type EnqueueRequest } from './enqueue.ts';
import { release, renew, rescue } from './give-back.ts';
import { jobStatistics } from './job-statistics.ts';
import { listJobs } from './list-jobs.ts';
import { standingOf } from './standing.ts';
import { storeResult } from './store-result.ts';
import { jobRowOf, selectJobRows, type SelectedJob } from './stored-job.ts';
import { repair, wakeDue } from './wake.ts';

export interface JobStoreOptions {
  readonly database: Database;
  readonly executions: ExecutionWrites;
  /** 0 up to 1. */
  readonly random?: () => number;
  readonly schedules?: ScheduleRules;
  /** Called after the commit in which jobs of schedules were skipped. */
  readonly onSkipped?: (jobs: readonly SkippedJob[]) => void;
}

/** Holds are looked over this often; whatever is forgotten waits no longer. */
const repairEveryMs = 1_000;
/** A claim that comes upon very many jobs that cannot run goes on in further transactions, so that others get their turn between. */
const mostClaims = 100;

/** The queue on a database; the same semantics on both kinds. Calls of one moment share a transaction. */
export function createJobStore({ database, executions, random = Math.random, schedules, onSkipped }: JobStoreOptions): JobStore {
  const parts = { executions, random, schedules };
  const enqueue = createBatcher<EnqueueRequest, readonly Enqueued[]>(async (requests) =>
    database.write((queries) => enqueueAll(queries, parts, requests)),
  );
  const end = createBatcher<readonly Completion[], readonly Committed[]>(async (requests) => {
    const answers = await database.write((queries) => complete(queries, parts, requests.flat()));
    let from = 0;
    return requests.map(({ length }) => answers.slice(from, (from += length)));
  }, 200);
  let repairedAt = -Infinity;
  let dependentsAfter = 0;

  return {
    enqueue: (jobs, now, mostWaiting) => enqueue({ jobs, now, mostWaiting }),
    enqueueWithin: async (queries, jobs, now, mostWaiting) => {
      const answers = await enqueueAll(
        queries,
        parts,
        jobs.map((job) => ({ jobs: [job], now, mostWaiting })),
      );
      return answers.map((answer) => (answer instanceof Error ? answer : answer[0]!));
    },
    async claim(request) {
      // Attempts whose end is about to be written make room, and what is freed and taken at one moment shares a transaction's flush.
      await end.handedOver();
      let left = request;
      const jobs: ClaimedJob[] = [];
      for (let claims = 0; claims < mostClaims; claims++) {
        const found = await database
          .write((queries) => claim(queries, parts, left))
          .catch((caught: unknown) => {
            // What an earlier transaction has claimed is ours and must be run.
            if (jobs.length === 0) throw caught;
            return null;
          });
        if (found === null) break;
        jobs.push(...found.jobs);
        if (found.skips.length > 0) onSkipped?.(found.skips);
        if (!found.isMore) break;
        left = { ...request, limit: request.limit - jobs.length };
      }
      return jobs;
    },
    complete: (completions) => end(completions),
    renew: (owner, leases, leaseUntil) => database.write((queries) => renew(queries, owner, leases, leaseUntil)),
    release: (leases, now) => database.write((queries) => release(queries, parts, leases, now)),
    rescue: (request) => database.write((queries) => rescue(queries, parts, request)),
    async wake(now) {
      const due = await database.write((queries) => wakeDue(queries, parts, now));
      if (now < repairedAt + repairEveryMs && now >= repairedAt) return due;
      repairedAt = now;
      const repaired = await database.write((queries) => repair(queries, now, dependentsAfter));
      dependentsAfter = repaired.after;
      return { ...due, woken: due.woken + repaired.woken };
    },

    storeResult: (run) => database.write((queries) => storeResult(queries, parts, run)),

    async find(id) {
      const [column, value] = /^\d{1,15}$/.test(id) ? ['j.id', Number(id)] : ['j.uuid', id.toLowerCase()];
      const [row] = await database.read.all<SelectedJob>(`${selectJobRows} WHERE ${column} = $1`, [value]);
      return row ? jobRowOf(row) : null;
    },
    async payload(id) {
      const [row] = await database.read.all<{ input: string; options: string | null }>(
        'SELECT input, options FROM job_payloads WHERE job_id = $1',
        [id],
      );
      return row ? { input: row.input, options: optionsOf(row.options) } : null;
    },
    list: (request, now) => listJobs(database.read, request, now),
    stats: (now) => jobStatistics(database.read, now),
    standing: (id, now) => standingOf(database.read, id, now),

    cancel: (id, now) => database.write((queries) => cancelJob(queries, parts, id, now)),
    retry: (id, now, input) => database.write((queries) => retryJob(queries, parts, id, now, input)),
    update: (id, change, now) => database.write((queries) => updateJob(queries, id, change, now)),
    remove: (id, now) => database.write((queries) => removeJob(queries, parts, id, now)),
    clear: (selection, now) => clearJobs(database, parts, selection, now),
    redrive: (selection, now) => redriveJobs(database, parts, selection, now),
    pause: (pause) => pauseJobs(database, pause),
    resume: (taskId, now) => resumeJobs(database, taskId, now),
    pauses: () => pausesOf(database.read),
    taskChanged: (taskId, now) => taskChanged(database, taskId, now),
  };
}
