import type { FlameBar, HotLine } from './page-data.ts';

/** The part of the `.cpuprofile` format (V8's sampling profiler) that is read here. Lines count from 0, times are microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  /** Ids of nodes, one for each sample. */
  readonly samples?: readonly number[];
  /** Microseconds from the sample before (the first: from `startTime`). */
  readonly timeDeltas?: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
  /** Samples by line, from 1. */
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

/** Names V8 gives to samples without a function of anybody. */
const outside = new Set(['(root)', '(program)', '(idle)']);
/** Stands for every stack without the author in it: what the platform does for the task, whose functions are nobody's to change. */
const platformId = -1;
const collector = '(garbage collector)';
/** More bars than this cannot be told apart on any screen; the shortest are left out. */
const mostBars = 20_000;

interface Call {
  readonly name: string;
  readonly file: string;
  /** From 1; 0 where there is none. */
  readonly line: number;
  readonly isOwn: boolean;
}

/**
 * A profile as bars on the time axis of its execution: neighbouring samples with the same callers become one bar. Callers below the
 * author's first function are the platform's and are left out.
 * @param paths the author's files, by which his functions are told from others
 * @param startedMs from the start of the execution to that of the profile
 */
export function flameOf(profile: CpuProfile, paths: readonly string[], startedMs: number): FlameBar[] {
  const stacks = stacksOf(profile, paths);
  const bars: FlameBar[] = [];
  let open: { id: number; call: Call; startMs: number }[] = [];
  let before: readonly number[] = [];
  const calls = new Map(profile.nodes.map((node) => [node.id, callOf(node, paths)]));
  calls.set(platformId, { name: '(ratchet)', file: '', line: 0, isOwn: false });
  const closeTo = (depth: number, endMs: number) => {
    for (const [index, { call, startMs }] of open.entries()) {
      if (index < depth || endMs <= startMs) continue;
      bars.push({ ...call, depth: index, startMs, endMs });
    }
    open = open.slice(0, depth);
  };
  let lastMs = startedMs;
  for (const { id, startMs, endMs, isGap } of samplesOf(profile, startedMs)) {
    const own = stacks.get(id) ?? [];
    // The collector interrupts whatever runs: shown on top of that, not instead of it.
    const stack = calls.get(id)?.name === collector ? [...before, id] : own;
    const shared = stack.findIndex((one, index) => open[index]?.id !== one);
    const kept = shared < 0 ? stack.length : shared;
    closeTo(kept, startMs);
    for (const one of stack.slice(kept)) open.push({ id: one, call: calls.get(one)!, startMs });
    if (stack === own) before = own;
    lastMs = endMs;
    if (isGap) closeTo(0, endMs);
  }
  closeTo(0, lastMs);
  if (bars.length <= mostBars) return bars.toSorted((a, b) => a.startMs - b.startMs || a.depth - b.depth);
  return bars
    .toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))
    .slice(0, mostBars)
    .toSorted((a, b) => a.startMs - b.startMs || a.depth - b.depth);
}

/** The author's lines by the processor time spent in them and not in what they call, most first. At most `most`. */
export function hotLinesOf(profile: CpuProfile, paths: readonly string[], most = 200): HotLine[] {
  const selfMs = new Map<number, number>();
  for (const { id, startMs, endMs } of samplesOf(profile, 0)) selfMs.set(id, (selfMs.get(id) ?? 0) + (endMs - startMs));
  const lines = new Map<string, HotLine>();
  const add = (file: string, line: number, ms: number) => {
    const key = `${line}:${file}`;
    lines.set(key, { file, line, selfMs: (lines.get(key)?.selfMs ?? 0) + ms });
  };
  for (const node of profile.nodes) {
    const { file, line, isOwn } = callOf(node, paths);
    const ms = selfMs.get(node.id) ?? 0;
    if (!isOwn || ms <= 0) continue;
    const ticks = (node.positionTicks ?? []).reduce((sum, tick) => sum + tick.ticks, 0);
    if (ticks === 0) add(file, line, ms);
    else for (const tick of node.positionTicks!) add(file, tick.line, (ms * tick.ticks) / ticks);
  }
  return [...lines.values()].toSorted((a, b) => b.selfMs - a.selfMs).slice(0, most);
}

/**
 * Each sample with the time it stands for: until the next one, or not much longer than usual. V8 takes none while no thread is in the
 * isolate, so a long gap is the task waiting and not its last function running.
 */
function* samplesOf({ samples = [], timeDeltas = [] }: CpuProfile, startedMs: number): Generator<Sample> {
  const usualMs = (timeDeltas.toSorted((a, b) => a - b)[Math.floor(timeDeltas.length / 2)] ?? 0) / 1000;
  const mostMs = Math.max(1, usualMs * 20);
  let atMs = startedMs + (timeDeltas[0] ?? 0) / 1000;
  for (const [index, id] of samples.entries()) {
    // Deltas may be negative by a little when clocks of cores differ.
    const untilNextMs = Math.max(0, (timeDeltas[index + 1] ?? 0) / 1000);
    const isGap = untilNextMs > mostMs;
    yield { id, startMs: atMs, endMs: atMs + (isGap ? usualMs : untilNextMs), isGap };
    atMs += untilNextMs;
  }
}

interface Sample {
  readonly id: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Nothing ran after it. */
  readonly isGap: boolean;
}

/** Ids from the outermost call to the innermost, for every node. */
function stacksOf(profile: CpuProfile, paths: readonly string[]): Map<number, number[]> {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const stacks = new Map<number, number[]>();
  for (const { id } of profile.nodes) {
    const stack: number[] = [];
    const seen = new Set<number>();
    for (let at: number | undefined = id; at !== undefined && !seen.has(at); at = parents.get(at)) {
      seen.add(at);
      const node = byId.get(at);
      if (node !== undefined && !outside.has(node.callFrame.functionName)) stack.unshift(at);
    }
    const first = stack.findIndex((one) => callOf(byId.get(one)!, paths).isOwn);
    const isPlatform = paths.length > 0 && first < 0 && stack.length > 0;
    stacks.set(id, isPlatform ? [platformId] : stack.slice(Math.max(0, first)));
  }
  return stacks;
}

function callOf({ callFrame }: ProfileNode, paths: readonly string[]): Call {
  const { functionName, url, lineNumber } = callFrame;
  const own = paths.find((path) => url === path || url.endsWith(`/${path}`));
  return { name: functionName === '' ? '(anonymous)' : functionName, file: own ?? url, line: lineNumber + 1, isOwn: own !== undefined };
}
