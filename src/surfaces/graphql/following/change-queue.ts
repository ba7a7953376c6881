import { subscriberTooSlow } from '../errors.ts';

/** Different things that may wait for one subscriber; newer states of one that waits already take its place. */
export const mostWaiting = 1_000;

export interface ChangeQueue<Thing> extends AsyncIterableIterator<Thing, undefined> {
  /** Hands over the newest state of a thing. Never waits. */
  push(key: string, thing: Thing): void;
  return(): Promise<IteratorResult<Thing, undefined>>;
}

/**
 * What waits for one subscriber, each thing once and in its newest state. One that reads so slowly that too many different things wait is ended
 * with SUBSCRIBER_TOO_SLOW, which says how many.
 */
export function changeQueue<Thing>(onEnd: () => void): ChangeQueue<Thing> {
  const waiting = new Map<string, Thing>();
  let missed = 0;
  let isOver = false;
  let wake: (() => void) | null = null;
  const end = () => {
    if (isOver) return;
    isOver = true;
    onEnd();
    wake?.();
  };
  return {
    push(key, thing) {
      if (isOver) return;
      // Where it was in the line it stays: nothing is put off for ever by changing often.
      if (waiting.size >= mostWaiting && !waiting.has(key)) missed++;
      else waiting.set(key, thing);
      wake?.();
    },
    async next() {
      for (;;) {
        const first = waiting.entries().next();
        if (!first.done) {
          const [key, thing] = first.value;
          waiting.delete(key);
          return { done: false, value: thing };
        }
        if (missed > 0 && !isOver) {
          end();
          throw subscriberTooSlow({ missed });
        }
        if (isOver) return { done: true, value: undefined };
        await new Promise<void>((resolve) => (wake = resolve));
        wake = null;
      }
    },
    async return() {
      waiting.clear();
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
