import type { Queries } from '#storage/index.ts';
import type { RuleSpec } from '../rule/rule.ts';
import type { CatchUpPolicy, DisabledReason, OverlapPolicy, Schedule, ScheduleFields } from '../schedule.ts';

/** A row of the table of schedules, with the name of its task. */
export interface ScheduleRow {
  readonly id: number;
  readonly uuid: string;
  readonly task_id: number;
  readonly task_version: string | null;
  readonly task_name: string;
  readonly name: string;
  readonly description: string;
  readonly rule_kind: RuleSpec['kind'];
  readonly cron_expression: string | null;
  readonly time_zone: string | null;
  readonly every_ms: number | null;
  readonly anchor_at: number | null;
  readonly once_at: number | null;
  readonly input: string;
  readonly options: string;
  readonly overlap: OverlapPolicy;
  readonly catch_up: CatchUpPolicy;
  readonly catch_up_limit: number;
  readonly jitter_ms: number;
  readonly starts_at: number | null;
  readonly ends_at: number | null;
  readonly max_executions: number | null;
  readonly execution_count: number;
  readonly keep_jobs: number | null;
  readonly enabled: number;
  readonly disabled_reason: DisabledReason | null;
  readonly is_system: number;
  readonly next_slot_at: number | null;
  readonly due_at: number | null;
  readonly last_run_at: number | null;
  readonly metadata: string | null;
  readonly created_by: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** What a request decides, as columns. */
export function columnsOf(fields: ScheduleFields) {
  const { rule } = fields;
  return {
    task_id: fields.taskId,
    task_version: fields.taskVersion,
    name: fields.name,
    description: fields.description,
    rule_kind: rule.kind,
    cron_expression: rule.kind === 'cron' ? rule.expression : null,
    time_zone: rule.kind === 'cron' ? rule.timeZone : null,
    every_ms: rule.kind === 'interval' ? rule.everyMs : null,
    anchor_at: rule.kind === 'interval' ? rule.anchorAt : null,
    once_at: rule.kind === 'once' ? rule.at : null,
    input: fields.input,
    options: fields.options,
    overlap: fields.overlap,
    catch_up: fields.catchUp,
    catch_up_limit: fields.catchUpLimit,
    jitter_ms: fields.jitterMs,
    starts_at: fields.startsAt,
    ends_at: fields.endsAt,
    max_executions: fields.maxExecutions,
    keep_jobs: fields.keepJobs,
    metadata: fields.metadata,
  };
}

export function ruleOf(row: ScheduleRow): RuleSpec {
  switch (row.rule_kind) {
    case 'cron':
      return { kind: 'cron', expression: row.cron_expression!, timeZone: row.time_zone! };
    case 'interval':
      return { kind: 'interval', everyMs: row.every_ms!, anchorAt: row.anchor_at! };
    case 'once':
      return { kind: 'once', at: row.once_at! };
  }
}

export function scheduleOf(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    uuid: row.uuid,
    taskId: row.task_id,
    taskVersion: row.task_version,
    taskName: row.task_name,
    name: row.name,
    description: row.description,
    rule: ruleOf(row),
    input: row.input,
    options: row.options,
    overlap: row.overlap,
    catchUp: row.catch_up,
    catchUpLimit: row.catch_up_limit,
    jitterMs: row.jitter_ms,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    maxExecutions: row.max_executions,
    keepJobs: row.keep_jobs,
    metadata: row.metadata,
    isEnabled: row.enabled === 1,
    disabledReason: row.disabled_reason,
    isSystem: row.is_system === 1,
    executionCount: row.execution_count,
    nextSlotAt: row.next_slot_at,
    dueAt: row.due_at,
    lastRunAt: row.last_run_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Of several with one name, as many are told. */
const mostNamed = 10;

/** Those a caller may mean: one by number or uuid, else all with the name, the oldest first. */
export async function schedulesMeant(queries: Queries, ref: string): Promise<readonly Schedule[]> {
  const one = async (column: string, value: string | number) =>
    (
      await queries.all<ScheduleRow>(
        `SELECT s.*, t.name AS task_name FROM schedules s JOIN tasks t ON t.id = s.task_id WHERE s.${column} = $1 ORDER BY s.id LIMIT ${mostNamed}`,
        [value],
      )
    ).map(scheduleOf);
  if (/^\d{1,15}$/.test(ref)) {
    const found = await one('id', Number(ref));
    if (found.length > 0) return found;
  }
  if (uuidPattern.test(ref)) {
    const found = await one('uuid', ref.toLowerCase());
    if (found.length > 0) return found;
  }
  return one('name', ref);
}

export async function scheduleById(queries: Queries, id: number): Promise<Schedule | null> {
  const [row] = await queries.all<ScheduleRow>(
    'SELECT s.*, t.name AS task_name FROM schedules s JOIN tasks t ON t.id = s.task_id WHERE s.id = $1',
    [id],
  );
  return row === undefined ? null : scheduleOf(row);
}

/** The same, held against the planner until the end of the transaction. */
export async function lockSchedule(queries: Queries, id: number): Promise<Schedule | null> {
  if (queries.dialect === 'postgres') await queries.all('SELECT id FROM schedules WHERE id = $1 FOR UPDATE', [id]);
  return scheduleById(queries, id);
}

/** The latest slot of the ledger: what is planned anew begins after it, whatever a clock says. */
export async function lastSlotAt(queries: Queries, scheduleId: number): Promise<number | null> {
  const [row] = await queries.all<{ at: number | null }>('SELECT max(slot_at) AS at FROM schedule_slots WHERE schedule_id = $1', [
    scheduleId,
  ]);
  return row?.at ?? null;
}
