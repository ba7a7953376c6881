import { z } from 'zod';

/** How a measured quantity is spread over the runs. */
export const Summary = z.object({
  mean: z.number(),
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
});
export type Summary = z.infer<typeof Summary>;

/** All zeros for nothing at all. */
export function summaryOf(values: Float64Array): Summary {
  const sorted = values.toSorted();
  const mean = sorted.length === 0 ? 0 : sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const at = (share: number) => quantile(sorted, share);
  return { mean, min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** The value below which a share of sorted values lies, between two of them where none stands there; 0 of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return 0;
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}

export function medianOf(values: ArrayLike<number>): number {
  return quantile(Float64Array.from(values).toSorted(), 0.5);
}

/** Bars from the least value to the 99th percentile, each the share of the fullest: the shape of a distribution for the eye. */
export function histogram(values: Float64Array, bars: number): number[] {
  const sorted = values.toSorted();
  const [low, high] = [quantile(sorted, 0), quantile(sorted, 0.99)];
  const counts = Array.from({ length: bars }, () => 0);
  for (const value of sorted) {
    const bar = high > low ? Math.floor(((value - low) / (high - low)) * bars) : 0;
    if (bar <= bars) counts[Math.min(bar, bars - 1)]! += value > high ? 0 : 1;
  }
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}
