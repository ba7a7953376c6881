import type { CpuProfile, ProfileNode } from '#engine/index.ts';
import type { Task } from '#tasks/index.ts';
import { sourcePositionsOf, type SourcePositions } from '../source-positions.ts';
import { fileUrlOf } from '../task-urls.ts';

/** What frames of the platform are called: the author cannot change them, but should see what they cost. */
export const platformName = '(ratchet)';
export const topLevelName = '(top level)';

/** What carries calls out of the isolate; stands in no file. */
const bridge = /^vm\.(Callback|Reference)/;

interface Made {
  readonly id: number;
  readonly callFrame: ProfileNode['callFrame'];
  readonly parent: Made | null;
  readonly byKey: Map<string, Made>;
  readonly ticks: Map<number, number>;
  hitCount: number;
}

/**
 * A profile in the author's own files, as DevTools and editors load it: `url` leads to the file the author wrote, lines and columns to
 * the author's. Frames of the platform below the author's first function are gone, and those above stand as one called `(ratchet)`.
 */
export function authorProfileOf(task: Task, profile: CpuProfile): CpuProfile {
  const positions = sourcePositionsOf(task.program);
  const made: Made[] = [];
  const childOf = (parent: Made | null, callFrame: ProfileNode['callFrame']): Made => {
    const key = `${callFrame.url}:${callFrame.lineNumber}:${callFrame.columnNumber}:${callFrame.functionName}`;
    const known = parent?.byKey.get(key);
    if (known) return known;
    const node = { id: made.length + 1, callFrame, parent, byKey: new Map<string, Made>(), ticks: new Map<number, number>(), hitCount: 0 };
    parent?.byKey.set(key, node);
    made.push(node);
    return node;
  };
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const samplesIn = new Map<number, Made>();

  const visit = (start: ProfileNode) => {
    // A stack of our own: a recursion of the author's can be deeper than ours may be.
    const work: { node: ProfileNode; under: Made | null }[] = [{ node: start, under: null }];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const { node, under } = next;
      if (samplesIn.has(node.id)) continue;
      const isPlatform = node.callFrame.url.startsWith('platform:') || bridge.test(node.callFrame.functionName);
      let target: Made;
      let underThis: Made;
      if (under !== null && isPlatform) {
        target = under.callFrame.functionName === platformName ? under : childOf(under, { ...outside, functionName: platformName });
        underThis = isAuthors(under) ? target : under;
      } else {
        target = childOf(under, isPlatform ? outside : frameOf(task, node, positions));
        underThis = target;
      }
      target.hitCount += node.hitCount;
      samplesIn.set(node.id, target);
      for (const { line, ticks } of node.positionTicks ?? []) {
        const place = isPlatform ? null : positions.onLine(line - 1);
        if (place) target.ticks.set(place.line, (target.ticks.get(place.line) ?? 0) + ticks);
      }
      for (const id of node.children) {
        const child = byId.get(id);
        if (child) work.push({ node: child, under: underThis });
      }
    }
  };
  if (profile.nodes[0]) visit(profile.nodes[0]);
  const kept = profile.samples.map((id, index) => ({ node: samplesIn.get(id), delta: profile.timeDeltas[index] ?? 0 }));
  return {
    nodes: made.map((node) => ({
      id: node.id,
      callFrame: node.callFrame,
      hitCount: node.hitCount,
      children: [...node.byKey.values()].map(({ id }) => id),
      ...(node.ticks.size > 0 ? { positionTicks: [...node.ticks].map(([line, ticks]) => ({ line, ticks })) } : {}),
    })),
    startTime: profile.startTime,
    endTime: profile.endTime,
    samples: kept.map(({ node }) => node?.id ?? 1),
    timeDeltas: kept.map(({ delta }) => delta),
  };
}

const outside = { functionName: '', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };

/** Whether an author's function is among the callers, itself included. */
function isAuthors(node: Made): boolean {
  for (let at: Made | null = node; at !== null; at = at.parent) if (at.callFrame.url !== '') return true;
  return false;
}

function frameOf(task: Task, { callFrame }: ProfileNode, positions: SourcePositions): ProfileNode['callFrame'] {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  if (url !== task.program.filename) return callFrame;
  const scriptId = '1';
  // The function that was put around the author's code.
  if (lineNumber < 0) return { functionName: topLevelName, scriptId, url: fileUrlOf(task, url), lineNumber: 0, columnNumber: 0 };
  const place = positions.at(lineNumber, columnNumber);
  if (place === null) return { ...outside, functionName: platformName };
  return { functionName, scriptId, url: fileUrlOf(task, place.file), lineNumber: place.line - 1, columnNumber: place.column - 1 };
}
