import type { EffectsProvider, Isolation, LimitWishes } from '#engine/index.ts';
import type { Execution, Executions } from '#executions/index.ts';
import type { Clock } from '#kernel/index.ts';
import type { Task } from '#tasks/index.ts';
import type { Measurement } from './bench-report.ts';
import { blockMedians, Samples } from './samples.ts';
import { histogram, summaryOf } from './summary.ts';

export interface MeasureRequest {
  readonly task: Task;
  /** JSON text. */
  readonly input: string;
  readonly limits: LimitWishes;
  readonly isolation: Isolation | undefined;
  /** Mocks, or undefined for live requests. */
  readonly effects: EffectsProvider | undefined;
  /** So many runs, or as many as end within a time. */
  readonly until: { readonly runs: number } | { readonly ms: number };
  readonly warmup: number;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** After the first run: it shows what the others will do. May throw to go no further. */
  readonly onFirst?: (execution: Execution) => void;
  /** Now and then, with how much is done (0 to 1) and how many runs that were. */
  readonly onProgress?: (share: number, runs: number) => void;
}

export interface MeasureParts {
  readonly executions: Executions;
  readonly clock: Clock;
}

/** Bars of the shape of a distribution. */
const shapeBars = 24;

/**
 * Runs a task again and again and measures every run: first once cold, then to warm up, then for good. A stop ends it early, with what
 * there is; runs that the stop cut short are not counted.
 */
export async function measure(parts: MeasureParts, request: MeasureRequest): Promise<Omit<Measurement, 'conditions'>> {
  const { clock } = parts;
  const { signal, concurrency, until } = request;
  const measuredAt = clock.now();
  const run = async (): Promise<Execution | null> => {
    const { task, input, limits, isolation, effects } = request;
    const execution = await parts.executions.run({ task, input, limits, isolation, effects, signal });
    return signal.aborted && execution.error?.code === 'CANCELLED' ? null : execution;
  };

  const first = await run();
  if (first !== null) request.onFirst?.(first);
  let warmed = first === null ? 0 : 1;
  await inPlaces(concurrency, async () => {
    if (warmed >= request.warmup || signal.aborted) return false;
    warmed += 1;
    await run();
    return true;
  });

  const wallMs = new Samples();
  const cpuMs = new Samples();
  const waitedMs = new Samples();
  const heapBytes = new Samples();
  const failures = new Map<string, { code: string; count: number; message: string }>();
  let begun = 0;
  let ended = 0;
  let requests = 0;
  const beganMs = clock.monotonic();
  const share = () => ('runs' in until ? ended / until.runs : Math.min(1, (clock.monotonic() - beganMs) / until.ms));
  await inPlaces(concurrency, async () => {
    const isEnough = 'runs' in until ? begun >= until.runs : clock.monotonic() - beganMs >= until.ms && begun > 0;
    if (isEnough || signal.aborted) return false;
    begun += 1;
    const execution = await run();
    if (execution === null) return false;
    ended += 1;
    const { cost, error } = execution;
    wallMs.add(Math.max(0, cost.wallMs - cost.waitedMs));
    cpuMs.add(cost.cpuMs);
    waitedMs.add(cost.waitedMs);
    // A run that a limit ended has no heap to tell of.
    if (cost.heapBytes > 0) heapBytes.add(cost.heapBytes);
    requests += cost.requests;
    if (error !== null) {
      const kind = failures.get(error.code) ?? { code: error.code, count: 0, message: error.message.slice(0, 500) };
      failures.set(error.code, { ...kind, count: kind.count + 1 });
    }
    request.onProgress?.(share(), ended);
    return true;
  });

  const elapsedMs = clock.monotonic() - beganMs;
  return {
    measuredAt,
    runs: ended,
    warmup: warmed,
    elapsedMs,
    perSecond: elapsedMs > 0 ? (ended * 1000) / elapsedMs : 0,
    firstMs: first?.cost.wallMs ?? 0,
    wallMs: summaryOf(wallMs.values()),
    cpuMs: summaryOf(cpuMs.values()),
    waitedMs: summaryOf(waitedMs.values()),
    heapBytes: summaryOf(heapBytes.values()),
    shape: ended === 0 ? [] : histogram(wallMs.values(), shapeBars),
    requestsPerRun: ended === 0 ? 0 : requests / ended,
    hosts: request.effects === undefined ? hostsOf(first) : [],
    failures: [...failures.values()].toSorted((a, b) => b.count - a.count),
    blocks: { wallMs: blockMedians(wallMs.values()), cpuMs: blockMedians(cpuMs.values()) },
  };
}

/** Does the same in several places at once, in each until it says false. */
async function inPlaces(count: number, next: () => Promise<boolean>): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (await next());
    }),
  );
}

/** Where the requests of a run went. */
export function hostsOf(execution: Pick<Execution, 'effects'> | null): string[] {
  return [...new Set((execution?.effects ?? []).map(({ url }) => URL.parse(url)?.host ?? '').filter((host) => host !== ''))];
}
