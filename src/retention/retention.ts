import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Settings } from '#kernel/index.ts';
import type { Database, Queries } from '#storage/index.ts';
import { bytesOfJobs, expiredJobs, idList, oldestJobs, theBeginning, type Candidate, type Place } from './candidates.ts';
import { createPace } from './pace.ts';
import { previewRetention, type RetentionPreview } from './preview.ts';
import { endedExecutions, removeExpiredKeys, removeExpiredResults, removeJobs, removeLogs, removeRecordings } from './removal.ts';
import { removeOldSlots, removeSurplusSlots, sparingSchedules, surplusJobs } from './schedule-removal.ts';
import { finishedStatuses, isRetained, mostBytes, retentionRules, runEvery, type FinishedStatus } from './settings.ts';
import { shrinkSome, storedBytes } from './stored-size.ts';

/** What a run has removed. */
export interface RetentionReport {
  readonly jobs: Readonly<Record<FinishedStatus, number>>;
  /** Of these, how many went because of the size and not of their age. */
  readonly jobsForSize: number;
  readonly logLines: number;
  readonly recordings: number;
  readonly keys: number;
  readonly results: number;
  /** Rows of the ledgers of schedules. */
  readonly slots: number;
  /** In use afterwards, and whether that is still too much: what is left is unfinished or needed. */
  readonly bytes: number;
  readonly isOverLimit: boolean;
  /** Ended before it was through. */
  readonly wasStopped: boolean;
}

export interface Retention {
  /** @param now milliseconds since 1970 UTC */
  preview(now: number): Promise<RetentionPreview>;
  /** Removes in small transactions with pauses between them. A second call while one runs waits for that one. */
  runOnce(now: number, signal?: AbortSignal): Promise<RetentionReport>;
  /** Runs now and then from now on, unless the configuration says not to. */
  start(): void;
  /** Resolves when nothing is being removed any more. */
  stop(): Promise<void>;
}

export interface RetentionParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** 0 up to 1; spreads writers of counts. */
  readonly random?: () => number;
}

/** After a failure, such as a full disk or a lost server, it is tried again soon. */
const retryMs = 60_000;

