import { JobRequest, newJobOf, queueFull, type Enqueued, type Jobs, type NewJob } from '#jobs/index.ts';
import type { IdSource, Settings } from '#kernel/index.ts';
import { idList, insertEach, isIn, locked, updateEach, type Queries } from '#storage/index.ts';
import { ruleFor } from '../rule-cache.ts';
import { jobOptionsOf } from '../job-options.ts';
import type { Schedule, SkipReason, SlotOutcome } from '../schedule.ts';
import { graceSeconds, lateSeconds } from '../settings.ts';
import { scheduleOf, type ScheduleRow } from '../store/schedule-row.ts';
import { planSlots, type PlannedSlot, type SlotPlan } from './plan-slots.ts';

export interface PlanParts {
  readonly jobs: Pick<Jobs, 'enqueueWithin'>;
  readonly settings: Settings;
  readonly ids: IdSource;
  /** The input of a schedule of the server's own at this moment, as JSON text; null: the one that is stored. */
  readonly liveInput: (schedule: Schedule) => string | null;
}

/** A slot as it was written. */
export interface WrittenSlot {
  readonly schedule: Schedule;
  readonly slotAt: number;
  readonly dueAt: number;
  readonly outcome: SlotOutcome;
  readonly reason: SkipReason | null;
  readonly job: { readonly job: NewJob; readonly made: Enqueued } | null;
}

export interface Planned {
  readonly slots: readonly WrittenSlot[];
  /** Switched off, because they could not be planned. */
  readonly broken: readonly Broken[];
  /** There was more than one transaction should do. */
  readonly isMore: boolean;
  /** When the next schedule comes due; null: none will. */
  readonly nextAt: number | null;
}

export interface Broken {
  readonly schedule: Schedule;
  readonly error: unknown;
}

/** What becomes of one schedule, with the jobs of those of its slots that are run. */
interface Prepared {
  readonly schedule: Schedule;
  readonly plan: SlotPlan;
  readonly jobs: ReadonlyMap<PlannedSlot, NewJob>;
}

/** Schedules of one transaction, slots of one schedule in it, and slots of all together. */
const mostSchedules = 200;
const mostOfOne = 500;
const mostSlots = 1_000;

type DueRow = ScheduleRow & {
  readonly task_enabled: number;
  readonly task_missing_since: number | null;
  readonly has_version: number;
  readonly last_slot_at: number | null;
};

/** How it is answered is pinned by a test. */
export const dueQuery = `SELECT s.*, t.name AS task_name, t.enabled AS task_enabled, t.missing_since AS task_missing_since,
    CASE WHEN s.task_version IS NULL OR EXISTS (
      SELECT 1 FROM task_versions v
      WHERE v.task_id = s.task_id AND v.version = s.task_version AND v.is_current = 1 AND v.standing <> 'gone' AND v.enabled = 1) THEN 1 ELSE 0 END AS has_version,
    (SELECT max(l.slot_at) FROM schedule_slots l WHERE l.schedule_id = s.id) AS last_slot_at
  FROM schedules s JOIN tasks t ON t.id = s.task_id
  WHERE s.due_at IS NOT NULL AND s.due_at <= $1 ORDER BY s.due_at, s.id LIMIT ${mostSchedules}`;

const insertSlots = insertEach('schedule_slots', {
  schedule_id: 'bigint',
  slot_at: 'bigint',
  due_at: 'bigint',
  planned_at: 'bigint',
  outcome: 'text',
  reason: 'text',
  job_id: 'bigint',
});

const advance = updateEach(
  { id: 'bigint', next_slot_at: 'bigint', due_at: 'bigint', runs: 'integer', enabled: 'integer', disabled_reason: 'text' },
  `next_slot_at = :next_slot_at, due_at = :due_at, execution_count = execution_count + :runs, enabled = :enabled, disabled_reason = :disabled_reason`,
  'schedules',
);

/**
 * Plans what is due, in one transaction: a row of the ledger for each slot, a job for each that is run, and the schedule goes on. Of several
 * processes each takes other schedules.
 */
export async function planDue(queries: Queries, parts: PlanParts, now: number): Promise<Planned> {
  const rows = await queries.all<DueRow>(`${dueQuery}${locked(queries, ' OF s SKIP LOCKED')}`, [now]);
  const plans: Prepared[] = [];
  const broken: Broken[] = [];
  let count = 0;
  if (rows.length > 0) {
    const pauses = await pausesNow(queries);
    for (const row of rows) {
      if (count >= mostSlots) break;
      const schedule = scheduleOf(row);
      const facts = {
        now,
        graceMs: parts.settings.get(graceSeconds) * 1_000,
        lateMs: parts.settings.get(lateSeconds) * 1_000,
        blocked: blockedBy(row),
        mostRuns: await mostRuns(queries, schedule, pauses),
        after: row.last_slot_at,
      };
      try {
        const plan = planSlots(schedule, ruleFor(schedule.rule), facts, Math.min(mostOfOne, mostSlots - count));
        const run = plan.slots.filter(({ reason }) => reason === null);
        plans.push({ schedule, plan, jobs: new Map(run.map((slot) => [slot, jobOf(schedule, slot, parts, now)])) });
        count += plan.slots.length;
      } catch (error) {
        // Nothing was asked of the database: one schedule that nobody can read any more must not keep the others from being planned.
        broken.push({ schedule, error });
      }
    }
  }
  const slots = await write(queries, parts, plans, now);
  for (const { schedule } of broken) await switchOff(queries, schedule);
  const isMore =
    rows.length === mostSchedules || plans.length + broken.length < rows.length || plans.some(({ plan }) => plan.dueAt === now);
  const [first] = await queries.all<{ at: number }>(
    'SELECT due_at AS at FROM schedules WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT 1',
  );
  return { slots, broken, isMore, nextAt: first?.at ?? null };
}

