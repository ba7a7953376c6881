/** Something that happened, as those who follow see it. Ids grow; they mean something only to the feed that gave them. */
export interface FeedEvent {
  /** `<boot>-<number>`: names the process that counted, so that an id of an earlier one is recognised as such. */
  readonly id: string;
  /** `job.queued`, `execution.log`. */
  readonly kind: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly taskId: string | null;
  readonly jobId: string | null;
  readonly executionId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export type NewFeedEvent = Omit<FeedEvent, 'id'>;

export interface EventFeed {
  publish(event: NewFeedEvent): void;
  /** Every event from now on, at once. @returns a function that ends it */
  subscribe(listener: (event: FeedEvent) => void): () => void;
  /**
   * What is still remembered after an id, oldest first; null where the id is not remembered (any more), so that events may be missing between.
   */
  since(id: string): readonly FeedEvent[] | null;
}

/**
 * Hands events to those who listen and remembers the last ones for those who come back.
 * @param boot names this process @param keep how many are remembered
 */
export function createEventFeed(boot: string, keep = 10_000): EventFeed {
  const listeners = new Set<(event: FeedEvent) => void>();
  const ring: FeedEvent[] = [];
  let count = 0;
  return {
    publish(event) {
      const numbered = { id: `${boot}-${count}`, ...event };
      ring[count % keep] = numbered;
      count++;
      for (const listener of listeners) listener(numbered);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    since(id) {
      const split = id.lastIndexOf('-');
      const number = Number(id.slice(split + 1));
      if (id.slice(0, split) !== boot || !Number.isInteger(number) || number >= count || number < count - keep) return null;
      const missed: FeedEvent[] = [];
      for (let at = number + 1; at < count; at++) missed.push(ring[at % keep]!);
      return missed;
    },
  };
}
