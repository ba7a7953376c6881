import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './percentiles.ts';
import { familyCpu } from './process-family.ts';

/** More samples than this do not change a percentile, only cost memory. */
const mostSamples = 200_000;

export interface DriveOptions {
  /** Calls in flight at any moment. */
  readonly depth: number;
  readonly forMs: number;
  /** Between the end of one call and the start of the next. */
  readonly pauseMs?: number;
}

export interface Driven {
  readonly calls: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time per call in the processes below this one. */
  readonly workerCpuMs: number;
  /** Processor time per call in this process, this loop included. */
  readonly hostCpuMs: number;
}

/** Calls in a closed loop, `depth` at a time, for a while, and measures every call. A call that rejects ends the measurement. */
export async function drive(call: () => Promise<unknown>, { depth, forMs, pauseMs = 0 }: DriveOptions): Promise<Driven> {
  const samples: number[] = [];
  let calls = 0;
  const before = familyCpu();
  const startMs = performance.now();
  const endMs = startMs + forMs;
  const lane = async () => {
    for (let now = performance.now(); now < endMs;) {
      await call();
      const after = performance.now();
      calls++;
      if (samples.length < mostSamples) samples.push(after - now);
      if (pauseMs > 0) await sleep(pauseMs);
      now = pauseMs > 0 ? performance.now() : after;
    }
  };
  await Promise.all(Array.from({ length: depth }, lane));
  const tookMs = performance.now() - startMs;
  const after = familyCpu();
  return {
    calls,
    perSecond: (calls / tookMs) * 1000,
    p50Ms: percentile(samples, 0.5),
    p99Ms: percentile(samples, 0.99),
    workerCpuMs: (after.childrenMs - before.childrenMs) / calls,
    hostCpuMs: (after.hostMs - before.hostMs) / calls,
  };
}
