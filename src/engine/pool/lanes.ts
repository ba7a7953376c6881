import type { Settings } from '#kernel/index.ts';
import { executionsPerWorker, soloWorkers, workerCount } from '../settings.ts';

/**
 * Which workers an execution goes to, by what its program is known for:
 * - `quick`: programs that ended well and in little processor time. Normal priority.
 * - `unknown`: programs not seen yet, and those that compute for long. Lower priority, so that an endless loop nobody has met before
 *   cannot slow down the quick ones.
 * - `suspect`: programs that lately broke a limit or took their worker down. One at a time, lowest priority.
 */
export type LaneName = 'quick' | 'unknown' | 'suspect';

export const laneNames = ['quick', 'unknown', 'suspect'] as const satisfies readonly LaneName[];

export interface Lane {
  /** Executions side by side in one worker. */
  readonly perWorker: number;
  readonly mostWorkers: number;
  /** Operating-system priority of the worker: 0 normal, 19 lowest. */
  readonly nice: number;
  /**
   * A busy worker that does not answer for so long is killed. Shorter in the quick lane: there calm programs run on the worker's own
   * thread, and one that turns on it would keep its neighbours waiting. Longer where low priority alone can cause silence.
   */
  readonly silenceMs: number;
}

/** @param mostWorkers how many workers each lane but that of suspects may have; the configured number unless given */
export function lanesOf(settings: Settings, mostWorkers = settings.get(workerCount)): Readonly<Record<LaneName, Lane>> {
  const perWorker = settings.get(executionsPerWorker);
  return {
    quick: { perWorker, mostWorkers, nice: 0, silenceMs: 3_000 },
    unknown: { perWorker, mostWorkers, nice: 10, silenceMs: 10_000 },
    suspect: { perWorker: 1, mostWorkers: settings.get(soloWorkers), nice: 19, silenceMs: 10_000 },
  };
}
