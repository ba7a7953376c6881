import { priorityBand, priorityBands } from '#jobs/operations.ts';
import { isoTime, isoTimeOrNull, Timestamp, toRatchetError, upperWords, type Json } from '#kernel/index.ts';
import { z } from 'zod';
import { nextRuns } from './next-slot.ts';
import { ruleFor } from './rule-cache.ts';
import { kindWords, outcomeWords } from './schedule-listing.ts';
import { catchUpPolicies, disabledReasons, overlapPolicies, skipReasons, type Schedule, type Slot } from './schedule.ts';

const runsShown = 10;

/** A schedule as answers carry it. */
export const ShownSchedule = z
  .object({
    id: z.string(),
    uuid: z.string(),
    taskId: z.string(),
    taskName: z.string(),
    taskVersion: z.string().nullable().describe('Null: the version that is current when a job starts.'),
    name: z.string(),
    description: z.string(),
    kind: z.enum(kindWords).describe('By what it comes due.'),
    cronExpression: z.string().nullable(),
    timeZone: z.string().nullable().describe('In which the cron expression is read.'),
    everyMs: z.number().int().nullable().describe('Of an interval.'),
    anchorAt: Timestamp.nullable().describe('From when an interval is counted.'),
    at: Timestamp.nullable().describe('Of a schedule that comes due once.'),
    ruleText: z.string().describe('When it comes due, in plain words.'),
    enabled: z.boolean(),
    disabledReason: z
      .enum(upperWords(disabledReasons))
      .nullable()
      .describe('REQUEST, EXHAUSTED (it ran as often as it may), OVER, or UNREADABLE (`ruleText` says why).'),
    nextRun: Timestamp.nullable().describe('When it comes due next, with its jitter.'),
    nextRuns: z.array(Timestamp).describe(`The next ${runsShown} times, as many as there are; only where one schedule is asked for.`),
    lastRun: Timestamp.nullable().describe('When a job of it last began.'),
    executionCount: z.number().int().describe('Runs so far, without those that were triggered by hand.'),
    maxExecutions: z.number().int().nullable(),
    runsRemaining: z.number().int().nullable().describe('Null: any number.'),
    isExhausted: z.boolean(),
    overlap: z.enum(upperWords(overlapPolicies)),
    catchUp: z.enum(upperWords(catchUpPolicies)),
    catchUpLimit: z.number().int(),
    jitterMs: z.number().int(),
    startsAt: Timestamp.nullable(),
    endsAt: Timestamp.nullable(),
    keepJobs: z.number().int().nullable(),
    priority: z.enum(Object.keys(priorityBands) as [string, ...string[]]),
    maxRetries: z.number().int().nullable().describe('Null: as its task or the server says.'),
    outputDestinations: z.array(z.unknown()),
    input: z.unknown(),
    options: z.record(z.string(), z.unknown()).describe('What else its jobs are asked for.'),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    isSystem: z.boolean().describe('Whether it belongs to the server.'),
    createdBy: z.string(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Schedule' });
export type ShownSchedule = z.infer<typeof ShownSchedule>;

/** @param isOne asked for by itself: with the times to come */
export function shownSchedule(schedule: Schedule, isOne: boolean): ShownSchedule {
  const { rule, maxExecutions, executionCount } = schedule;
  const { priority, maxRetries, outputDestinations, ...options } = JSON.parse(schedule.options) as {
    priority?: number;
    maxRetries?: number;
    outputDestinations?: unknown[];
  };
  return {
    id: String(schedule.id),
    uuid: schedule.uuid,
    taskId: String(schedule.taskId),
    taskName: schedule.taskName,
    taskVersion: schedule.taskVersion,
    name: schedule.name,
    description: schedule.description,
    kind: upperWords([rule.kind])[0],
    cronExpression: rule.kind === 'cron' ? rule.expression : null,
    timeZone: rule.kind === 'cron' ? rule.timeZone : null,
    everyMs: rule.kind === 'interval' ? rule.everyMs : null,
    anchorAt: rule.kind === 'interval' ? isoTime(rule.anchorAt) : null,
    at: rule.kind === 'once' ? isoTime(rule.at) : null,
    ruleText: ruleText(schedule),
    enabled: schedule.isEnabled,
    disabledReason: schedule.disabledReason && upperWords([schedule.disabledReason])[0],
    nextRun: isoTimeOrNull(schedule.dueAt),
    nextRuns: isOne ? nextRuns(schedule, runsShown).map(isoTime) : [],
    lastRun: isoTimeOrNull(schedule.lastRunAt),
    executionCount,
    maxExecutions,
    runsRemaining: maxExecutions === null ? null : Math.max(0, maxExecutions - executionCount),
    isExhausted: maxExecutions !== null && executionCount >= maxExecutions,
    overlap: upperWords([schedule.overlap])[0],
    catchUp: upperWords([schedule.catchUp])[0],
    catchUpLimit: schedule.catchUpLimit,
    jitterMs: schedule.jitterMs,
    startsAt: isoTimeOrNull(schedule.startsAt),
    endsAt: isoTimeOrNull(schedule.endsAt),
    keepJobs: schedule.keepJobs,
    priority: priorityBand(priority ?? priorityBands.NORMAL),
    maxRetries: maxRetries ?? null,
    outputDestinations: outputDestinations ?? [],
    input: JSON.parse(schedule.input) as Json,
    options,
    metadata: schedule.metadata === null ? null : (JSON.parse(schedule.metadata) as Record<string, unknown>),
    isSystem: schedule.isSystem,
    createdBy: schedule.createdBy,
    createdAt: isoTime(schedule.createdAt),
    updatedAt: isoTime(schedule.updatedAt),
  };
}

/** One that an earlier version of the program has stored, or of a time zone that is no more, must not keep others from being shown. */
function ruleText({ rule }: Schedule): string {
  try {
    return ruleFor(rule).describe();
  } catch (error) {
    return toRatchetError(error, 'read the rule').message;
  }
}

/** A row of the ledger as answers carry it. */
export const ShownSlot = z
  .object({
    scheduleId: z.string(),
    slotAt: Timestamp.describe('The time the rule says.'),
    dueAt: Timestamp.describe('The same with jitter.'),
    plannedAt: Timestamp,
    outcome: z.enum(outcomeWords).describe('WAITING until its job has begun; then RAN, LATE or CAUGHT_UP; or SKIPPED.'),
    reason: z.enum(upperWords(skipReasons)).nullable().describe('Why it was skipped.'),
    startedAt: Timestamp.nullable().describe('When its job began.'),
    jobId: z.string().nullable(),
    jobStatus: z.string().nullable(),
    executionId: z.string().nullable().describe('Of the latest attempt of its job.'),
  })
  .meta({ id: 'ScheduleSlot' });

export function shownSlot(slot: Slot): z.infer<typeof ShownSlot> {
  const textOrNull = (id: number | null) => (id === null ? null : String(id));
  return {
    scheduleId: String(slot.scheduleId),
    slotAt: isoTime(slot.slotAt),
    dueAt: isoTime(slot.dueAt),
    plannedAt: isoTime(slot.plannedAt),
    outcome: slot.outcome !== 'skipped' && slot.startedAt === null ? 'WAITING' : upperWords([slot.outcome])[0],
    reason: slot.reason && upperWords([slot.reason])[0],
    startedAt: isoTimeOrNull(slot.startedAt),
    jobId: textOrNull(slot.jobId),
    jobStatus: slot.jobStatus && slot.jobStatus.toUpperCase(),
    executionId: textOrNull(slot.executionId),
  };
}
