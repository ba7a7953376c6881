import type { JobStatus } from '#jobs/index.ts';
import type { RuleSpec } from './rule/rule.ts';

/** What becomes of a run that is to start while an earlier one of the schedule has not ended. */
export const overlapPolicies = ['skip', 'queue', 'cancel_previous', 'allow'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** What becomes of slots that came due while nobody was there to run them. */
export const catchUpPolicies = ['none', 'last', 'all'] as const;
export type CatchUpPolicy = (typeof catchUpPolicies)[number];

/**
 * Why a schedule is not enabled: somebody asked for it, it has run as often as it may, its rule has no further times, or this version of
 * the program cannot read it.
 */
export const disabledReasons = ['request', 'exhausted', 'over', 'unreadable'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** What became of a slot. A slot that was not skipped has made a job, which has begun when `startedAt` says so. */
export const slotOutcomes = ['ran', 'late', 'caught_up', 'skipped'] as const;
export type SlotOutcome = (typeof slotOutcomes)[number];

/**
 * Why a slot was skipped: the server was away and the catch-up policy lets it go; more were missed than are caught up; an earlier run had not
 * ended; what its task could not do; no room in the queue; a pause, in which one job waits already; a job that ended before it began.
 */
export const skipReasons = [
  'missed',
  'catch_up_limit',
  'overlap',
  'task_disabled',
  'task_missing',
  'version_missing',
  'queue_full',
  'paused',
  'cancelled',
  'deadline',
  'failed',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** All that a caller decides about a schedule. Times in milliseconds since 1970 UTC, JSON as text. */
export interface ScheduleFields {
  readonly taskId: number;
  /** Null: the version that is current when a job starts. */
  readonly taskVersion: string | null;
  readonly name: string;
  readonly description: string;
  readonly rule: RuleSpec;
  readonly input: string;
  /** JSON object: what its jobs are asked for beside task and input, as a request for a job says it. */
  readonly options: string;
  readonly overlap: OverlapPolicy;
  readonly catchUp: CatchUpPolicy;
  /** With `all`, how many missed slots are caught up at most: the latest ones. */
  readonly catchUpLimit: number;
  /** Each slot is put off by up to this long, always the same for the same slot. */
  readonly jitterMs: number;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly maxExecutions: number | null;
  /** How many of its finished jobs are kept; null: as long as any other. */
  readonly keepJobs: number | null;
  /** JSON object, for the caller. */
  readonly metadata: string | null;
}

export interface Schedule extends ScheduleFields {
  readonly id: number;
  readonly uuid: string;
  readonly taskName: string;
  readonly isEnabled: boolean;
  readonly disabledReason: DisabledReason | null;
  readonly isSystem: boolean;
  readonly executionCount: number;
  /** The first slot that was not planned yet, without jitter. */
  readonly nextSlotAt: number | null;
  /** When it is looked at next: that slot with its jitter; null while it is not enabled. */
  readonly dueAt: number | null;
  /** When a job of a slot of it last began. */
  readonly lastRunAt: number | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One row of the ledger. */
export interface Slot {
  readonly id: number;
  readonly scheduleId: number;
  /** As the rule says, and with jitter. */
  readonly slotAt: number;
  readonly dueAt: number;
  readonly plannedAt: number;
  readonly outcome: SlotOutcome;
  readonly reason: SkipReason | null;
  readonly startedAt: number | null;
  /** The job it has made, and what came of it; null where there is none, or none any more. */
  readonly jobId: number | null;
  readonly jobStatus: JobStatus | null;
  readonly executionId: number | null;
}
