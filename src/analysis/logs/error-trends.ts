import { isoTime } from '#kernel/index.ts';
import type { TrendRequest } from '../analysis-services.ts';
import type { Failures, ListedFailure } from '../failures.ts';
import { matchesOf, type CompiledPattern } from '../pattern/compile-pattern.ts';
import { factsOfFailure } from '../pattern/error-facts.ts';
import type { ErrorTrends } from './log-shapes.ts';

const mostFailures = 10_000;
/** Errors are compared in parts, so that other requests have their turn. */
const atOnce = 500;
const mostSeries = 50;
const mostTasks = 10;
const usualBuckets = 30;
const mostBuckets = 1_000;

interface Series {
  readonly key: string;
  readonly name: string;
  total: number;
  first: number;
  last: number;
  latest: number;
  readonly tasks: Map<string, number>;
  readonly buckets: Map<number, number>;
}

/** Counts the failures of a window, the newest first where there are more than are looked at. */
export async function errorTrends(
  failures: Failures,
  patterns: readonly CompiledPattern[],
  threshold: number,
  { by, since, until, bucketMs }: TrendRequest,
  taskId: number | null,
): Promise<ErrorTrends> {
  const length = Math.max(1, until - since);
  const width = Math.max(bucketMs ?? roundWidth(length / usualBuckets), Math.ceil(length / mostBuckets), 1);
  const series = new Map<string, Series>();
  let count = 0;
  let before: { completedAt: number; id: number } | null = null;
  let isComplete = false;
  while (count < mostFailures) {
    const part = await failures.between({ since, until, taskId, withErrors: by === 'pattern', limit: atOnce, before });
    for (const failure of part) add(failure);
    count += part.length;
    isComplete = part.length < atOnce;
    if (isComplete) break;
    before = part.at(-1)!;
  }
  return {
    by,
    since: isoTime(since),
    until: isoTime(until),
    bucketMs: width,
    failures: count,
    isComplete,
    series: [...series.values()]
      .toSorted((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1))
      .slice(0, mostSeries)
      .map(({ key, name, total, first, last, latest, tasks, buckets }) => ({
        key,
        name,
        total,
        firstSeenAt: isoTime(first),
        lastSeenAt: isoTime(last),
        tasks: [...tasks]
          .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
          .slice(0, mostTasks)
          .map(([task]) => task),
        latestExecutionId: String(latest),
        buckets: [...buckets].toSorted(([a], [b]) => a - b).map(([at, own]) => ({ at: isoTime(at), count: own })),
      })),
  };

  function add(failure: ListedFailure): void {
    const [key, name] = keyOf(failure);
    const at = failure.completedAt;
    const own = series.get(key) ?? {
      key,
      name,
      total: 0,
      first: at,
      last: at,
      latest: failure.id,
      tasks: new Map<string, number>(),
      buckets: new Map<number, number>(),
    };
    series.set(key, own);
    own.total++;
    own.first = Math.min(own.first, at);
    own.last = Math.max(own.last, at);
    own.latest = Math.max(own.latest, failure.id);
    own.tasks.set(failure.taskName, (own.tasks.get(failure.taskName) ?? 0) + 1);
    const bucket = since + Math.floor((at - since) / width) * width;
    own.buckets.set(bucket, (own.buckets.get(bucket) ?? 0) + 1);
  }

  function keyOf(failure: ListedFailure): readonly [key: string, name: string] {
    switch (by) {
      case 'code':
        return [failure.code, failure.code];
      case 'task':
        return [String(failure.taskId), failure.taskName];
      case 'fingerprint':
        return [failure.fingerprint ?? '', failure.fingerprint === null ? 'without a fingerprint' : failure.code];
      case 'pattern': {
        const [best] = failure.error === null ? [] : matchesOf(factsOfFailure(failure.error), patterns, threshold);
        return best === undefined ? ['', 'fits no pattern'] : [best.compiled.pattern.id, best.compiled.pattern.name];
      }
    }
  }
}

/** The next length that people count in. */
function roundWidth(ms: number): number {
  const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400].map(
    (seconds) => seconds * 1_000,
  );
  return lengths.find((one) => one >= ms) ?? Math.ceil(ms / 86_400_000) * 86_400_000;
}
