import type { Queries } from '#storage/index.ts';

export interface ScheduleStatistics {
  readonly total: number;
  readonly enabled: number;
  readonly disabled: number;
  /** Due, and not planned yet. */
  readonly due: number;
  /** When the one came due that has waited longest; null: none waits. */
  readonly oldestDueAt: number | null;
  readonly nextAt: number | null;
  readonly lastRunAt: number | null;
  /** Between two runs of the last day, whatever their schedules; null where there were fewer than two. */
  readonly averageIntervalMs: number | null;
  /** Slots of the last day, by what became of them. */
  readonly last24Hours: Readonly<Record<string, number>>;
}

const day = 86_400_000;

export async function scheduleStatistics(queries: Queries, now: number): Promise<ScheduleStatistics> {
  const [sums] = await queries.all<{ total: number; enabled: number; next_at: number | null; last_at: number | null }>(
    'SELECT count(*) AS total, coalesce(sum(enabled), 0) AS enabled, min(due_at) AS next_at, max(last_run_at) AS last_at FROM schedules',
  );
  const [due] = await queries.all<{ due: number; oldest: number | null }>(
    'SELECT count(*) AS due, min(due_at) AS oldest FROM schedules WHERE due_at IS NOT NULL AND due_at <= $1',
    [now],
  );
  const recent = await queries.all<{ outcome: string; slots: number; begun: number; first: number | null; last: number | null }>(
    `SELECT outcome, count(*) AS slots, count(started_at) AS begun, min(started_at) AS first, max(started_at) AS last
     FROM schedule_slots WHERE slot_at > $1 GROUP BY outcome`,
    [now - day],
  );
  const begun = recent.reduce((sum, row) => sum + row.begun, 0);
  const firsts = recent.flatMap(({ first }) => (first === null ? [] : [first]));
  const lasts = recent.flatMap(({ last }) => (last === null ? [] : [last]));
  return {
    total: sums!.total,
    enabled: sums!.enabled,
    disabled: sums!.total - sums!.enabled,
    due: due!.due,
    oldestDueAt: due!.oldest,
    nextAt: sums!.next_at,
    lastRunAt: sums!.last_at,
    averageIntervalMs: begun < 2 ? null : (Math.max(...lasts) - Math.min(...firsts)) / (begun - 1),
    last24Hours: Object.fromEntries(recent.map(({ outcome, slots }) => [outcome, slots])),
  };
}
