import type { Run } from './run.ts';

const everyMs = 25;
/** Code that computes is interrupted where it is; only what cannot be is ended from here, and tells nothing any more. */
const cpuGraceMs = 50;
/** Above this part of the allowed memory, idle isolates are given up before anybody has to be stopped. */
const pressure = 0.7;

export interface WatchdogParts {
  readonly runs: ReadonlyMap<number, Run>;
  /** Resident size above which the worker ends, in MB. */
  readonly rssMb: number;
  /** Drops what is only kept for speed. */
  readonly purge: () => void;
  readonly leave: (reason: string, isUrgent: boolean) => void;
}

/**
 * The third ring of limits: looks at every running execution from the worker's main thread, which no task's code runs on.
 * Ticks only while something runs.
 */
export function startWatchdog({ runs, rssMb, purge, leave }: WatchdogParts): { wake(): void } {
  let timer: NodeJS.Timeout | undefined;
  const rssBytes = rssMb * 1_048_576;

  const tick = () => {
    if (runs.size === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const rss = process.memoryUsage.rss();
    if (rss > rssBytes) return leave(`resident memory above ${rssMb} MB`, true);
    if (rss > rssBytes * pressure) purge();
    for (const run of runs.values()) {
      if (run.wallMs > run.message.wallMs) run.stop('wall');
      else if (run.cpuMs > run.message.cpuMs + cpuGraceMs) run.stop('cpu');
    }
  };

  return {
    wake() {
      timer ??= setInterval(tick, everyMs);
    },
  };
}
