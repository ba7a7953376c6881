import type fc from 'fast-check';
import type { LimitWishes } from '#engine/index.ts';
import { mixedSeed } from './case-arbitrary.ts';
import type { FastCheck } from './dice.ts';
import type { FuzzCase } from './fuzz-case.ts';
import type { Verdict, Wrong } from './judge.ts';
import { runAgain, runFuzzCase, type Ground } from './run-case.ts';
import { shrink, tightened, type Shrunk } from './shrink.ts';

export interface ExploreOptions {
  /** Number of the first case; the next has the next number. */
  readonly seed: number;
  readonly runs: number;
  /** No new case is begun after so many milliseconds. */
  readonly mostMs: number;
  /** Findings that are enough. */
  readonly enough: number;
  /** Runs side by side. */
  readonly parallel: number;
  readonly limits: LimitWishes;
  readonly onBatch: (runs: number, findings: number) => void;
  readonly onShrink: (wrong: Wrong) => void;
  readonly onFound: (found: Found) => void;
}

/** A bug with its smallest case. */
export interface Found extends Shrunk {
  readonly seed: number;
  hits: number;
  /** What was seen in other runs of the same bug, where it was something else. */
  readonly also: Set<string>;
}

export interface Explored {
  readonly found: readonly Found[];
  readonly runs: number;
  readonly executions: number;
  readonly endedBy: 'runs' | 'time' | 'findings' | 'stop';
  /** Runs whose end says nothing about the task, by reason. */
  readonly voids: ReadonlyMap<string, number>;
}

/** Cases are begun in batches and judged in the order of their numbers, so that what is found does not depend on which run is faster. */
const batchSizes = [8, 16, 32];
const batchSize = 64;
/** One case in so many is run twice, to see whether it ends the same way. */
const twiceEvery = 16;
/** Candidates of one kind that are looked at alone, per batch: when a worker ends, all of its runs end, and one of them is the cause. */
const mostCandidates = 8;
const mostAlso = 9;

/** Runs case after case until the runs, the time or the patience for more findings are used up. */
export async function explore(
  fastCheck: FastCheck,
  arbitrary: fc.Arbitrary<FuzzCase>,
  ground: Ground,
  options: ExploreOptions,
): Promise<Explored> {
  const startedMs = performance.now();
  const found = new Map<string, Found>();
  /** What a run among others looked like, and what it turned out to be alone. */
  const aliases = new Map<string, string>();
  const voids = new Map<string, number>();
  let runs = 0;
  let executions = 0;
  let batches = 0;
  const end = (): Explored['endedBy'] | null => {
    if (ground.signal.aborted) return 'stop';
    if (runs >= options.runs) return 'runs';
    if (found.size >= options.enough) return 'findings';
    return performance.now() - startedMs >= options.mostMs ? 'time' : null;
  };

  for (;;) {
    const endedBy = end();
    if (endedBy !== null) return { found: [...found.values()], runs, executions, endedBy, voids };
    const size = Math.min(batchSizes[batches++] ?? batchSize, options.runs - runs);
    const seeds = Array.from({ length: size }, (_, index) => (options.seed + runs + index) | 0);
    // Once one endless loop is known, the others need not be watched for as long.
    const limits = [...found.values()].some(({ wrong }) => wrong.kind === 'endless') ? tightened(options.limits) : options.limits;
    const verdicts = await inParallel(options.parallel, seeds, async (seed) => {
      if (performance.now() - startedMs >= options.mostMs || ground.signal.aborted) return null;
      const [fuzzCase] = fastCheck.sample(arbitrary, { seed: mixedSeed(seed), numRuns: 1 });
      executions += 1;
      const { verdict, execution } = await runFuzzCase(ground, fuzzCase!, limits);
      if (verdict.is !== 'fine' || seed % twiceEvery !== 0) return verdict;
      executions += 1;
      return (await runAgain(ground, fuzzCase!, limits, execution)) ?? verdict;
    });
    runs += verdicts.filter((verdict) => verdict !== null).length;
    await look(seeds, verdicts);
    options.onBatch(runs, found.size);
  }

  /** Goes through a batch in the order of the cases, and looks into each bug that was not seen before. */
  async function look(seeds: readonly number[], verdicts: readonly (Verdict | null)[]): Promise<void> {
    const candidates = new Map<string, number>();
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict?.is === 'void') voids.set(verdict.why, (voids.get(verdict.why) ?? 0) + 1);
      if (verdict?.is !== 'bad') continue;
      const known = found.get(verdict.key) ?? found.get(aliases.get(verdict.key) ?? '');
      if (known !== undefined) {
        known.hits += 1;
        continue;
      }
      const tried = candidates.get(verdict.key) ?? 0;
      if (tried >= mostCandidates || found.size >= options.enough || ground.signal.aborted) continue;
      candidates.set(verdict.key, tried + 1);
      options.onShrink(verdict);
      const seed = seeds[index]!;
      const shrunk = await shrink(fastCheck, arbitrary, ground, { seed, limits: options.limits, kind: verdict.kind });
      executions += shrunk?.executions ?? 1;
      if (shrunk === null) continue;
      const one = { ...passedOn(shrunk), seed, hits: 1, also: new Set<string>() };
      const { key } = one.wrong;
      aliases.set(verdict.key, key);
      const same = found.get(key);
      if (same !== undefined) {
        same.hits += 1;
        if (shrunk.wrong.message !== same.wrong.message && same.also.size < mostAlso) same.also.add(shrunk.wrong.message);
      } else {
        found.set(key, one);
        options.onFound(one);
      }
    }
  }
}

/** A task that passes on what it is answered has one bug, however many fields there are in the answer. */
function passedOn(shrunk: Shrunk): Shrunk {
  const { wrong, ran } = shrunk;
  const isOutput = wrong.kind === 'output-invalid' || wrong.kind === 'output-not-json';
  if (!isOutput || !ran.world.given.some(({ notes }) => notes.length > 0)) return shrunk;
  return { ...shrunk, wrong: { ...wrong, about: null, key: `${wrong.kind} passed on` } };
}

/** Results in the order of the items, with at most so many under way. */
async function inParallel<Item, Result>(most: number, items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
  return results;
}
