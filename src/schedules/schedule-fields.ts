import { inputRejected, type Settings } from '#kernel/index.ts';
import type { CatalogueTask } from '#tasks/index.ts';
import { scheduleRuleUnclear, scheduleVersionUnknown } from './errors.ts';
import { jobOptionNames } from './job-options.ts';
import { ruleFor } from './rule-cache.ts';
import { readInterval } from './rule/read-interval.ts';
import type { RuleSpec } from './rule/rule.ts';
import type { ScheduleChange } from './schedule-request.ts';
import type { ScheduleFields } from './schedule.ts';
import { catchUpLimitDefault } from './settings.ts';

interface Context {
  readonly task: CatalogueTask;
  readonly settings: Settings;
  readonly now: number;
}

/**
 * What a request makes of a schedule, or of nothing.
 * @throws errors of the rule, SCHEDULE_RULE_UNCLEAR, SCHEDULE_VERSION_UNKNOWN, REQUEST_INVALID
 */
export function fieldsOf(said: ScheduleChange, before: ScheduleFields | null, { task, settings, now }: Context): ScheduleFields {
  const rule = ruleFrom(said, before?.rule ?? null, now);
  ruleFor(rule);
  const kept = <Value>(value: Value | undefined, old: Value | undefined, usual: Value): Value =>
    value === undefined ? (old ?? usual) : value;
  const isOtherTask = before !== null && before.taskId !== task.id;
  const taskVersion = kept(said.version, isOtherTask ? null : before?.taskVersion, null) ?? null;
  if (taskVersion !== null && !task.availableVersions.includes(taskVersion)) {
    throw scheduleVersionUnknown({ task: task.name, version: taskVersion, available: task.availableVersions });
  }
  const options = optionsFrom(said, before);
  const overlap = kept(said.overlap, before?.overlap, 'skip');
  if (overlap === 'queue' && 'concurrencyKey' in options) {
    throw refused('concurrencyKey', 'cannot be given where overlap is QUEUE, which has a key of its own for the runs of the schedule');
  }
  const startsAt = kept(said.startsAt, before?.startsAt, null) ?? null;
  const endsAt = kept(said.endsAt, before?.endsAt, null) ?? null;
  if (startsAt !== null && endsAt !== null && endsAt < startsAt) throw refused('endsAt', 'must not lie before startsAt');
  return {
    taskId: task.id,
    taskVersion,
    name: said.name ?? before?.name ?? task.name,
    description: kept(said.description, before?.description, '') ?? '',
    rule,
    input: said.input === undefined ? (before?.input ?? '{}') : JSON.stringify(said.input),
    options: JSON.stringify(options),
    overlap,
    catchUp: kept(said.catchUp, before?.catchUp, 'last'),
    catchUpLimit: said.catchUpLimit ?? before?.catchUpLimit ?? settings.get(catchUpLimitDefault),
    jitterMs: kept(said.jitterMs, before?.jitterMs, 0) ?? 0,
    startsAt,
    endsAt,
    maxExecutions: kept(said.maxExecutions, before?.maxExecutions, null) ?? null,
    keepJobs: kept(said.keepJobs, before?.keepJobs, null) ?? null,
    metadata: said.metadata === undefined ? (before?.metadata ?? null) : said.metadata && JSON.stringify(said.metadata),
  };
}

const refused = (path: string, message: string) => inputRejected({ operation: 'schedules', problems: [{ path, message }] });

function ruleFrom({ cronExpression, timeZone, every, anchorAt, at }: ScheduleChange, before: RuleSpec | null, now: number): RuleSpec {
  const said = [cronExpression != null && 'cronExpression', every != null && 'every', at != null && 'at'].filter((one) => one !== false);
  if (said.length > 1) throw scheduleRuleUnclear({ said });
  if (cronExpression != null) {
    const zone = timeZone ?? (timeZone === undefined && before?.kind === 'cron' ? before.timeZone : 'UTC');
    return { kind: 'cron', expression: cronExpression.trim(), timeZone: zone };
  }
  if (at != null) return { kind: 'once', at };
  if (every != null) return { kind: 'interval', everyMs: readInterval(every), anchorAt: anchorAt ?? Math.floor(now / 1_000) * 1_000 };
  if (before === null) throw scheduleRuleUnclear({ said });
  if (timeZone !== undefined && before.kind === 'cron') return { ...before, timeZone: timeZone ?? 'UTC' };
  if (anchorAt != null && before.kind === 'interval') return { ...before, anchorAt };
  return before;
}

/** Null takes an option away. */
function optionsFrom(said: ScheduleChange, before: ScheduleFields | null): Record<string, unknown> {
  const options: Record<string, unknown> = before === null ? {} : (JSON.parse(before.options) as Record<string, unknown>);
  for (const name of jobOptionNames) {
    const value = said[name];
    if (value === undefined) continue;
    if (value === null) delete options[name];
    else options[name] = value;
  }
  return options;
}
