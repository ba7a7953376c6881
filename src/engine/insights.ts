import type { CpuProfile, FunctionCoverage, Insights, Instruments, ProfileNode, ScriptCoverage } from './instruments.ts';
import type { Program } from './program.ts';
import { profileOfSamples } from './profile-of-samples.ts';

/** Microseconds. A rest that is shorter than the time between two samples says nothing. */
const shortRest = 100;

export interface TextOfInsight {
  readonly kind: string;
  /** From a worker. */
  readonly json: string;
  /** Milliseconds from the request for the execution to the start of the profile. */
  readonly atMs: number;
}

/** Adds what a worker says an instrument saw, which is read as hostile input: what does not look right, or was not asked for, is left out. */
export function addInsight(before: Insights | null, { kind, json, atMs }: TextOfInsight, asked: Instruments, program: Program): Insights {
  const insights = before ?? { coverage: null, profile: null, profileStartedMs: 0 };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return insights;
  }
  if (kind === 'coverage' && asked.coverage) return { ...insights, coverage: coverageFrom(value, program.script.length) };
  if ((kind !== 'profile' && kind !== 'samples') || !asked.profile) return insights;
  const { profile, profiles, rests } = fields(value);
  const told = profileFrom(kind === 'profile' ? profile : profileOfSamples(profiles));
  return { ...insights, profile: told && withRests(told, rests), profileStartedMs: atMs };
}

function coverageFrom(value: unknown, scriptLength: number): ScriptCoverage | null {
  const functions = listOf(fields(value)['functions']).map((one): FunctionCoverage => {
    const { functionName, ranges } = fields(one);
    return {
      name: typeof functionName === 'string' ? functionName : '',
      ranges: listOf(ranges).flatMap((range) => {
        const { startOffset, endOffset, count } = fields(range);
        const isRange =
          isCount(startOffset) && isCount(endOffset) && isCount(count) && startOffset <= endOffset && endOffset <= scriptLength;
        return isRange ? [{ start: startOffset, end: endOffset, count }] : [];
      }),
    };
  });
  const whole = functions.filter(({ ranges }) => ranges.length > 0);
  return whole.length > 0 ? { functions: whole } : null;
}

function profileFrom(value: unknown): CpuProfile | null {
  const { nodes, startTime, endTime, samples, timeDeltas } = fields(value);
  const known = new Map<number, ProfileNode>();
  for (const one of listOf(nodes)) {
    const node = nodeFrom(one);
    if (node) known.set(node.id, node);
  }
  if (known.size === 0 || !isFinite(startTime) || !isFinite(endTime)) return null;
  const deltas = listOf(timeDeltas);
  const kept = listOf(samples).flatMap((sample, index) => {
    const delta = deltas[index];
    return typeof sample === 'number' && known.has(sample) && isFinite(delta) ? [{ sample, delta }] : [];
  });
  return {
    // A node's children are others of the list, or readers of the file would look for what is not there.
    nodes: [...known.values()].map((node) => ({ ...node, children: node.children.filter((child) => known.has(child)) })),
    startTime,
    endTime: Math.max(startTime, endTime),
    samples: kept.map(({ sample }) => sample),
    timeDeltas: kept.map(({ delta }) => delta),
  };
}

/** Puts a sample of `(idle)` at the start of every time of rest, in which none were taken. */
function withRests(profile: CpuProfile, rests: unknown): CpuProfile {
  const starts = listOf(rests).flatMap((rest) => {
    const [from, to] = listOf(rest);
    return isFinite(from) && isFinite(to) && from >= profile.startTime && to <= profile.endTime + shortRest && to - from > shortRest
      ? [from]
      : [];
  });
  const root = profile.nodes[0]!;
  const idle = Math.max(...profile.nodes.map(({ id }) => id)) + 1;
  const callFrame = { functionName: '(idle)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
  let moment = profile.startTime;
  const samples = profile.samples.map((id, index) => ({ id, moment: (moment += profile.timeDeltas[index]!) }));
  const all = [...samples, ...starts.map((start) => ({ id: idle, moment: start }))].toSorted((a, b) => a.moment - b.moment);
  return {
    ...profile,
    nodes: [
      { ...root, children: [...root.children, idle] },
      ...profile.nodes.slice(1),
      { id: idle, callFrame, hitCount: starts.length, children: [] },
    ],
    samples: all.map(({ id }) => id),
    timeDeltas: all.map((sample, index) => sample.moment - (all[index - 1]?.moment ?? profile.startTime)),
  };
}

function nodeFrom(value: unknown): ProfileNode | null {
  const { id, callFrame, hitCount, children, positionTicks } = fields(value);
  const { functionName, scriptId, url, lineNumber, columnNumber } = fields(callFrame);
  if (!isCount(id) || typeof functionName !== 'string' || typeof url !== 'string') return null;
  const ticks = listOf(positionTicks).flatMap((one) => {
    const { line, ticks: count } = fields(one);
    return isFinite(line) && isCount(count) ? [{ line, ticks: count }] : [];
  });
  return {
    id,
    callFrame: {
      functionName,
      scriptId: String(scriptId),
      url,
      lineNumber: isFinite(lineNumber) ? lineNumber : -1,
      columnNumber: isFinite(columnNumber) ? columnNumber : -1,
    },
    hitCount: isCount(hitCount) ? hitCount : 0,
    children: listOf(children).filter(isCount),
    ...(ticks.length > 0 ? { positionTicks: ticks } : {}),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
