import { describe, expect, it } from 'vitest';
import { blockMedians, Samples } from './samples.ts';
import { histogram, quantile, summaryOf } from './summary.ts';

describe('samples', () => {
  it('are kept in their order', () => {
    const samples = new Samples();
    for (let value = 0; value < 3_000; value++) samples.add(value);
    expect([...samples.values()]).toEqual(Array.from({ length: 3_000 }, (_, value) => value));
  });
  it('take no more room after half a million, and stay a fair choice in order', () => {
    const samples = new Samples();
    for (let value = 0; value < 500_400; value++) samples.add(value);
    const kept = samples.values();
    expect([samples.seen, kept.length]).toEqual([500_400, 500_000]);
    expect(kept.every((value, index) => index === 0 || value > kept[index - 1]!)).toBe(true);
    expect(kept.at(-1)).toBeGreaterThan(500_000);
  });
  it('are joined to blocks of neighbours', () => {
    expect(blockMedians(Float64Array.of(1, 1, 1, 9, 9, 2, 2, 2, 2, 9))).toEqual([1, 2]);
    expect(blockMedians(Float64Array.of(1, 2, 3, 4))).toEqual([]);
    expect(blockMedians(new Float64Array(10_000))).toHaveLength(50);
  });
});

describe('a summary', () => {
  it('names mean, least, percentiles and most', () => {
    const values = Float64Array.from({ length: 101 }, (_, index) => 100 - index);
    expect(summaryOf(values)).toEqual({ mean: 50, min: 0, p50: 50, p90: 90, p99: 99, max: 100 });
    expect(summaryOf(new Float64Array(0))).toEqual({ mean: 0, min: 0, p50: 0, p90: 0, p99: 0, max: 0 });
    expect(quantile([1, 2], 0.5)).toBe(1.5);
  });
  it('shows the shape, and leaves the last hundredth out of it', () => {
    expect(histogram(Float64Array.of(0, 0, 0, 0, 10), 2)).toHaveLength(2);
    const shape = histogram(
      Float64Array.from({ length: 1_000 }, (_, index) => (index === 999 ? 1e6 : index % 10)),
      10,
    );
    expect(shape.every((bar) => bar > 0.5)).toBe(true);
    expect(histogram(Float64Array.of(5, 5, 5), 3)).toEqual([1, 0, 0]);
  });
});
