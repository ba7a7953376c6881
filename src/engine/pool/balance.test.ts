import { describe, expect, it } from 'vitest';
import { nextWorker, type Balance } from './balance.ts';
import type { WorkerSlot } from './worker-slot.ts';

const slot = (
  name: string,
  running: number,
  more: { lastPicked?: number; lastRssBytes?: number; ended?: number; lost?: number } = {},
): WorkerSlot =>
  ({
    name,
    runs: { size: running },
    process: { lastRssBytes: more.lastRssBytes ?? 0 },
    lastPicked: more.lastPicked ?? 0,
    ended: more.ended ?? 0,
    lost: more.lost ?? 0,
  }) as unknown as WorkerSlot;

const picked = (balance: Balance, slots: WorkerSlot[]) =>
  (nextWorker(balance, slots, 8) as unknown as { name: string } | null)?.name ?? null;

describe('which worker takes the next execution', () => {
  it('is the one with the fewest executions by default', () => {
    expect(picked('least_loaded', [slot('a', 3), slot('b', 1), slot('c', 2)])).toBe('b');
  });

  it('is the one that has waited longest in round robin, however full it is', () => {
    expect(picked('round_robin', [slot('a', 0, { lastPicked: 9 }), slot('b', 5, { lastPicked: 2 }), slot('c', 0, { lastPicked: 4 })])).toBe(
      'b',
    );
  });

  it('is, weighted, not the one that keeps losing what it runs', () => {
    expect(picked('weighted', [slot('a', 0, { ended: 1, lost: 9 }), slot('b', 2)])).toBe('b');
  });

  it('is, weighted, the smaller of two that are equally full', () => {
    expect(picked('weighted', [slot('a', 1, { lastRssBytes: 900 * 1_048_576 }), slot('b', 1, { lastRssBytes: 60 * 1_048_576 })])).toBe('b');
  });

  it('is nobody when nobody has room', () => {
    expect(picked('least_loaded', [])).toBeNull();
  });
});
