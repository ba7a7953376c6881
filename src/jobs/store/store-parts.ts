import type { ExecutionWrites } from '#executions/index.ts';

/** What the store's transactions lean on beside their queries. */
export interface StoreParts {
  readonly executions: ExecutionWrites;
  /** 0 up to 1: spreads writers over the rows of a count. */
  readonly random: () => number;
}