async function write(queries: Queries, parts: PlanParts, plans: readonly Prepared[], now: number): Promise<WrittenSlot[]> {
  const wanted = plans.flatMap(({ jobs }) => [...jobs.values()]);
  const answers = wanted.length === 0 ? [] : await parts.jobs.enqueueWithin(queries, wanted);
  const answerOf = new Map(wanted.map((job, index) => [job, answers[index]!]));
  const slots: WrittenSlot[] = [];
  const advances: ReturnType<typeof advanceOf>[] = [];
  for (const { schedule, plan, jobs } of plans) {
    let refused = 0;
    for (const slot of plan.slots) {
      const job = jobs.get(slot);
      const answer = job && answerOf.get(job)!;
      if (answer instanceof Error) {
        refused++;
        slots.push({ schedule, ...slot, outcome: 'skipped', reason: queueFull.is(answer) ? 'queue_full' : 'task_missing', job: null });
      } else slots.push({ schedule, ...slot, job: job === undefined || answer === undefined ? null : { job, made: answer } });
    }
    advances.push(advanceOf(schedule, plan, refused));
  }
  await advance.run(queries, advances);
  await insertSlots.run(
    queries,
    slots.map(({ schedule, slotAt, dueAt, outcome, reason, job }) => ({
      schedule_id: schedule.id,
      slot_at: slotAt,
      due_at: dueAt,
      planned_at: now,
      outcome,
      reason,
      job_id: job?.made.id ?? null,
    })),
  );
  return slots;
}

async function switchOff(queries: Queries, { id }: Schedule): Promise<void> {
  await queries.run(`UPDATE schedules SET enabled = 0, disabled_reason = 'unreadable', due_at = NULL WHERE id = $1`, [id]);
}

/** @param refused slots that were to be run and could not be queued: they do not count, and exhaust nothing */
function advanceOf({ id }: Schedule, plan: SlotPlan, refused: number) {
  const isExhausted = plan.disabled === 'exhausted' && refused === 0;
  const disabled = plan.disabled === 'over' ? 'over' : isExhausted ? 'exhausted' : null;
  return {
    id,
    next_slot_at: plan.nextSlotAt,
    due_at: plan.disabled === 'exhausted' && !isExhausted ? plan.nextSlotAt : plan.dueAt,
    runs: plan.runs - refused,
    enabled: disabled === null ? 1 : 0,
    disabled_reason: disabled,
  };
}

function jobOf(schedule: Schedule, { slotAt, dueAt, outcome }: PlannedSlot, { ids, settings, liveInput }: PlanParts, now: number): NewJob {
  const request = JobRequest.parse({
    ...jobOptionsOf(schedule),
    input: JSON.parse(liveInput(schedule) ?? schedule.input) as unknown,
    // What was missed long ago has no right to come before what others have queued meanwhile.
    scheduledFor: outcome === 'caught_up' ? now : dueAt,
    metadata: { schedule: schedule.name, slotAt: new Date(slotAt).toISOString() },
  });
  const context = { uuid: ids.next<'job'>(), now, caller: `schedule ${schedule.id}`, settings };
  return newJobOf(request, { id: schedule.taskId }, { scheduleId: schedule.id }, context);
}

function blockedBy(row: DueRow): SkipReason | null {
  if (row.task_missing_since !== null) return 'task_missing';
  if (row.task_enabled === 0) return 'task_disabled';
  return row.has_version === 0 ? 'version_missing' : null;
}

/** Tasks that are paused; 0 stands for all. */
async function pausesNow(queries: Queries): Promise<ReadonlySet<number>> {
  return new Set((await queries.all<{ task_id: number }>('SELECT task_id FROM pauses')).map(({ task_id }) => task_id));
}

/** While a task is paused one job of each schedule may wait for the end of the pause; more would only pile up. */
async function mostRuns(queries: Queries, schedule: Schedule, pauses: ReadonlySet<number>): Promise<number> {
  const isPaused = pauses.has(0) || pauses.has(schedule.taskId);
  if (!isPaused || (JSON.parse(schedule.options) as { ignoresPause?: boolean }).ignoresPause === true) return Infinity;
  const waiting = await queries.all(
    `SELECT 1 FROM jobs WHERE schedule_id ${isIn(queries, '$1')} AND (status = 'queued' OR status = 'retrying') LIMIT 1`,
    [idList(queries, [schedule.id])],
  );
  return waiting.length > 0 ? 0 : 1;
}
