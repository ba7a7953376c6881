/** One node of the tree that many profiles are joined to. */
interface Joined {
  readonly id: number;
  readonly callFrame: object;
  hitCount: number;
  readonly children: number[];
  readonly byKey: Map<string, Joined>;
}

interface Sampled {
  readonly startTime?: unknown;
  readonly endTime?: unknown;
  readonly samples?: unknown;
  readonly timeDeltas?: unknown;
  readonly nodes?: unknown;
}

interface SampledNode {
  readonly id?: unknown;
  readonly children?: unknown;
  readonly callFrame?: {
    readonly functionName?: unknown;
    readonly scriptId?: unknown;
    readonly url?: unknown;
    readonly lineNumber?: unknown;
    readonly columnNumber?: unknown;
  };
}

const mostDepth = 2_000;

/**
 * Joins the profiles of isolated-vm's sampler to one in the form of V8's inspector. There is a profile for each time a thread entered the
 * isolate, each with nodes of its own; lines count from 1, and the moments of samples from the start of their profile.
 * @param value from a worker: what is not as expected is left out @returns null when nothing is left
 */
export function profileOfSamples(value: unknown): object | null {
  const profiles = (Array.isArray(value) ? (value as { profile?: Sampled }[]) : [])
    .map((one) => one?.profile ?? {})
    .filter((profile) => typeof profile.startTime === 'number' && typeof profile.endTime === 'number')
    .toSorted((a, b) => (a.startTime as number) - (b.startTime as number));
  if (profiles.length === 0) return null;
  let lastId = 0;
  const nodes: Joined[] = [];
  const newNode = (callFrame: object): Joined => {
    const node = { id: ++lastId, callFrame, hitCount: 0, children: [], byKey: new Map<string, Joined>() };
    nodes.push(node);
    return node;
  };
  const root = newNode({ functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 });
  const startTime = Number(profiles[0]?.startTime ?? 0);
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let at = startTime;
  for (const profile of profiles) {
    const joined = join(profile, root, newNode);
    const deltas = Array.isArray(profile.timeDeltas) ? (profile.timeDeltas as unknown[]) : [];
    for (const [index, sample] of (Array.isArray(profile.samples) ? (profile.samples as unknown[]) : []).entries()) {
      const node = joined.get(sample);
      if (!node) continue;
      node.hitCount++;
      samples.push(node.id);
      const moment = Number(profile.startTime) + Number(deltas[index]);
      timeDeltas.push(moment - at);
      at = moment;
    }
  }
  return {
    nodes: nodes.map(({ id, callFrame, hitCount, children }) => ({ id, callFrame, hitCount, children })),
    startTime,
    endTime: Number(profiles.at(-1)?.endTime ?? 0),
    samples,
    timeDeltas,
  };
}

/** Puts the nodes of one profile into the tree. @returns what became of each, by its id */
function join(profile: Sampled, root: Joined, newNode: (callFrame: object) => Joined): Map<unknown, Joined> {
  const list = Array.isArray(profile.nodes) ? (profile.nodes as SampledNode[]) : [];
  const own = new Map(list.map((node) => [node?.id, node]));
  const joined = new Map<unknown, Joined>();
  const visit = (node: SampledNode, into: Joined, depth: number) => {
    if (joined.has(node.id) || depth > mostDepth) return;
    joined.set(node.id, into);
    for (const id of Array.isArray(node.children) ? (node.children as unknown[]) : []) {
      const child = own.get(id);
      const frame = child?.callFrame;
      if (!child || !frame) continue;
      const key = `${String(frame.url)}:${Number(frame.lineNumber)}:${Number(frame.columnNumber)}:${String(frame.functionName)}`;
      let target = into.byKey.get(key);
      if (!target) {
        target = newNode({
          functionName: String(frame.functionName),
          scriptId: String(frame.scriptId),
          url: String(frame.url),
          lineNumber: Number(frame.lineNumber) - 1,
          columnNumber: Number(frame.columnNumber) - 1,
        });
        into.byKey.set(key, target);
        into.children.push(target.id);
      }
      visit(child, target, depth + 1);
    }
  };
  if (list[0]) visit(list[0], root, 0);
  return joined;
}
