import { JsonRpcError, rpcCodes } from './json-rpc-error.ts';

export const batchModes = ['parallel', 'sequential', 'dependency', 'priorityDependency'] as const;
export type BatchMode = (typeof batchModes)[number];

/** One request of a batch, as far as its order is concerned. */
export interface Planned {
  readonly id: string;
  readonly dependencies: readonly string[];
  /** Higher goes first, where the mode says so. */
  readonly priority: number;
}

/** @throws JsonRpcError where ids repeat, a dependency does not exist, or they go round in a circle */
export function checkBatch(requests: readonly Planned[]): void {
  const byId = new Map(requests.map((request) => [request.id, request]));
  const wrong = (problem: string) => new JsonRpcError(rpcCodes.invalidParams, `Invalid batch: ${problem}`);
  if (byId.size < requests.length) {
    const twice = requests.find(({ id }, at) => requests.findIndex((other) => other.id === id) !== at)!;
    throw wrong(`the id ${JSON.stringify(twice.id)} is used twice`);
  }
  for (const { id, dependencies } of requests) {
    const unknown = dependencies.find((other) => !byId.has(other));
    if (unknown !== undefined) throw wrong(`${JSON.stringify(id)} depends on ${JSON.stringify(unknown)}, which is not in it`);
  }
  // What depends on nothing that is left is taken away until nothing is left, or a circle.
  const left = new Set(byId.keys());
  for (let isSmaller = true; isSmaller && left.size > 0;) {
    const free = [...left].filter((id) => byId.get(id)!.dependencies.every((other) => !left.has(other)));
    for (const id of free) left.delete(id);
    isSmaller = free.length > 0;
  }
  if (left.size > 0) throw wrong(`dependencies go round in a circle: ${[...left].slice(0, 10).join(', ')}`);
}

/** What became of one request: done or not; `skip` where it was never begun. */
export type BatchStep = 'done' | 'failed' | 'skip';

/**
 * Runs requests in the order their mode allows, at most so many at a time. What depends on one that failed is skipped, and after a failure
 * everything that has not begun, where `stopOnError` says so.
 * @returns how many ran at the same time at most
 */
export async function runInOrder(
  requests: readonly Planned[],
  options: { readonly mode: BatchMode; readonly maxParallel: number; readonly stopOnError: boolean; readonly signal: AbortSignal },
  run: (request: Planned) => Promise<'done' | 'failed'>,
  skip: (request: Planned) => void,
): Promise<number> {
  const { mode, stopOnError, signal } = options;
  const most = mode === 'sequential' ? 1 : options.maxParallel;
  const heedsDependencies = mode !== 'parallel';
  const states = new Map<string, BatchStep>();
  const waiting = mode === 'priorityDependency' ? requests.toSorted((a, b) => b.priority - a.priority) : [...requests];
  const running = new Set<Promise<void>>();
  let hasFailed = false;
  let peak = 0;
  while (waiting.length > 0 || running.size > 0) {
    for (let at = 0; at < waiting.length;) {
      const request = waiting[at]!;
      const before = heedsDependencies ? request.dependencies.map((id) => states.get(id)) : [];
      const isLost = signal.aborted || (stopOnError && hasFailed) || before.some((state) => state === 'failed' || state === 'skip');
      if (isLost) {
        states.set(request.id, 'skip');
        skip(request);
        waiting.splice(at, 1);
        // Those before it may have waited for it.
        at = 0;
      } else if (running.size < most && before.every((state) => state === 'done')) {
        waiting.splice(at, 1);
        const one: Promise<void> = run(request).then((state) => {
          states.set(request.id, state);
          hasFailed ||= state === 'failed';
          running.delete(one);
        });
        running.add(one);
        peak = Math.max(peak, running.size);
      } else at++;
    }
    if (running.size > 0) await Promise.race(running);
  }
  return peak;
}
