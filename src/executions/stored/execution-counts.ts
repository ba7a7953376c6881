import { rowCounts, type Queries } from '#storage/index.ts';
import { executionStatuses, type CountChanges, type ExecutionStatus } from '../execution-store.ts';

/** By how many the executions of a status become more, or fewer. */
export type StatusChanges = { [status in ExecutionStatus]?: number };

const nameOf = (status: ExecutionStatus) => `executions.${status}`;

/** As changes of the counts of rows. */
export function addChanges(changes: StatusChanges, to: CountChanges): void {
  for (const status of executionStatuses) {
    const change = changes[status] ?? 0;
    if (change !== 0) to[nameOf(status)] = (to[nameOf(status)] ?? 0) + change;
  }
}

/** How many executions there are of each status, without counting them. */
export async function executionCounts(queries: Queries): Promise<Record<ExecutionStatus, number>> {
  const counts = await rowCounts(queries);
  return Object.fromEntries(executionStatuses.map((status) => [status, counts.get(nameOf(status)) ?? 0])) as Record<
    ExecutionStatus,
    number
  >;
}
