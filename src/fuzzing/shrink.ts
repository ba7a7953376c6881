import type fc from 'fast-check';
import type { LimitWishes } from '#engine/index.ts';
import { mixedSeed } from './case-arbitrary.ts';
import type { FastCheck } from './dice.ts';
import type { FuzzCase } from './fuzz-case.ts';
import type { Wrong } from './judge.ts';
import { runAgain, runFuzzCase, type Ground, type RanFuzzCase } from './run-case.ts';

/** Most runs and milliseconds spent on making one case smaller. */
const mostRuns = 500;
const mostMs = 5_000;
/** Where each run that fails takes as long as its limit. */
const mostDearMs = 3_000;

export interface Shrunk {
  readonly fuzzCase: FuzzCase;
  readonly ran: RanFuzzCase;
  readonly wrong: Wrong;
  readonly path: string;
  readonly executions: number;
}

/** Kinds that show by using up a limit: every run that fails takes that long. */
const dear = new Set(['memory', 'endless', 'crash', 'too-many-requests']);

/**
 * Runs the case of a seed alone, and then simpler and simpler ones, as long as they show the same bug.
 * @param seed number of the case, as `--seed` takes it
 * @returns null when the case alone shows no bug: what was seen came from runs beside it
 */
export async function shrink(
  fastCheck: FastCheck,
  arbitrary: fc.Arbitrary<FuzzCase>,
  ground: Ground,
  { seed, limits, kind }: { seed: number; limits: LimitWishes; kind: Wrong['kind'] },
): Promise<Shrunk | null> {
  let executions = 0;
  const attempt = async (fuzzCase: FuzzCase, within: LimitWishes): Promise<{ ran: RanFuzzCase; wrong: Wrong } | null> => {
    executions += 1;
    const ran = await runFuzzCase(ground, fuzzCase, within);
    if (ran.verdict.is === 'bad') return { ran, wrong: ran.verdict };
    if (kind !== 'nondeterministic' || ran.verdict.is !== 'fine') return null;
    executions += 1;
    const again = await runAgain(ground, fuzzCase, within, ran.execution);
    return again?.is === 'bad' ? { ran, wrong: again } : null;
  };

  let first: { ran: RanFuzzCase; wrong: Wrong } | null = null;
  let original: FuzzCase | undefined;
  const smaller: FuzzCase[] = [];
  let until = Infinity;
  let isFirst = true;
  const property = fastCheck.asyncProperty(arbitrary, async (fuzzCase) => {
    if (isFirst) {
      isFirst = false;
      original = fuzzCase;
      first = await attempt(fuzzCase, limits);
      until = performance.now() + (first !== null && dear.has(first.wrong.kind) ? mostDearMs : mostMs);
      return first === null;
    }
    if (executions >= mostRuns || performance.now() > until || ground.signal.aborted) return true;
    const found = await attempt(fuzzCase, dear.has(first!.wrong.kind) ? tightened(limits) : limits);
    if (found?.wrong.key !== first!.wrong.key) return true;
    smaller.push(fuzzCase);
    return false;
  });
  const { counterexamplePath } = await fastCheck.check(property, { seed: mixedSeed(seed), numRuns: 1 });
  const start = first as { ran: RanFuzzCase; wrong: Wrong } | null;
  if (start === null || original === undefined) return null;

  // What broke the tighter limit need not break the usual one: then one of the steps before it does.
  const step = Math.ceil(smaller.length / 4);
  for (let at = smaller.length - 1; at >= 0; at -= step) {
    const fuzzCase = smaller[at]!;
    const confirmed = await attempt(fuzzCase, limits);
    if (confirmed?.wrong.key === start.wrong.key) return { fuzzCase, ...confirmed, path: counterexamplePath ?? '0', executions };
  }
  return { fuzzCase: original, ...start, path: '0', executions };
}

/** What goes beyond a limit goes beyond a smaller one as well, and sooner. */
export function tightened({ cpuMs, wallMs, ...limits }: LimitWishes): LimitWishes {
  const quarter = (limit: number | undefined) => (limit === undefined ? undefined : Math.ceil(limit / 4));
  return { ...limits, cpuMs: quarter(cpuMs), wallMs: quarter(wallMs) };
}
