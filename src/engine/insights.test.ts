import { describe, expect, it } from 'vitest';
import { programOf } from '#testing/code-program.ts';
import { addInsight } from './insights.ts';
import type { Insights } from './instruments.ts';

const program = programOf('return () => 1');
const all = { coverage: true, profile: true };
const told = (kind: string, value: unknown): Insights => addInsight(null, { kind, json: JSON.stringify(value), atMs: 5 }, all, program);
const frame = (functionName: string, url = '', lineNumber = 3) => ({ functionName, scriptId: '4', url, lineNumber, columnNumber: 2 });

describe('what a worker says an instrument saw', () => {
  it('is left out where it is not what was expected', () => {
    for (const kind of ['coverage', 'profile', 'samples', 'other']) {
      for (const value of [
        null,
        7,
        'text',
        [],
        {},
        { functions: 'none' },
        { functions: [null, {}, { ranges: [{}] }] },
        { profile: { nodes: [null, {}] } },
        { profiles: [null, { profile: null }] },
      ]) {
        expect(told(kind, value)).toMatchObject({ coverage: null, profile: null });
      }
    }
    expect(addInsight(null, { kind: 'coverage', json: '{', atMs: 0 }, all, program).coverage).toBeNull();
  });

  it('is left out where nobody asked', () => {
    const coverage = JSON.stringify({ functions: [{ functionName: 'f', ranges: [{ startOffset: 0, endOffset: 5, count: 1 }] }] });
    expect(addInsight(null, { kind: 'coverage', json: coverage, atMs: 0 }, { profile: true }, program).coverage).toBeNull();
    expect(addInsight(null, { kind: 'coverage', json: coverage, atMs: 0 }, all, program).coverage).not.toBeNull();
  });

  it('counts only ranges that lie in the script', () => {
    const range = (startOffset: unknown, endOffset: unknown, count: unknown = 1) => ({ startOffset, endOffset, count });
    const ranges = [
      range(0, 10),
      range(3, 2),
      range(-1, 4),
      range(0, 1e9),
      range(0.5, 2),
      range(0, 2, -1),
      range(0, 2, 'many'),
      range(2, 4, 9),
    ];
    expect(
      told('coverage', {
        functions: [
          { functionName: 5, ranges },
          { functionName: 'gone', ranges: [range(0, 1e9)] },
        ],
      }).coverage,
    ).toEqual({
      functions: [
        {
          name: '',
          ranges: [
            { start: 0, end: 10, count: 1 },
            { start: 2, end: 4, count: 9 },
          ],
        },
      ],
    });
  });

  it('charges nobody with the time in which nothing ran', () => {
    const nodes = [
      { id: 1, callFrame: frame('(root)'), hitCount: 0, children: [2, 99] },
      { id: 2, callFrame: frame('f', 'main.js'), hitCount: 2, children: [] },
    ];
    const profile = { nodes, startTime: 1_000, endTime: 9_000, samples: [2, 2, 77], timeDeltas: [100, 100, 100] };
    const { profile: made, profileStartedMs } = told('profile', {
      profile,
      rests: [[1_300, 8_000], [1_250, 1_260], [0, 5], 'never', [2_000]],
    });
    expect(profileStartedMs).toBe(5);
    const idle = made!.nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')!;
    expect(made!.nodes[0]!.children).toEqual([2, idle.id]);
    expect([made!.samples, made!.timeDeltas]).toEqual([
      [2, 2, idle.id],
      [100, 100, 100],
    ]);
  });

  it('joins the profiles that a sampler takes at each entry', () => {
    const sampled = (startTime: number, name: string) => ({
      threadId: 1,
      profile: {
        startTime,
        endTime: startTime + 1_000,
        samples: [3, 3],
        timeDeltas: [200, 400],
        nodes: [
          { id: 1, hitCount: 0, children: [2, 4], callFrame: frame('(root)') },
          { id: 2, hitCount: 0, children: [3], callFrame: frame('main', 'main.js') },
          { id: 3, hitCount: 2, children: [2], callFrame: frame(name, 'main.js', 7) },
          { id: 4, hitCount: 0, children: [], callFrame: frame('(program)') },
        ],
      },
    });
    const { profile } = told('samples', { profiles: [sampled(5_000, 'g'), sampled(1_000, 'f'), sampled(9_000, 'f')], rests: [] });
    const byName = new Map(profile!.nodes.map((node) => [node.callFrame.functionName, node]));
    expect([...byName.keys()].toSorted()).toEqual(['(idle)', '(program)', '(root)', 'f', 'g', 'main']);
    // Lines of the sampler count from 1.
    expect(byName.get('f')).toMatchObject({ hitCount: 4, callFrame: { url: 'main.js', lineNumber: 6 } });
    const [f, g] = [byName.get('f')!.id, byName.get('g')!.id];
    expect(profile!.samples).toEqual([f, f, g, g, f, f]);
    expect(profile!.timeDeltas).toEqual([200, 200, 3_800, 200, 3_800, 200]);
    expect([profile!.startTime, profile!.endTime]).toEqual([1_000, 10_000]);
  });
});
