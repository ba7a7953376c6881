import { createExecutionWrites } from '#executions/stored/index.ts';
import { createEventFeed, settingsFrom, uuidSource, type EventFeed, type FeedEvent, type ListRequest } from '#kernel/index.ts';
import { createJobs, createJobStore, type ClaimedJob, type Jobs, type JobStore, type SkippedJob } from '#jobs/index.ts';
import type { Database } from '#storage/index.ts';
import { createCatalogue } from '#tasks/catalogue/index.ts';
import type { Catalogue } from '#tasks/index.ts';
import { testClock, type TestClock } from '../testing/test-clock.ts';
import { createPlanner, type Planner } from './planning/planner.ts';
import { ScheduleCreation } from './schedule-request.ts';
import type { Schedule, Slot } from './schedule.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import { scheduleRules } from './store/schedule-rules.ts';

/** 2026-01-01T00:00:00Z; tests count from here. */
export const start = Date.UTC(2026, 0, 1);
export const minute = 60_000;
export const hour = 3_600_000;

export interface SchedulesForTest {
  readonly database: Database;
  readonly clock: TestClock;
  readonly catalogue: Catalogue;
  readonly schedules: Schedules;
  readonly planner: Planner;
  readonly jobs: Jobs;
  readonly store: JobStore;
  readonly feed: EventFeed;
  readonly events: readonly FeedEvent[];
  /** Jobs that the queue said it has skipped. */
  readonly skips: readonly SkippedJob[];
  /** What the planner was in trouble with. */
  readonly troubles: readonly unknown[];
  /** Adds a task. @returns its id */
  task(name?: string): Promise<number>;
  /** A schedule of the task, every ten minutes unless said otherwise. */
  create(taskId: number, said?: Record<string, unknown>): Promise<Schedule>;
  /** Moves the clock and plans what has come due. */
  passes(ms: number): Promise<void>;
  /** The ledger, oldest first, a line for each slot: minutes since the start, what became of it, why. */
  ledger(schedule: { readonly id: number }): Promise<string[]>;
  slots(schedule: { readonly id: number }): Promise<readonly Slot[]>;
  claim(limit?: number): Promise<readonly ClaimedJob[]>;
  end(jobs: readonly ClaimedJob[]): Promise<void>;
}

/** Schedules, planner and queue over a database that is open, with a clock that stands still until it is moved. */
export function schedulesForTest(
  database: Database,
  { settings: said = {}, clock = testClock(start) }: { settings?: Record<string, unknown>; clock?: TestClock } = {},
): SchedulesForTest {
  const settings = settingsFrom(said);
  const ids = uuidSource(clock);
  const feed = createEventFeed('test');
  const events: FeedEvent[] = [];
  const troubles: unknown[] = [];
  const skips: SkippedJob[] = [];
  feed.subscribe((event) => void events.push(event));
  const store = createJobStore({
    database,
    executions: createExecutionWrites(() => 0),
    random: () => 0,
    schedules: scheduleRules,
    onSkipped: (jobs) => skips.push(...jobs),
  });
  const testTask = async () => ({ passed: 0, failed: 0, failures: [] });
  const catalogue = createCatalogue({ database, settings, clock, random: () => 0, testTask });
  const jobs = createJobs({
    store,
    tasks: catalogue,
    feed,
    settings,
    ids,
    clock,
    poke: () => {},
    stopRunning: () => {},
    refusal: () => null,
    capacity: () => ({ workers: 1, free: 1 }),
  });
  const liveInput = () => null;
  const onTrouble = (_what: string, error: unknown) => void troubles.push(error);
  const planner = createPlanner({ database, jobs, settings, ids, clock, feed, liveInput, onTrouble });
  const checkInput = async () => null;
  const schedules = createSchedules({
    database,
    tasks: catalogue,
    jobs,
    feed,
    settings,
    ids,
    clock,
    liveInput,
    checkInput,
    poke: () => {},
  });
  let tasks = 0;
  const slots = async ({ id }: { readonly id: number }) => {
    const all: Slot[] = [];
    for (let after: string | null = null, isMore = true; isMore; isMore = after !== null) {
      const request: ListRequest = { filter: {}, sort: { field: 'slotAt', order: 'asc' }, limit: 100, offset: 0, after };
      const page = await schedules.slots(String(id), request);
      all.push(...page.items);
      after = page.next;
    }
    return all;
  };
  return {
    database,
    clock,
    catalogue,
    schedules,
    planner,
    jobs,
    store,
    feed,
    events,
    troubles,
    skips,
    slots,
    async task(name = `task-${tasks++}`) {
      return database.write(async (queries) => {
        const [row] = await queries.all<{ id: number }>(
          `INSERT INTO tasks (uuid, name, label, version, storage_type, created_at, updated_at)
           VALUES ($1, $2, $2, '1.0.0', 'database', $3, $3) RETURNING id`,
          [ids.next<'task'>(), name, start],
        );
        await queries.run(
          `INSERT INTO task_versions (task_id, version, checksum, files, metadata, changed_by, created_at) VALUES ($1, '1.0.0', 'sum', '{}', '{}', 'test', $2)`,
          [row!.id, start],
        );
        return row!.id;
      });
    },
    create(taskId, more = {}) {
      const rule = 'at' in more || 'every' in more || 'cronExpression' in more ? {} : { cronExpression: '*/10 * * * *' };
      return schedules.create(ScheduleCreation.parse({ name: 'tens', taskId, ...rule, ...more }), 'test');
    },
    async passes(ms) {
      clock.advance(ms);
      await planner.planNow();
    },
    async ledger(schedule) {
      return (await slots(schedule)).map(({ slotAt, outcome, reason, startedAt }) => {
        const state = outcome === 'skipped' ? `skipped ${reason}` : startedAt === null ? `${outcome}, waits` : outcome;
        return `${(slotAt - start) / minute} ${state}`;
      });
    },
    claim: (limit = 10) =>
      store.claim({
        owner: 'me',
        now: clock.now(),
        leaseUntil: clock.now() + 30_000,
        limit,
        newExecutionUuid: () => ids.next<'execution'>(),
        brokenTasks: new Map(),
      }),
    async end(ended) {
      await store.complete(
        ended.map((job) => ({
          jobId: job.id,
          token: job.token,
          retryAt: null,
          isFree: false,
          execution: {
            id: job.execution.id,
            status: 'completed' as const,
            startedAt: job.startedAt,
            completedAt: clock.now(),
            output: '1',
            error: null,
            cost: null,
            effects: null,
            progress: null,
            logs: [],
            logsDropped: 0,
            recording: null,
          },
        })),
      );
    },
  };
}
