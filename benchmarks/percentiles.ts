/** The value below which `part` (0 to 1) of the samples lie; NaN of none. Sorts a copy. */
export function percentile(samples: ArrayLike<number>, part: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = Float64Array.from(samples).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

/** The middle value: what is reported over rounds, because one disturbed round does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three digits that matter: more would only be noise in a diff. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : 0;
}
