/** Lets so many in at a time; the others wait in the order in which they came, and may give up. */
export class Turnstile {
  readonly #most: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** @returns what has to be called to leave. Rejects with the signal's reason when that comes first. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#inside < this.#most) {
      this.#inside++;
    } else {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(resolve);
      signal.addEventListener('abort', onAbort, { once: true });
      // A place is handed on without becoming free in between.
      await promise.finally(() => signal.removeEventListener('abort', onAbort));
    }
    return () => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    };
  }
}