export function createRetention({ database, settings, clock, log, random = Math.random }: RetentionParts): Retention {
  let running: Promise<RetentionReport> | null = null;
  let stopping: AbortController | null = null;
  let loop: Promise<void> | null = null;

  const runOnce = (now: number, signal: AbortSignal = new AbortController().signal) => {
    running ??= run(now, signal).finally(() => {
      running = null;
    });
    return running;
  };

  const run = async (now: number, signal: AbortSignal): Promise<RetentionReport> => {
    const rules = retentionRules(settings);
    const pace = createPace(clock, signal);
    const jobs = { completed: 0, failed: 0, cancelled: 0 };
    const sums = { logLines: 0, recordings: 0, keys: 0, results: 0, slots: 0 };
    const count = (gone: readonly Candidate[]) => {
      for (const { status } of gone) jobs[status]++;
    };

    for (const status of finishedStatuses) {
      const age = rules.ages[status];
      if (age === null) continue;
      let place: Place = theBeginning;
      await pace.whileMore(async (limit) => {
        const gone = await removeChunk((queries) => expiredJobs(queries, status, now - age, place, limit));
        count(gone.jobs);
        place = placeOf(gone.jobs) ?? place;
        return gone.jobs.length === limit;
      });
    }
    for (const schedule of await sparingSchedules(database.read)) {
      await pace.whileMore(async (limit) => {
        const gone = await removeChunk((queries) => surplusJobs(queries, schedule, limit));
        count(gone.jobs);
        return gone.jobs.length === limit;
      });
      if (schedule.is_system === 1) sums.slots += await database.write((queries) => removeSurplusSlots(queries, schedule));
    }
    const slotsBefore = rules.slotsMs === null ? null : now - rules.slotsMs;
    if (slotsBefore !== null) {
      await pace.whileMore(async (limit) => {
        const gone = await database.write((queries) => removeOldSlots(queries, slotsBefore, limit));
        sums.slots += gone;
        return gone === limit;
      });
    }
    await pace.whileMore(async (limit) => {
      const gone = await database.write((queries) => removeExpiredKeys(queries, now, limit));
      sums.keys += gone;
      return gone === limit;
    });
    await pace.whileMore(async (limit) => {
      const gone = await database.write((queries) => removeExpiredResults(queries, now, limit));
      sums.results += gone;
      return gone === limit;
    });
    const strip = async (ageMs: number | null, remove: typeof removeLogs, add: (rows: number) => void) => {
      if (ageMs === null) return;
      let lastId = 0;
      await pace.whileMore(async (limit) => {
        const ended = await endedExecutions(database.read, now - ageMs, lastId, limit);
        if (ended.length > 0) add(await database.write((queries) => remove(queries, ended)));
        lastId = ended.at(-1)?.id ?? lastId;
        return ended.length === limit;
      });
    };
    await strip(rules.logsMs, removeLogs, (rows) => (sums.logLines += rows));
    await strip(rules.recordingsMs, removeRecordings, (rows) => (sums.recordings += rows));

    const limitBytes = rules.mostBytes ?? Number.POSITIVE_INFINITY;
    let bytes = await storedBytes(database.read, limitBytes);
    const jobsBefore = jobs.completed + jobs.failed + jobs.cancelled;
    let place: Place = theBeginning;
    if (bytes > limitBytes) {
      await pace.whileMore(async (limit) => {
        const gone = await removeChunk(async (queries) => fitting(queries, await oldestJobs(queries, place, limit), bytes - limitBytes));
        count(gone.jobs);
        place = placeOf(gone.jobs) ?? place;
        bytes = database.dialect === 'sqlite' ? await storedBytes(database.read, limitBytes) : bytes - gone.bytes;
        return gone.jobs.length > 0 && bytes > limitBytes;
      });
      bytes = await storedBytes(database.read, limitBytes);
    }
    await pace.whileMore(() => shrinkSome(database));
    const jobsForSize = jobs.completed + jobs.failed + jobs.cancelled - jobsBefore;
    return { jobs, jobsForSize, ...sums, bytes, isOverLimit: bytes > limitBytes, wasStopped: signal.aborted };
  };

  const removeChunk = (choose: (queries: Queries) => Promise<Candidate[]>) =>
    database.write(async (queries) => {
      const chosen = await choose(queries);
      if (chosen.length === 0) return { jobs: chosen, bytes: 0 };
      // SQLite tells its size afterwards, exactly and for nothing.
      const bytes = queries.dialect === 'sqlite' ? 0 : await bytesOfJobs(queries, idList(chosen));
      await removeJobs(queries, chosen, random);
      return { jobs: chosen, bytes };
    });

  const runForEver = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let nextMs = settings.get(runEvery) * 1_000;
      try {
        // It may be switched on and off while the server runs.
        if (settings.get(isRetained)) tell(log, await runOnce(clock.now(), signal));
      } catch (caught) {
        nextMs = Math.min(nextMs, retryMs);
        log(`retention failed and is tried again in ${nextMs / 1_000} s: ${caught instanceof Error ? caught.message : String(caught)}`);
      }
      await pause(nextMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };

  return {
    preview: (now) => previewRetention(database.read, retentionRules(settings), now),
    runOnce,
    start() {
      if (loop !== null) return;
      stopping = new AbortController();
      loop = runForEver(stopping.signal);
    },
    async stop() {
      stopping?.abort();
      await loop;
      loop = null;
      await running?.catch(() => {});
    },
  };
}

function placeOf(jobs: readonly Candidate[]): Place | null {
  const last = jobs.at(-1);
  return last === undefined ? null : { completedAt: last.completed_at, id: last.id };
}

/** Of the oldest jobs, as many as free about so many bytes; one at least. */
async function fitting(queries: Queries, oldest: Candidate[], bytes: number): Promise<Candidate[]> {
  if (oldest.length === 0) return oldest;
  const each = (await bytesOfJobs(queries, idList(oldest))) / oldest.length;
  return oldest.slice(0, Math.max(1, Math.ceil(bytes / Math.max(1, each))));
}

function tell(log: (line: string) => void, { jobs, jobsForSize, isOverLimit, bytes }: RetentionReport): void {
  const gone = jobs.completed + jobs.failed + jobs.cancelled;
  if (gone > 0) {
    const why = jobsForSize > 0 ? `, ${jobsForSize} of them because of the size` : '';
    log(`removed ${gone} finished jobs (${jobs.completed} completed, ${jobs.failed} failed, ${jobs.cancelled} cancelled)${why}`);
  }
  if (isOverLimit) log(`${bytes} bytes are stored, more than ${mostBytes.key} allows, and nothing finished is left to remove`);
}
