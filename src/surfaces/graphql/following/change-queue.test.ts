import { describe, expect, it } from 'vitest';
import { changeQueue, mostWaiting } from './change-queue.ts';

describe('What waits for a subscriber', () => {
  it('is each thing once, in its newest state, in the order in which they first changed', async () => {
    const queue = changeQueue<string>(() => {});
    queue.push('a', 'a1');
    queue.push('b', 'b1');
    queue.push('a', 'a2');
    expect([await queue.next(), await queue.next()]).toEqual([
      { done: false, value: 'a2' },
      { done: false, value: 'b1' },
    ]);
  });

  it('is waited for where there is nothing', async () => {
    const queue = changeQueue<string>(() => {});
    const next = queue.next();
    queue.push('a', 'later');
    expect(await next).toEqual({ done: false, value: 'later' });
  });

  it('is bounded: who is too far behind gets what is kept, and then is told how much was not', async () => {
    let ended = 0;
    const queue = changeQueue<number>(() => ended++);
    for (let n = 0; n < mostWaiting + 7; n++) queue.push(String(n), n);
    queue.push('3', -3);
    const got: (number | undefined)[] = [];
    for (let n = 0; n < mostWaiting; n++) got.push((await queue.next()).value);
    expect(got[3]).toBe(-3);
    expect(got).toHaveLength(mostWaiting);
    await expect(queue.next()).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW', data: { missed: 7 } });
    expect(ended).toBe(1);
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  it('ends at once when the subscriber leaves while it waits', async () => {
    let ended = 0;
    const queue = changeQueue<string>(() => ended++);
    const next = queue.next();
    await queue.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(ended).toBe(1);
  });
});
