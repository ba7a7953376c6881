import { Alarm, type Jobs } from '#jobs/index.ts';
import { isoTime, type Clock, type EventFeed } from '#kernel/index.ts';
import type { Database } from '#storage/index.ts';
import { planDue, type PlanParts, type WrittenSlot } from './plan-due.ts';

export interface PlannerParts extends PlanParts {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'enqueueWithin' | 'tellQueued'>;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Called after the commit, for those who count. */
  readonly onPlanned?: (slots: readonly WrittenSlot[]) => void;
}

export interface Planner {
  start(): void;
  /** A schedule was made or changed: there may be an earlier time to look. */
  poke(): void;
  /** Plans everything that is due now. Resolves when it is written. @throws errors of the storage */
  planNow(): Promise<void>;
  /** Resolves when nothing is being planned any more. */
  stop(): Promise<void>;
}

/**
 * However quiet it is, look again this often: a clock that was put forward rings no timer, and what others that share the database change may
 * reach nobody. A look is one lookup in an index.
 */
const againMs = { sqlite: 15_000, postgres: 5_000 } as const;
/** After a failure, such as a full disk or a lost server. What is due meanwhile is late, and not lost. */
const afterTroubleMs = 1_000;
/** When another process is planning what is due here. */
const afterOthersMs = 50;

/** Plans slots when they come due: one alarm at the earliest time of all schedules, whatever their runs do. */
export function createPlanner(parts: PlannerParts): Planner {
  const { database, clock, feed } = parts;
  const alarm = new Alarm(clock, () => void look());
  let planning: Promise<void> | null = null;
  let wantsMore = false;
  let isStarted = false;
  let isInTrouble = false;

  async function planAll(): Promise<void> {
    for (;;) {
      const now = clock.now();
      const { slots, broken, isMore, nextAt } = await database.write((queries) => planDue(queries, parts, now));
      tell(slots);
      for (const { schedule, error } of broken) parts.onTrouble(`schedule ${schedule.id} cannot be planned and is switched off`, error);
      if (isMore && slots.length > 0) continue;
      if (nextAt !== null && isStarted) alarm.setFor(Math.max(nextAt, nextAt <= now ? now + afterOthersMs : 0));
      return;
    }
  }

  function tell(slots: readonly WrittenSlot[]): void {
    if (slots.length === 0) return;
    const queued = slots.flatMap(({ schedule, job }) => (job === null ? [] : [{ ...job, schedule }]));
    for (const [name, jobs] of Map.groupBy(queued, ({ schedule }) => schedule.name)) parts.jobs.tellQueued(jobs, `schedule ${name}`);
    for (const { schedule, slotAt, outcome, reason, job } of slots) {
      feed.publish({
        kind: 'schedule.slot',
        at: clock.now(),
        taskId: String(schedule.taskId),
        jobId: job === null ? null : String(job.made.id),
        executionId: null,
        data: { scheduleId: String(schedule.id), schedule: schedule.name, slotAt: isoTime(slotAt), outcome, reason },
      });
    }
    parts.onPlanned?.(slots);
  }

  /** One round at a time; who asks while one is under way gets another one after it. */
  function plan(): Promise<void> {
    if (planning !== null) {
      wantsMore = true;
      return planning;
    }
    const round = (async () => {
      do {
        wantsMore = false;
        await planAll();
      } while (wantsMore);
    })();
    planning = round.finally(() => (planning = null));
    return planning;
  }

  async function look(): Promise<void> {
    if (!isStarted) return;
    try {
      await plan();
      isInTrouble = false;
      if (isStarted) alarm.setFor(clock.now() + againMs[database.dialect]);
    } catch (error) {
      if (!isInTrouble) parts.onTrouble('cannot plan what is scheduled; it is tried again until it is written', error);
      isInTrouble = true;
      if (isStarted) alarm.setFor(clock.now() + afterTroubleMs);
    }
  }

  return {
    start() {
      isStarted = true;
      void look();
    },
    poke: () => void look(),
    planNow: () => plan(),
    async stop() {
      isStarted = false;
      alarm.clear();
      await planning?.catch(() => {});
    },
  };
}
