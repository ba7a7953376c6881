const longestMs = 2_147_483_647;

/** A delay as a realm sends it, which may be any number. */
export function delayFrom(ms: number): number {
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestMs) : 0;
}

/** The pending timers of one execution. The realm names them; what they do is its business. */
export class Timers {
  readonly #onDue: (id: number) => void;
  /** What stops each. */
  readonly #pending = new Map<number, () => void>();

  constructor(onDue: (id: number) => void) {
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#pending.size;
  }

  start(id: number, delayMs: number): void {
    const fire = () => {
      this.#pending.delete(id);
      this.#onDue(id);
    };
    if (delayMs === 0) {
      // setTimeout would wait a whole millisecond; the realm uses a zero delay to let handlers have their turn before it settles.
      const immediate = setImmediate(fire);
      this.#pending.set(id, () => clearImmediate(immediate));
    } else {
      const timer = setTimeout(fire, delayMs);
      this.#pending.set(id, () => clearTimeout(timer));
    }
  }

  stop(id: number): void {
    this.#pending.get(id)?.();
    this.#pending.delete(id);
  }

  stopAll(): void {
    for (const stop of this.#pending.values()) stop();
    this.#pending.clear();
  }
}
