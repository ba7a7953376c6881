import { sql } from 'kysely';
import type { JobStatus } from '#jobs/index.ts';
import type { ListOperator, ListPage, ListRequest, ListValue } from '#kernel/index.ts';
import { listRows, type ListColumn, type Queries } from '#storage/index.ts';
import type { SkipReason, Slot, SlotOutcome } from '../schedule.ts';
import { lower } from './list-schedules.ts';

/** A slot whose job has not begun waits, whatever will be said of it then. */
function outcomeIs(operator: ListOperator, value: ListValue | readonly ListValue[]) {
  const words = (Array.isArray(value) ? (value as readonly ListValue[]) : [value as ListValue]).map(lower);
  const shown = sql`CASE WHEN schedule_slots.outcome <> 'skipped' AND schedule_slots.started_at IS NULL THEN 'waiting' ELSE schedule_slots.outcome END`;
  const list = sql.join(words.map((word) => sql`${word}`));
  return operator === 'ne' || operator === 'notIn' ? sql<boolean>`(${shown} NOT IN (${list}))` : sql<boolean>`(${shown} IN (${list}))`;
}

/** Names as in `slotListing`. */
const columns: Readonly<Record<string, ListColumn>> = {
  slotAt: { column: 'schedule_slots.slot_at', isRequired: true },
  plannedAt: { column: 'schedule_slots.planned_at', isRequired: true },
  startedAt: { column: 'schedule_slots.started_at' },
  outcome: { column: 'schedule_slots.outcome', isRequired: true, isText: true, predicate: outcomeIs },
  reason: { column: 'schedule_slots.reason', isText: true, read: lower },
  jobId: { column: 'schedule_slots.job_id', read: Number },
};

export async function listSlots(queries: Queries, scheduleId: number, request: ListRequest): Promise<ListPage<Slot>> {
  const from = queries.kysely
    .selectFrom('schedule_slots')
    .leftJoin('jobs', 'jobs.id', 'schedule_slots.job_id')
    .where('schedule_slots.schedule_id', '=', scheduleId)
    .selectAll('schedule_slots')
    .select(['jobs.status as job_status', 'jobs.execution_id as execution_id']);
  const page = await listRows({ queries, from, columns, request, key: 'schedule_slots.id' });
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      scheduleId: row.schedule_id,
      slotAt: row.slot_at,
      dueAt: row.due_at,
      plannedAt: row.planned_at,
      outcome: row.outcome as SlotOutcome,
      reason: row.reason as SkipReason | null,
      startedAt: row.started_at,
      // A job that was removed is named no more.
      jobId: row.job_status === null ? null : row.job_id,
      jobStatus: row.job_status as JobStatus | null,
      executionId: row.execution_id,
    })),
  };
}
