import { jitterOf } from './planning/jitter.ts';
import { ruleFor } from './rule-cache.ts';
import type { Schedule, ScheduleFields } from './schedule.ts';

/** The first slot after a time, within start and end, without jitter; null: there is none. */
export function firstSlot({ rule, startsAt, endsAt }: Pick<ScheduleFields, 'rule' | 'startsAt' | 'endsAt'>, after: number): number | null {
  const slot = ruleFor(rule).nextAfter(startsAt === null ? after : Math.max(after, startsAt - 1));
  return slot === null || (endsAt !== null && slot > endsAt) ? null : slot;
}

/** When the next slots come due, with jitter, as many as there are and it may still run. */
export function nextRuns(schedule: Schedule, most: number): number[] {
  const left = schedule.maxExecutions === null ? most : Math.min(most, schedule.maxExecutions - schedule.executionCount);
  const runs: number[] = [];
  if (!schedule.isEnabled) return runs;
  for (let slot = schedule.nextSlotAt; slot !== null && runs.length < left; slot = firstSlot(schedule, slot)) {
    runs.push(slot + jitterOf(schedule.uuid, slot, schedule.jitterMs));
  }
  return runs;
}
