import type { ListValue } from '#kernel/index.ts';
import type { ListColumn } from '#storage/index.ts';
import { sql } from 'kysely';
import { executionStatuses, type ExecutionStatus } from '../execution-store.ts';
import type { ExecutionField } from './execution-listing.ts';

/** A row of another name: its number, as text, or what else it is known by; what is none of them finds nothing. */
function known(column: string, ...otherNames: string[]): ListColumn {
  return {
    column,
    isRequired: true,
    predicate(operator, value) {
      const said = (Array.isArray(value) ? (value as readonly ListValue[]) : [value as ListValue]).map(String);
      const isNumber = (one: string) => /^\d{1,15}$/.test(one);
      const numbers = said.filter(isNumber).map(Number);
      const names = said.filter((one) => !isNumber(one));
      // Numbers alone are found by their index; a name is looked for only where one was said.
      const isNumbered = numbers.length === 0 ? [] : [sql<boolean>`${sql.ref(column)} IN (${sql.join(numbers)})`];
      const isNamed = names.length === 0 ? [] : otherNames.map((name) => sql<boolean>`${sql.ref(name)} IN (${sql.join(names)})`);
      const isOne = sql<boolean>`(${sql.join([...isNumbered, ...isNamed], sql` OR `)})`;
      return operator === 'eq' || operator === 'in' ? isOne : sql<boolean>`NOT ${isOne}`;
    },
  };
}

/** Something that is so or not. */
function flag(column: string, isSo: ReturnType<typeof sql<boolean>>): ListColumn {
  return {
    column,
    predicate: (operator, value) => ((value === true) === (operator === 'eq') ? sql`(${isSo})` : sql`(NOT (${isSo}))`),
  };
}

const isOneOf = (...statuses: ExecutionStatus[]) =>
  sql<boolean>`executions.status IN (${sql.join(statuses.map((status) => sql.lit(status)))})`;

/** The same, for a list in the order in which the jobs were queued: of that there is an index. The values are those of the executions. */
export const columnsByQueue = (): typeof executionColumns => ({
  ...executionColumns,
  queuedAt: { column: 'jobs.queued_at', isRequired: true },
});

/** Where the fields of a list of executions are found. */
export const executionColumns: Readonly<Record<ExecutionField, ListColumn>> = {
  id: known('executions.id', 'executions.uuid'),
  uuid: { column: 'executions.uuid', isRequired: true, read: (value) => String(value).toLowerCase() },
  taskId: known('executions.task_id', 'tasks.uuid', 'tasks.name'),
  taskName: { column: 'tasks.name', isRequired: true, isText: true },
  taskVersion: { column: 'executions.task_version', isText: true, isRequired: true },
  jobId: known('executions.job_id', 'jobs.uuid'),
  attempt: { column: 'executions.attempt', isRequired: true },
  status: { column: 'executions.status', isRequired: true, read: (value) => String(value).toLowerCase() },
  queuedAt: { column: 'executions.queued_at', isRequired: true },
  startedAt: { column: 'executions.started_at' },
  completedAt: {
    column: 'executions.completed_at',
    parts: { field: 'status', values: executionStatuses, withoutValue: ['pending', 'running'] },
  },
  durationMs: { column: 'executions.duration_ms' },
  progress: { column: 'executions.progress' },
  errorCode: { column: 'executions.error_code', isText: true },
  errorMessage: { column: 'executions.error_message', isText: true },
  hasProgress: flag('executions.progress', sql<boolean>`executions.progress IS NOT NULL`),
  hasError: flag('executions.error_code', sql<boolean>`executions.error_code IS NOT NULL`),
  hasRecording: { column: 'executions.has_recording', isRequired: true },
  canRetry: flag('executions.status', isOneOf('failed', 'cancelled')),
  canCancel: flag('executions.status', isOneOf('pending', 'running')),
};
