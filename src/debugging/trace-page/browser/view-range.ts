/** The part of the time axis that is on the screen, in milliseconds. */
export interface ViewRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** Nothing in an execution is shorter than what a microsecond shows. */
const shortestMs = 0.01;

/** The whole axis, with a little room at the end so that the last mark is not cut. */
export function wholeRange(totalMs: number): ViewRange {
  return { startMs: 0, endMs: totalMs * 1.02 };
}

/** Makes what is shown `factor` times as long, with `aroundMs` staying where it is on the screen. */
export function zoomed(range: ViewRange, factor: number, aroundMs: number, totalMs: number): ViewRange {
  const length = range.endMs - range.startMs;
  const most = wholeRange(totalMs).endMs;
  const wanted = Math.min(most, Math.max(Math.min(shortestMs, most), length * factor));
  const share = (aroundMs - range.startMs) / length;
  return within({ startMs: aroundMs - wanted * share, endMs: aroundMs + wanted * (1 - share) }, totalMs);
}

/** Moves by a share of what is shown: 0.1 is a tenth to the right. */
export function panned(range: ViewRange, share: number, totalMs: number): ViewRange {
  const by = (range.endMs - range.startMs) * share;
  return within({ startMs: range.startMs + by, endMs: range.endMs + by }, totalMs);
}

/** The same range if it shows the span already, else moved (and made longer where it must be) until it does. */
export function showing(range: ViewRange, span: ViewRange, totalMs: number): ViewRange {
  if (span.startMs >= range.startMs && span.endMs <= range.endMs) return range;
  const length = range.endMs - range.startMs;
  const spanMs = span.endMs - span.startMs;
  if (spanMs > length * 0.9) return padded(span, totalMs);
  const middle = (span.startMs + span.endMs) / 2;
  return within({ startMs: middle - length / 2, endMs: middle + length / 2 }, totalMs);
}

/** The span with a tenth of room on either side; a span of no length gets a hundredth of the axis. */
export function padded(span: ViewRange, totalMs: number): ViewRange {
  const room = Math.max((span.endMs - span.startMs) * 0.1, span.endMs - span.startMs === 0 ? totalMs / 200 : 0, shortestMs / 2);
  return within({ startMs: span.startMs - room, endMs: span.endMs + room }, totalMs);
}

/** Moved back onto the axis, its length kept where it fits. */
export function within({ startMs, endMs }: ViewRange, totalMs: number): ViewRange {
  const whole = wholeRange(totalMs);
  const length = Math.min(Math.max(endMs - startMs, Math.min(shortestMs, whole.endMs)), whole.endMs);
  const start = Math.min(Math.max(0, startMs), whole.endMs - length);
  return { startMs: start, endMs: start + length };
}

/** From one moment of the axis to the next: 1, 2 or 5 times a power of ten, so that they stand some `pixels` apart. */
export function tickStep({ startMs, endMs }: ViewRange, width: number, pixels = 110): number {
  const rough = ((endMs - startMs) * pixels) / Math.max(width, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
}

/** Moments for the axis: every multiple of the step that is seen. */
export function ticks({ startMs, endMs }: ViewRange, step: number): number[] {
  const first = Math.ceil(startMs / step - 1e-9);
  const count = Math.floor(endMs / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, Math.min(count, 200)) }, (_, index) => (first + index) * step);
}
