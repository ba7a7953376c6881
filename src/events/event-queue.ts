import type { EventFeed, FeedEvent } from '#kernel/index.ts';

/** Events a slow reader may be behind; beyond, the oldest are dropped, and the reader is told how many. */
export const mostWaiting = 10_000;

export interface EventQueue extends AsyncIterable<FeedEvent> {
  /** How many were dropped since it was last asked. */
  missed(): number;
  close(): void;
}

/** What a feed publishes from now on, for one reader at its own pace; ends with the signal. */
export function eventQueue(feed: EventFeed, isWanted: (event: FeedEvent) => boolean, signal: AbortSignal): EventQueue {
  const waiting: FeedEvent[] = [];
  let wake: (() => void) | null = null;
  let isClosed = signal.aborted;
  let dropped = 0;
  const stopListening = feed.subscribe((event) => {
    if (!isWanted(event)) return;
    waiting.push(event);
    if (waiting.length > mostWaiting) {
      waiting.shift();
      dropped++;
    }
    wake?.();
  });
  const close = () => {
    isClosed = true;
    stopListening();
    signal.removeEventListener('abort', close);
    wake?.();
  };
  if (isClosed) stopListening();
  else signal.addEventListener('abort', close, { once: true });
  return {
    close,
    missed() {
      const count = dropped;
      dropped = 0;
      return count;
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (isClosed) return;
        const event = waiting.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
