import type { EventFeed, FeedEvent } from '#kernel/index.ts';

/** Events a slow reader may be behind; beyond, the oldest are dropped, and the reader's next look at the feed finds the gap. */
const mostWaiting = 10_000;

export interface EventQueue extends AsyncIterable<FeedEvent> {
  close(): void;
}

/** What a feed publishes from now on, for one reader at its own pace; ends with the signal. */
export function eventQueue(feed: EventFeed, isWanted: (event: FeedEvent) => boolean, signal: AbortSignal): EventQueue {
  const waiting: FeedEvent[] = [];
  let wake: (() => void) | null = null;
  let isClosed = signal.aborted;
  const stopListening = feed.subscribe((event) => {
    if (!isWanted(event)) return;
    waiting.push(event);
    if (waiting.length > mostWaiting) waiting.shift();
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
