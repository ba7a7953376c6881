import { setting, type Settings } from '#kernel/index.ts';
import { z } from 'zod';

const day = 86_400;
const Age = z.number().int().nonnegative();

export const isRetained = setting({
  key: 'retention.enabled',
  reload: 'live',
  type: z.boolean(),
  default: true,
  describe: 'Whether finished jobs with their executions are removed when they are old, or too much.',
});

export const keepCompleted = setting({
  key: 'retention.completed',
  unit: 'seconds',
  reload: 'live',
  type: Age,
  default: 7 * day,
  describe: 'How long completed jobs are kept, in seconds or as 7d; 0 keeps them for ever.',
});

export const keepFailed = setting({
  key: 'retention.failed',
  unit: 'seconds',
  reload: 'live',
  type: Age,
  default: 30 * day,
  describe: 'How long failed jobs are kept, in seconds or as 30d; 0 keeps them for ever.',
});

export const keepCancelled = setting({
  key: 'retention.cancelled',
  unit: 'seconds',
  reload: 'live',
  type: Age,
  default: 7 * day,
  describe: 'How long cancelled jobs are kept, in seconds or as 7d; 0 keeps them for ever.',
});

export const keepLogs = setting({
  key: 'retention.logs',
  unit: 'seconds',
  reload: 'live',
  type: Age,
  default: 0,
  describe: 'How long log lines are kept, in seconds or as 3d; 0 keeps them as long as their job.',
});

export const keepRecordings = setting({
  key: 'retention.recordings',
  unit: 'seconds',
  reload: 'live',
  type: Age,
  default: 0,
  describe: 'How long recordings are kept, in seconds or as 3d; 0 keeps them as long as their job.',
});

export const keepSlots = setting({
  key: 'retention.schedule_slots',
  unit: 'seconds',
  reload: 'live',
  type: Age,
  default: 30 * day,
  describe: 'How long rows of the ledgers of schedules are kept, in seconds or as 30d; 0 keeps them for ever.',
});

export const mostBytes = setting({
  key: 'retention.max_bytes',
  reload: 'live',
  type: z.number().int().nonnegative(),
  default: 10 * 1024 ** 3,
  describe: 'Size of what is stored, in bytes or as 10GB, above which the oldest finished jobs go whatever their age; 0 sets no limit.',
});

export const runEvery = setting({
  key: 'retention.interval',
  unit: 'seconds',
  reload: 'live',
  type: z.number().int().min(1),
  default: 3_600,
  describe: 'Time between two looks for what is to be removed, in seconds or as 1h.',
});

export const finishedStatuses = ['completed', 'failed', 'cancelled'] as const;
export type FinishedStatus = (typeof finishedStatuses)[number];

/** What is kept how long, in milliseconds; null: for ever. */
export interface RetentionRules {
  readonly ages: Readonly<Record<FinishedStatus, number | null>>;
  readonly logsMs: number | null;
  readonly recordingsMs: number | null;
  readonly slotsMs: number | null;
  readonly mostBytes: number | null;
}

export function retentionRules(settings: Settings): RetentionRules {
  const age = (seconds: number) => (seconds === 0 ? null : seconds * 1_000);
  return {
    ages: {
      completed: age(settings.get(keepCompleted)),
      failed: age(settings.get(keepFailed)),
      cancelled: age(settings.get(keepCancelled)),
    },
    logsMs: age(settings.get(keepLogs)),
    recordingsMs: age(settings.get(keepRecordings)),
    slotsMs: age(settings.get(keepSlots)),
    mostBytes: settings.get(mostBytes) || null,
  };
}
