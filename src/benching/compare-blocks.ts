import { z } from 'zod';
import { fixedRandom } from './random.ts';
import { medianOf, quantile } from './summary.ts';

export const verdicts = ['slower', 'faster', 'same', 'too-few'] as const;

/** What can honestly be said of one quantity in two measurements. */
export const Change = z.object({
  verdict: z
    .enum(verdicts)
    .describe('same: no difference that this measurement can tell from chance; too-few: not enough runs to say anything.'),
  ratio: z.number().describe('Median now as a multiple of the median then.'),
  low: z.number().describe('The ratio lies above this with 97.5 % confidence.'),
  high: z.number().describe('The ratio lies below this with 97.5 % confidence.'),
  chance: z.number().describe('How likely a difference like this one is by chance alone (Mann-Whitney, two-sided).'),
});
export type Change = z.infer<typeof Change>;

/** Fewer blocks than this on either side say nothing. */
const leastBlocks = 8;
const resamples = 2_000;
/** How unlikely chance has to be. Whoever measures twenty tasks wants no false alarm among them. */
const mostChance = 0.01;
/**
 * Smaller differences are not called any: between two measurements of one program lie a warmer processor, another layout of memory and
 * other programs, and they make 3 % on a quiet machine. The whole interval has to lie beyond.
 */
export const leastChange = 0.05;

/**
 * Compares two measurements by their block medians. Says `slower` or `faster` only when the rank test finds chance unlikely and the
 * bootstrapped interval of the ratio of medians lies wholly beyond 5 %.
 */
export function compareBlocks(before: readonly number[], now: readonly number[]): Change {
  const [then, today] = [medianOf(before), medianOf(now)];
  const ratio = then > 0 ? today / then : 1;
  if (before.length < leastBlocks || now.length < leastBlocks || then <= 0) {
    return { verdict: 'too-few', ratio, low: 0, high: Number.MAX_VALUE, chance: 1 };
  }
  const { low, high } = ratioInterval(before, now);
  const chance = mannWhitney(before, now);
  const isChance = chance >= mostChance;
  const verdict = !isChance && low > 1 + leastChange ? 'slower' : !isChance && high < 1 - leastChange ? 'faster' : 'same';
  return { verdict, ratio, low, high, chance };
}

/** 95 % of the ratios of medians that come out when both sides are drawn again from themselves (percentile bootstrap). */
function ratioInterval(before: readonly number[], now: readonly number[]): { low: number; high: number } {
  const random = fixedRandom(20_240_229);
  const drawn = (values: readonly number[]) => medianOf(values.map(() => values[Math.floor(random() * values.length)]!));
  const ratios = Float64Array.from({ length: resamples }, () => drawn(now) / Math.max(drawn(before), Number.MIN_VALUE)).toSorted();
  return { low: quantile(ratios, 0.025), high: quantile(ratios, 0.975) };
}

/** Two-sided probability of ranks at least this uneven when both sides come from one source; normal approximation with ties. */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))].toSorted(
    (x, y) => x.value - y.value,
  );
  const total = all.length;
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < total;) {
    let to = from;
    while (to < total && all[to]!.value === all[from]!.value) to++;
    const rank = (from + to + 1) / 2;
    for (let index = from; index < to; index++) if (all[index]!.isA) rankSum += rank;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const variance = ((a.length * b.length) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return 1;
  return Math.min(1, 2 * (1 - normal((Math.abs(u - mean) - 0.5) / Math.sqrt(variance))));
}

/** Probability that a standard normal value lies below a deviation (Abramowitz and Stegun 7.1.26; off by less than 2e-7). */
function normal(deviation: number): number {
  const x = Math.abs(deviation) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x);
  return deviation >= 0 ? 1 - tail / 2 : tail / 2;
}
