import type { LaneName } from './lanes.ts';
import type { WorkerSlot } from './worker-slot.ts';

/** Whether a worker of a lane counts: neither leaving, nor about to be replaced by another that counts instead. */
const stays = (slot: WorkerSlot, lane: LaneName) => slot.lane === lane && !slot.process.isLeaving && slot.successor === null;

/** How many workers of a lane stay. Asked for every execution, so it makes no list. */
export function countStaying(slots: Iterable<WorkerSlot>, lane: LaneName): number {
  let count = 0;
  for (const slot of slots) if (stays(slot, lane)) count++;
  return count;
}

/** Those of a lane that are more than `count`: of all that stay, those with the least to do. */
export function surplusOf(slots: Iterable<WorkerSlot>, lane: LaneName, count: number): WorkerSlot[] {
  const staying = [...slots].filter((slot) => stays(slot, lane));
  return staying.toSorted((a, b) => a.runs.size - b.runs.size).slice(0, Math.max(0, staying.length - count));
}
