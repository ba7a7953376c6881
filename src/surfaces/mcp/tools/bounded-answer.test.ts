import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedAnswer, longestAnswer } from './bounded-answer.ts';

describe('a long answer', () => {
  it('is left as it is when it is short enough', () => {
    const answer = { output: { text: 'x'.repeat(1_000) }, list: [1, 2, 3] };
    expect(boundedAnswer(answer, null)).toBe(answer);
  });

  it('is cut at the ends of texts and lists, says where, and how to get the rest', () => {
    const answer = { execution_id: 'e', output: { rows: Array.from({ length: 5_000 }, (_, index) => ({ index, text: 'y'.repeat(50) })) } };
    const cut = boundedAnswer(answer, 'Read the resource.');
    expect(JSON.stringify(cut).length).toBeLessThanOrEqual(longestAnswer);
    expect(cut['execution_id']).toBe('e');
    const { rows } = cut['output'] as { rows: unknown[] };
    expect(rows.length).toBeGreaterThan(50);
    expect(rows).toEqual(answer.output.rows.slice(0, rows.length));
    expect(cut['truncated']).toEqual({ parts: [`output.rows: ${rows.length} of 5000 items`], rest: 'Read the resource.' });
  });

  it('keeps long texts as long as there is room', () => {
    const cut = boundedAnswer({ a: 'a'.repeat(100_000), b: 'short' }, null);
    expect(cut['b']).toBe('short');
    expect(cut['a']).toMatch(/^a{8000} \.\.\. \(92000 more characters\)$/);
  });

  it('is short enough whatever it was, and keeps the kinds of its fields', () => {
    const kind = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 400 }), (value, times) => {
        const answer = { value, many: Array.from({ length: times }, () => value), text: JSON.stringify(value).repeat(times) };
        const cut = boundedAnswer(answer, null);
        expect(JSON.stringify(cut).length).toBeLessThanOrEqual(longestAnswer + 2_000);
        for (const name of ['value', 'many', 'text'] as const) expect(kind(cut[name])).toBe(kind(answer[name]));
      }),
      { numRuns: 60 },
    );
  });
});
