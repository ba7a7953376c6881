import { describe, expect, it } from 'vitest';
import { CalmRecord } from './calm-record.ts';

function triesUntilCalm(record: CalmRecord): number {
  for (let tries = 0; ; tries++) {
    if (record.isCalm) return tries;
    record.ended(0.1, false);
  }
}

describe('the record of a program', () => {
  it('calls it calm after three executions in a row that were short and asked for nothing', () => {
    const record = new CalmRecord();
    record.ended(0.1, false);
    record.ended(0.1, false);
    record.ended(0.1, true);
    expect(triesUntilCalm(record)).toBe(3);
    record.ended(1.5, false);
    expect(record.isCalm).toBe(false);
  });

  it('asks for more after each disappointment, but never gives up', () => {
    const record = new CalmRecord();
    const needed: number[] = [];
    for (let i = 0; i < 8; i++) {
      needed.push(triesUntilCalm(record));
      record.disappointed();
    }
    expect(needed).toEqual([3, 12, 48, 192, 768, 3_072, 10_000, 10_000]);
  });
});
