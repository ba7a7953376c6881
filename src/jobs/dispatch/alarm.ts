import type { Clock } from '#kernel/index.ts';

/** Timers of Node cannot wait longer. */
const longestMs = 2 ** 31 - 1;

/** Rings once, at the earliest of the times it was set for. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param at milliseconds since 1970 UTC; a time that is later than the one it is set for changes nothing */
  setFor(at: number): void {
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    const waitMs = Math.min(Math.max(at - this.#clock.now(), 0), longestMs);
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#ring();
    }, waitMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
