/** `0.4 ms`, `12.3 ms`, `420 ms`, `3.42 s`, `2 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms < 100) return `${trimmed(ms, ms < 1 ? 2 : 1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1000, 2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/**
 * A moment on an axis: as many decimals as tell it from its neighbour, `stepMs` away, in the unit that suits the end of the axis.
 */
export function momentText(ms: number, stepMs: number, axisEndMs: number): string {
  const unitMs = axisEndMs >= 1_000 ? 1_000 : 1;
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(stepMs / unitMs) + 1e-9)));
  return `${(ms / unitMs).toFixed(decimals)} ${unitMs === 1 ? 'ms' : 's'}`;
}

/** `512 B`, `1.5 KB`, `4.1 MB` (powers of 1024). */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${trimmed(bytes / 1024, 1)} KB` : `${trimmed(bytes / 1024 ** 2, 1)} MB`;
}

/** `1 request`, `3 requests`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** Without zeros at the end. */
function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
