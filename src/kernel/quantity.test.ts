import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBytes, parseDurationMs } from './quantity.ts';

describe('durations', () => {
  it('reads a bare number as seconds and every unit', () => {
    expect(['30', '0.5', '500ms', '2s', '1.5m', '1h', '7d', ' 10 s '].map(parseDurationMs)).toEqual([
      30_000, 500, 500, 2000, 90_000, 3_600_000, 604_800_000, 10_000,
    ]);
  });
  it('reads several units, and those of ISO 8601', () => {
    expect(['1m30s', '1h 30m', '1d12h', '2s500ms', 'PT10M', 'P1DT2H', 'pt0.5s', 'P2W'].map(parseDurationMs)).toEqual([
      90_000, 5_400_000, 129_600_000, 2500, 600_000, 93_600_000, 500, 1_209_600_000,
    ]);
    expect(['P', 'PT', 'P1M', 'P1Y', 'P1DT', '1m1m', '1s1m', 'PT1H30'].map(parseDurationMs)).toEqual(Array(8).fill(null));
  });
  it('refuses what is no duration', () => {
    expect(['', 's', '-1', '1e3', '5 parsecs', '30s1m', '0x10', '9'.repeat(40)].map(parseDurationMs)).toEqual(Array(8).fill(null));
  });
  it('gives back any whole number of milliseconds, and never throws', () => {
    fc.assert(fc.property(fc.nat(), (ms) => parseDurationMs(`${ms}ms`) === ms));
    fc.assert(fc.property(fc.nat({ max: 1_000_000 }), (ms) => parseDurationMs(`${ms / 1000}`) === ms));
    fc.assert(fc.property(fc.string(), (text) => parseDurationMs(text) === null || parseDurationMs(text)! >= 0));
  });
});

describe('amounts of memory', () => {
  it('reads powers of 1024 in every spelling', () => {
    expect(['1', '64KB', '256MB', '256M', '1.5 GB', '2MiB', '7 b'].map((t) => parseBytes(t))).toEqual([
      1, 65_536, 268_435_456, 268_435_456, 1_610_612_736, 2_097_152, 7,
    ]);
    expect(parseBytes('128', 'mb')).toBe(134_217_728);
  });
  it('refuses what is no amount', () => {
    expect(['', 'MB', '-1MB', '1TBs', 'lots'].map((t) => parseBytes(t))).toEqual(Array(5).fill(null));
  });
});
