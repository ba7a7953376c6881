import { describe, expect, it } from 'vitest';
import { compareBlocks, mannWhitney } from './compare-blocks.ts';
import { fixedRandom } from './random.ts';
import { blockMedians } from './samples.ts';

/**
 * What a measurement looks like: a floor with a long tail, a drift that neighbours share, and a day that makes everything a little
 * slower or faster.
 */
function measured(seed: number, factor: number, { runs = 1_000, dayNoise = 0.01 } = {}): Float64Array {
  const random = fixedRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const day = 1 + dayNoise * normal();
  let drift = 0;
  return Float64Array.from({ length: runs }, () => {
    drift = drift * 0.98 + 0.004 * normal();
    const tail = random() < 0.02 ? 5 * random() : 0;
    return factor * day * (1 + drift) * (1 + 0.1 * Math.abs(normal()) + tail);
  });
}
const verdictsOf = (count: number, factor: number, options?: Parameters<typeof measured>[2]) =>
  Array.from(
    { length: count },
    (_, index) =>
      compareBlocks(blockMedians(measured(2 * index, 1, options)), blockMedians(measured(2 * index + 1, factor, options))).verdict,
  );
const share = (list: readonly string[], wanted: string) => list.filter((one) => one === wanted).length / list.length;

describe('comparing two measurements', () => {
  it('finds no difference where there is none, on all but one day in a hundred', () => {
    expect(share(verdictsOf(120, 1), 'same')).toBeGreaterThanOrEqual(0.99);
  });
  it('finds an eighth more or less', () => {
    expect(share(verdictsOf(40, 1.125), 'slower')).toBeGreaterThanOrEqual(0.95);
    expect(share(verdictsOf(40, 0.875), 'faster')).toBeGreaterThanOrEqual(0.95);
  });
  it('does not call a hundredth a difference, however many runs there are', () => {
    expect(share(verdictsOf(12, 1.01, { runs: 20_000, dayNoise: 0 }), 'same')).toBe(1);
  });
  it('says how large the difference is, and between what it lies', () => {
    const { ratio, low, high, chance } = compareBlocks(blockMedians(measured(1, 1)), blockMedians(measured(2, 1.5)));
    expect(low).toBeLessThan(ratio);
    expect(high).toBeGreaterThan(ratio);
    expect([Math.round(ratio * 10) / 10, chance < 0.001]).toEqual([1.5, true]);
  });
  it('says nothing about a handful of runs, or about nothing', () => {
    expect(compareBlocks(blockMedians(measured(1, 1, { runs: 20 })), blockMedians(measured(2, 9))).verdict).toBe('too-few');
    expect(compareBlocks([], []).verdict).toBe('too-few');
    expect(
      compareBlocks(
        Array.from({ length: 20 }, () => 0),
        Array.from({ length: 20 }, () => 1),
      ).verdict,
    ).toBe('too-few');
  });
  it('comes to the same result every time', () => {
    const [before, now] = [blockMedians(measured(1, 1)), blockMedians(measured(2, 1.02))];
    expect(compareBlocks(before, now)).toEqual(compareBlocks(before, now));
  });
});

describe('the rank test', () => {
  // Checked by hand against tables: n = m = 8, U = 0 is significant far below 1 %.
  it('knows the unlikely from the usual', () => {
    const low = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(
      mannWhitney(
        low,
        low.map((value) => value + 10),
      ),
    ).toBeLessThan(0.001);
    expect(mannWhitney([1, 3, 5, 7], [2, 4, 6, 8])).toBeGreaterThan(0.5);
    expect(mannWhitney([1, 1, 1], [1, 1, 1])).toBe(1);
  });
});
