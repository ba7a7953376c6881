import type { CpuProfile } from '#engine/index.ts';

/** A function and the processor time spent in it and not in what it calls. */
export interface HotFunction {
  readonly name: string;
  /** `file:` URL; empty for the garbage collector and the platform. */
  readonly url: string;
  /** Counts from 1; 0 where there is no file. */
  readonly line: number;
  readonly column: number;
  readonly selfMs: number;
  /** Of the time in which anything was computed, from 0 to 1. */
  readonly share: number;
}

/** When nothing of the task was computed. */
const waiting = new Set(['(root)', '(program)', '(idle)']);

/** The functions in which most time was spent, most first, those with the same name and place taken together. */
export function hottestOf(profile: CpuProfile, most: number): HotFunction[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const found = new Map<string, Omit<HotFunction, 'share'>>();
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    at += profile.timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    const lasts = profile.timeDeltas[index + 1] ?? profile.endTime - at;
    const frame = frames.get(id);
    if (!frame || waiting.has(frame.functionName) || lasts <= 0) continue;
    const { functionName, url, lineNumber, columnNumber } = frame;
    const key = `${url}:${lineNumber}:${columnNumber}:${functionName}`;
    const selfMs = (found.get(key)?.selfMs ?? 0) + lasts / 1000;
    found.set(key, { name: functionName || '(anonymous)', url, line: lineNumber + 1, column: columnNumber + 1, selfMs });
  }
  const all = [...found.values()];
  const total = all.reduce((sum, { selfMs }) => sum + selfMs, 0);
  return all
    .toSorted((a, b) => b.selfMs - a.selfMs)
    .slice(0, most)
    .map((one) => ({ ...one, share: one.selfMs / total }));
}
