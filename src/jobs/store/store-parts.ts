import type { ExecutionWrites } from '#executions/index.ts';
import type { ScheduleRules } from '../job-store.ts';

/** What the store's transactions lean on beside their queries. */
export interface StoreParts {
  readonly executions: ExecutionWrites;
  /** 0 up to 1: spreads writers over the rows of a count. */
  readonly random: () => number;
  /** Without it jobs of schedules are jobs like any other. */
  readonly schedules?: ScheduleRules | undefined;
}
