import type { WorkerSlot } from './worker-slot.ts';

/** How executions are spread over the workers of a lane. */
export const balances = ['least_loaded', 'round_robin', 'weighted'] as const;
export type Balance = (typeof balances)[number];

/**
 * The worker that takes the next execution; null when there is none.
 * @param candidates those that have room @param mostPerWorker executions side by side in one
 */
export function nextWorker(balance: Balance, candidates: readonly WorkerSlot[], mostPerWorker: number): WorkerSlot | null {
  return candidates.reduce<WorkerSlot | null>(
    (best, slot) => (best === null || isBefore[balance](slot, best, mostPerWorker) ? slot : best),
    null,
  );
}

const isBefore: Readonly<Record<Balance, (slot: WorkerSlot, other: WorkerSlot, mostPerWorker: number) => boolean>> = {
  least_loaded: (slot, other) => slot.runs.size < other.runs.size,
  round_robin: (slot, other) => slot.lastPicked < other.lastPicked,
  weighted: (slot, other, most) => loadOf(slot, most) < loadOf(other, most),
};

/** Lower is better: how full, how large, and how often what it runs has ended with the worker itself. */
function loadOf({ runs, process, ended, lost }: WorkerSlot, mostPerWorker: number): number {
  return (
    (runs.size * 1_000) / mostPerWorker + process.lastRssBytes / 1_048_576 / 10 + (ended + lost === 0 ? 0 : (lost / (ended + lost)) * 1_000)
  );
}
