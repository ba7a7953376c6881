/** Why an attempt is stopped: the job was cancelled, belongs to somebody else by now, or this process ends. */
export type StopReason = 'cancelled' | 'lost' | 'shutdown';

/** How an attempt ended, as far as its job is concerned. */
export type AttemptEnd =
  /** Written. `retryAt`: when the next attempt is due, in milliseconds since 1970 UTC. */
  | { readonly kind: 'committed'; readonly retryAt: number | null }
  /** Somebody else has the job: nothing was written. */
  | { readonly kind: 'stale' }
  /** Given back: the next attempt is as if this one had never been. */
  | { readonly kind: 'released' }
  | { readonly kind: 'trouble'; readonly error: unknown };

/** One attempt at a job, under way. */
export interface Attempt {
  /** Resolves when nothing of it runs any more, and its end is about to be written: another may start. At the latest with `ended`. */
  readonly ran: Promise<void>;
  readonly ended: Promise<AttemptEnd>;
  stop(reason: StopReason): void;
}
