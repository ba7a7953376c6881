import type { Rule } from '../rule/rule.ts';
import type { DisabledReason, Schedule, SkipReason, SlotOutcome } from '../schedule.ts';
import { jitterOf } from './jitter.ts';

type Planned = Pick<
  Schedule,
  'uuid' | 'nextSlotAt' | 'jitterMs' | 'endsAt' | 'catchUp' | 'catchUpLimit' | 'maxExecutions' | 'executionCount'
>;

export interface PlanFacts {
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** A slot that is late by more was missed. */
  readonly graceMs: number;
  /** A slot that is late by more, and run, counts as late. */
  readonly lateMs: number;
  /** Why nothing of it can be run now, or null. */
  readonly blocked: SkipReason | null;
  /** How many slots may be run, others are skipped because of a pause. */
  readonly mostRuns: number;
  /** Slots up to this time stand in the ledger already; null: none does. */
  readonly after: number | null;
}

export interface PlannedSlot {
  readonly slotAt: number;
  readonly dueAt: number;
  readonly outcome: SlotOutcome;
  /** Why it is skipped; null: it makes a job. */
  readonly reason: SkipReason | null;
}

export interface SlotPlan {
  readonly slots: readonly PlannedSlot[];
  /** The first slot that was not planned; null: there is none. */
  readonly nextSlotAt: number | null;
  /** When to look again; null: not. */
  readonly dueAt: number | null;
  /** How many of the slots are to be run. */
  readonly runs: number;
  readonly disabled: DisabledReason | null;
}

/**
 * Decides what becomes of the slots of one schedule that are due. Goes from slot to slot and never by the clock, so that no jump of the
 * clock makes a hole or a duplicate.
 * @param most slots; when there are more, `dueAt` is `now`
 */
export function planSlots(schedule: Planned, rule: Rule, facts: PlanFacts, most: number): SlotPlan {
  const { now, graceMs, lateMs } = facts;
  const dueOf = (slotAt: number) => slotAt + jitterOf(schedule.uuid, slotAt, schedule.jitterMs);
  const within = (slotAt: number | null) => (slotAt === null || (schedule.endsAt !== null && slotAt > schedule.endsAt) ? null : slotAt);
  // What of the missed ones is run depends on how many come after it.
  const ahead = schedule.catchUp === 'all' ? schedule.catchUpLimit : 1;
  const due: number[] = [];
  let next = within(schedule.nextSlotAt);
  if (next !== null && facts.after !== null && next <= facts.after) next = within(rule.nextAfter(facts.after));
  while (next !== null && due.length < most + ahead && dueOf(next) <= now) {
    due.push(next);
    next = within(rule.nextAfter(next));
  }

  const slots: PlannedSlot[] = [];
  let runs = 0;
  const mayRun = schedule.maxExecutions === null ? Infinity : schedule.maxExecutions - schedule.executionCount;
  for (const [index, slotAt] of due.slice(0, most).entries()) {
    if (runs >= mayRun) break;
    const dueAt = dueOf(slotAt);
    const isMissed = now - dueAt > graceMs;
    const reason = isMissed ? letGo(schedule, due.length - 1 - index) : null;
    const skip = reason ?? facts.blocked ?? (runs >= facts.mostRuns ? 'paused' : null);
    if (skip !== null) slots.push({ slotAt, dueAt, outcome: 'skipped', reason: skip });
    else {
      runs++;
      slots.push({ slotAt, dueAt, outcome: isMissed ? 'caught_up' : now - dueAt > lateMs ? 'late' : 'ran', reason: null });
    }
  }
  const nextSlotAt = due[slots.length] ?? next;
  if (nextSlotAt === null) return { slots, nextSlotAt, dueAt: null, runs, disabled: 'over' };
  if (runs >= mayRun) return { slots, nextSlotAt, dueAt: null, runs, disabled: 'exhausted' };
  return { slots, nextSlotAt, dueAt: Math.max(dueOf(nextSlotAt), now), runs, disabled: null };
}

/** @param following slots that are due and come after it @returns why a missed slot is not run; null: it is made up for */
function letGo({ catchUp, catchUpLimit }: Planned, following: number): SkipReason | null {
  if (catchUp === 'all') return following < catchUpLimit ? null : 'catch_up_limit';
  return catchUp === 'last' && following === 0 ? null : 'missed';
}
