import { sql, type RawBuilder } from 'kysely';
import type { ListOperator, ListPage, ListRequest, ListValue } from '#kernel/index.ts';
import { listRows, type ListColumn, type Queries } from '#storage/index.ts';
import { highestPriority, jobStatuses, priorityBands, priorityNumber } from '../job.ts';
import type { JobRow } from '../job-store.ts';
import { jobCounts } from './job-counts.ts';
import { jobRowOf, type SelectedJob } from './stored-job.ts';

const lower = (value: ListValue) => String(value).toLowerCase();

/** A yes-or-no question about a row as a condition. */
const asks = (condition: string) => (operator: ListOperator, value: ListValue | readonly ListValue[]) =>
  (operator === 'eq') === (value === true) ? sql<boolean>`(${sql.raw(condition)})` : sql<boolean>`NOT (${sql.raw(condition)})`;

/** A thing that may be named in several ways. */
const isOneOf =
  (names: (list: RawBuilder<unknown>) => RawBuilder<unknown>) => (operator: ListOperator, value: ListValue | readonly ListValue[]) => {
    const list = sql.join(
      (Array.isArray(value) ? (value as readonly ListValue[]) : [value as ListValue]).map((one) => sql`${String(one)}`),
    );
    return operator === 'ne' || operator === 'notIn' ? sql<boolean>`NOT (${names(list)})` : sql<boolean>`(${names(list)})`;
  };

/** A name stands for all numbers up to the next one. */
function isInBand(operator: ListOperator, value: ListValue | readonly ListValue[]) {
  const bands = Object.values(priorityBands);
  const conditions = (Array.isArray(value) ? (value as readonly ListValue[]) : [value as ListValue]).map((word) => {
    const from = priorityNumber(String(word));
    const lowest = from === priorityBands.LOW ? 0 : from;
    const next = bands.find((band) => band > from) ?? highestPriority + 1;
    return sql`(jobs.priority >= ${sql.lit(lowest)} AND jobs.priority < ${sql.lit(next)})`;
  });
  const any = sql.join(conditions, sql` OR `);
  return operator === 'ne' || operator === 'notIn' ? sql<boolean>`NOT (${any})` : sql<boolean>`(${any})`;
}

/** Names as in `jobListing`. */
const columns = (now: number): Readonly<Record<string, ListColumn>> => ({
  id: {
    column: 'jobs.id',
    isRequired: true,
    predicate: isOneOf((list) => sql`(CAST(jobs.id AS TEXT) IN (${list}) OR jobs.uuid IN (${list}))`),
  },
  uuid: { column: 'jobs.uuid', isRequired: true },
  taskId: {
    column: 'jobs.task_id',
    isRequired: true,
    predicate: isOneOf(
      (list) =>
        sql`jobs.task_id IN (SELECT t.id FROM tasks t WHERE CAST(t.id AS TEXT) IN (${list}) OR t.uuid IN (${list}) OR t.name IN (${list}))`,
    ),
  },
  scheduleId: { column: 'jobs.schedule_id', read: Number },
  executionId: { column: 'jobs.execution_id', read: Number },
  taskName: { column: 'tasks.name', isRequired: true, isText: true },
  status: { column: 'jobs.status', isRequired: true, isText: true, read: lower },
  hold: { column: 'jobs.hold', isText: true, read: lower },
  priority: { column: 'jobs.priority', isRequired: true, predicate: isInBand },
  priorityNumber: { column: 'jobs.priority', isRequired: true },
  queuedAt: { column: 'jobs.queued_at', isRequired: true },
  scheduledFor: { column: 'jobs.run_at', isRequired: true },
  startedAt: { column: 'jobs.started_at' },
  completedAt: {
    column: 'jobs.completed_at',
    parts: { field: 'status', values: jobStatuses, withoutValue: ['queued', 'processing', 'retrying'] },
  },
  deadline: { column: 'jobs.deadline' },
  retryCount: { column: 'jobs.retry_count', isRequired: true },
  maxRetries: { column: 'jobs.max_retries', isRequired: true },
  concurrencyKey: { column: 'jobs.concurrency_key', isText: true },
  uniqueKey: { column: 'jobs.unique_key', isText: true },
  errorCode: { column: 'jobs.error_code', isText: true },
  errorMessage: { column: 'jobs.error_message', isText: true },
  hasRetriesRemaining: { column: 'jobs.retry_count', predicate: asks('jobs.retry_count < jobs.max_retries') },
  hasError: { column: 'jobs.error_message', predicate: asks('jobs.error_message IS NOT NULL') },
  isScheduled: { column: 'jobs.run_at', predicate: asks('jobs.run_at > jobs.queued_at') },
  dueNow: {
    column: 'jobs.run_at',
    predicate: asks(`jobs.status IN ('queued', 'retrying') AND jobs.run_at <= ${Math.floor(now)}`),
  },
});

export async function listJobs(queries: Queries, request: ListRequest, now: number): Promise<ListPage<JobRow>> {
  const from = queries.kysely
    .selectFrom('jobs')
    .innerJoin('tasks', 'tasks.id', 'jobs.task_id')
    .leftJoin('executions', 'executions.id', 'jobs.execution_id')
    .selectAll('jobs')
    .select(['tasks.name as task_name', 'executions.uuid as execution_uuid']);
  const page = await listRows({
    queries,
    from,
    columns: columns(now),
    request,
    key: 'jobs.id',
    exactTotal: () => knownTotal(queries, request),
  });
  return { ...page, items: page.items.map((row) => jobRowOf(row as SelectedJob)) };
}

/** All jobs, or all of some statuses, are counted already. */
async function knownTotal(queries: Queries, { filter }: ListRequest): Promise<number | null> {
  const fields = Object.keys(filter);
  if (fields.some((field) => field !== 'status')) return null;
  const counts = await jobCounts(queries);
  const asked = filter['status'];
  if (asked === undefined) return Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (Object.keys(asked).length !== 1) return null;
  const wanted = asked.eq === undefined ? asked.in : [asked.eq];
  if (!Array.isArray(wanted)) return null;
  return [...new Set((wanted as readonly ListValue[]).map(lower))].reduce(
    (sum, status) => sum + (counts[status as keyof typeof counts] ?? 0),
    0,
  );
}
