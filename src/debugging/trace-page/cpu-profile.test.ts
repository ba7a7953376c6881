import { describe, expect, it } from 'vitest';
import { flameOf, hotLinesOf, type CpuProfile } from './cpu-profile.ts';

const node = (
  id: number,
  functionName: string,
  url: string,
  children: number[] = [],
  positionTicks?: { line: number; ticks: number }[],
) => ({
  id,
  callFrame: { functionName, url, lineNumber: id * 10 - 1, columnNumber: 0, scriptId: '1' },
  hitCount: 0,
  children,
  ...(positionTicks ? { positionTicks } : {}),
});

/** (root) -> enter (ours) -> main -> helper; each sample lasts a millisecond. */
function profile(samples: number[]): CpuProfile {
  const nodes = [
    node(1, '(root)', '', [2, 5, 6]),
    node(2, 'enter', 'realm.js', [3]),
    node(
      3,
      'main',
      'main.js',
      [4],
      [
        { line: 7, ticks: 1 },
        { line: 8, ticks: 3 },
      ],
    ),
    node(4, '', 'main.js'),
    node(5, '(idle)', ''),
    node(6, '(garbage collector)', ''),
  ];
  return { nodes, samples, startTime: 0, endTime: 0, timeDeltas: [500, ...samples.map(() => 1_000)] };
}
const bars = (samples: number[]) =>
  flameOf(profile(samples), ['main.js'], 10).map(({ name, depth, startMs, endMs }) => [name, depth, startMs, endMs]);

describe('the flame of a profile', () => {
  it('joins neighbouring samples of the same callers, and leaves out what called the author', () => {
    expect(bars([3, 4, 4, 3])).toEqual([
      ['main', 0, 10.5, 14.5],
      ['(anonymous)', 1, 11.5, 13.5],
    ]);
  });
  it('has a gap where nothing ran', () => {
    expect(bars([3, 5, 3])).toEqual([
      ['main', 0, 10.5, 11.5],
      ['main', 0, 12.5, 13.5],
    ]);
  });
  it('shows the collector on top of what it interrupted', () => {
    expect(bars([3, 6, 3])).toEqual([
      ['main', 0, 10.5, 13.5],
      ['(garbage collector)', 1, 11.5, 12.5],
    ]);
  });
  it('shows what only the platform does as one thing', () => {
    expect(bars([2, 2, 3])).toEqual([
      ['(ratchet)', 0, 10.5, 12.5],
      ['main', 0, 12.5, 13.5],
    ]);
  });
  it('takes a long gap between samples for waiting', () => {
    const waiting = { ...profile([3, 3, 3]), timeDeltas: [500, 1_000, 200_000, 1_000] };
    expect(flameOf(waiting, ['main.js'], 0).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0.5, 2.5],
      [201.5, 202.5],
    ]);
    expect(hotLinesOf(waiting, ['main.js']).reduce((sum, { selfMs }) => sum + selfMs, 0)).toBeCloseTo(3);
  });
  it('survives a profile that is none', () => {
    const broken = { ...profile([99, 3]), timeDeltas: [] };
    expect(flameOf(broken, [], 0)).toEqual([]);
    expect(hotLinesOf({ nodes: [], startTime: 0, endTime: 0, samples: [], timeDeltas: [] }, [])).toEqual([]);
  });
});

describe('hot lines', () => {
  it('share the time of a function among its lines, most first, and count the author alone', () => {
    expect(hotLinesOf(profile([2, 3, 3, 3, 3, 4]), ['main.js'])).toEqual([
      { file: 'main.js', line: 8, selfMs: 3 },
      { file: 'main.js', line: 7, selfMs: 1 },
      { file: 'main.js', line: 40, selfMs: 1 },
    ]);
  });
});
