import { sql, type RawBuilder } from 'kysely';
import type { ListOperator, ListPage, ListRequest, ListValue } from '#kernel/index.ts';
import { listRows, type ListColumn, type Queries } from '#storage/index.ts';
import type { Schedule } from '../schedule.ts';
import { scheduleOf, type ScheduleRow } from './schedule-row.ts';

export const lower = (value: ListValue) => String(value).toLowerCase();

/** A yes-or-no question about a row as a condition. */
const asks = (condition: string) => (operator: ListOperator, value: ListValue | readonly ListValue[]) =>
  (operator === 'eq') === (value === true) ? sql<boolean>`(${sql.raw(condition)})` : sql<boolean>`NOT (${sql.raw(condition)})`;

/** A thing that may be named in several ways. */
const isOneOf =
  (names: (list: RawBuilder<unknown>) => RawBuilder<unknown>) => (operator: ListOperator, value: ListValue | readonly ListValue[]) => {
    const values = Array.isArray(value) ? (value as readonly ListValue[]) : [value as ListValue];
    const list = sql.join(values.map((one) => sql`${String(one)}`));
    return operator === 'ne' || operator === 'notIn' ? sql<boolean>`NOT (${names(list)})` : sql<boolean>`(${names(list)})`;
  };

const overdueMs = 60_000;

/** Names as in `scheduleListing`. */
const columns = (now: number): Readonly<Record<string, ListColumn>> => {
  const at = Math.floor(now);
  return {
    id: {
      column: 'schedules.id',
      isRequired: true,
      predicate: isOneOf((list) => sql`(CAST(schedules.id AS TEXT) IN (${list}) OR schedules.uuid IN (${list}))`),
    },
    uuid: { column: 'schedules.uuid', isRequired: true },
    taskId: {
      column: 'schedules.task_id',
      isRequired: true,
      predicate: isOneOf(
        (list) =>
          sql`schedules.task_id IN (SELECT t.id FROM tasks t WHERE CAST(t.id AS TEXT) IN (${list}) OR t.uuid IN (${list}) OR t.name IN (${list}))`,
      ),
    },
    taskName: { column: 'tasks.name', isRequired: true, isText: true },
    name: { column: 'schedules.name', isRequired: true, isText: true },
    description: { column: 'schedules.description', isRequired: true, isText: true },
    enabled: { column: 'schedules.enabled', isRequired: true },
    kind: { column: 'schedules.rule_kind', isRequired: true, isText: true, read: lower },
    cronExpression: { column: 'schedules.cron_expression', isText: true },
    timeZone: { column: 'schedules.time_zone', isText: true },
    overlap: { column: 'schedules.overlap', isRequired: true, isText: true, read: lower },
    catchUp: { column: 'schedules.catch_up', isRequired: true, isText: true, read: lower },
    nextRun: { column: 'schedules.due_at' },
    lastRun: { column: 'schedules.last_run_at' },
    createdAt: { column: 'schedules.created_at', isRequired: true },
    updatedAt: { column: 'schedules.updated_at', isRequired: true },
    executionCount: { column: 'schedules.execution_count', isRequired: true },
    maxExecutions: { column: 'schedules.max_executions' },
    hasNextRun: { column: 'schedules.due_at', predicate: asks('schedules.due_at IS NOT NULL') },
    hasLastRun: { column: 'schedules.last_run_at', predicate: asks('schedules.last_run_at IS NOT NULL') },
    isDue: { column: 'schedules.due_at', predicate: asks(`schedules.due_at IS NOT NULL AND schedules.due_at <= ${at}`) },
    overdue: { column: 'schedules.due_at', predicate: asks(`schedules.due_at IS NOT NULL AND schedules.due_at < ${at - overdueMs}`) },
    isExhausted: {
      column: 'schedules.max_executions',
      predicate: asks('schedules.max_executions IS NOT NULL AND schedules.execution_count >= schedules.max_executions'),
    },
    isSystem: { column: 'schedules.is_system', isRequired: true },
  };
};

export async function listSchedules(queries: Queries, request: ListRequest, now: number): Promise<ListPage<Schedule>> {
  const from = queries.kysely
    .selectFrom('schedules')
    .innerJoin('tasks', 'tasks.id', 'schedules.task_id')
    .selectAll('schedules')
    .select('tasks.name as task_name');
  const page = await listRows({ queries, from, columns: columns(now), request, key: 'schedules.id' });
  return { ...page, items: page.items.map((row) => scheduleOf(row as ScheduleRow)) };
}
