import { describe, expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';

/** Batches that end when the test says so. */
function held() {
  const batches: (readonly number[])[] = [];
  const ends: (() => void)[] = [];
  const run = (items: readonly number[]) =>
    new Promise<readonly number[]>((resolve) => {
      batches.push(items);
      ends.push(() => resolve(items.map((item) => item * 10)));
    });
  return { batches, ends, run };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('takes together what arrives in one tick, and then what arrived meanwhile', async () => {
    const { batches, ends, run } = held();
    const batched = createBatcher(run);
    const first = [batched(1), batched(2)];
    expect(batches).toEqual([]);
    await batched.handedOver();
    const second = [batched(3)];
    await tick();
    second.push(batched(4));
    expect(batches).toEqual([[1, 2]]);
    ends[0]!();
    expect(await Promise.all(first)).toEqual([10, 20]);
    await batched.handedOver();
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
    ends[1]!();
    expect(await Promise.all(second)).toEqual([30, 40]);
  });

  it('lets in what keeps arriving, for some milliseconds at most', async () => {
    const sizes: number[] = [];
    const batched = createBatcher(async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    });
    const all: Promise<number>[] = [];
    // One in each turn of the event loop, for longer than a batch waits.
    const until = performance.now() + 20;
    while (performance.now() < until) {
      all.push(batched(all.length));
      await tick();
    }
    await Promise.all(all);
    expect(sizes[0]).toBeGreaterThan(1);
    expect(sizes.length).toBeGreaterThan(1);
  });

  it('never takes more than it may, and keeps the order', async () => {
    const sizes: number[] = [];
    const batched = createBatcher(async (items: readonly number[]) => {
      sizes.push(items.length);
      return items;
    }, 3);
    expect(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(batched))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('gives an error to its item alone, a rejection to all of the batch, and goes on', async () => {
    const batched = createBatcher(async (items: readonly number[]) => {
      if (items.includes(99)) throw new Error('all');
      return items.map((item) => (item < 0 ? new Error(`no ${item}`) : item));
    });
    const outcomes = await Promise.allSettled([batched(1), batched(-1), batched(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(Promise.all([batched(3), batched(99)])).rejects.toThrow('all');
    expect(await batched(5)).toBe(5);
  });

  it('says so when answers are missing', async () => {
    const batched = createBatcher(async () => []);
    await expect(batched(1)).rejects.toThrow(/1 items got 0 answers/);
  });
});
