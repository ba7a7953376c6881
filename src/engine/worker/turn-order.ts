/** What to wake the realm with next. */
export type Turn = { readonly kind: 'answer' | 'timer'; readonly id: number } | { readonly kind: 'end' };

/** What the realm waits for at the moment. */
export interface Pending {
  /** Requests the host has not answered. */
  readonly requests: { readonly size: number; has(id: number): boolean };
  /** Answers that have arrived and not been handed in. */
  readonly answers: ReadonlyMap<number, unknown>;
}

/**
 * The order in which a replay wakes its realm: the one in which the recorded execution was woken (`r1` the answer to request 1, `t2`
 * timer 2, `end` nothing more came). Time does not pass in a replay: a timer is due when its turn comes.
 *
 * A task that does something else than it did has turns that cannot come; from then on answers go in by number, and timers by due time.
 */
export class TurnOrder {
  readonly #turns: readonly string[];
  #at = 0;
  #isKept = true;
  /** Due times by timer, in milliseconds of the replay's own time. */
  readonly #timers = new Map<number, number>();
  #nowMs = 0;

  constructor(turns: readonly string[]) {
    this.#turns = turns;
  }

  get timers(): number {
    return this.#timers.size;
  }

  start(id: number, delayMs: number): void {
    this.#timers.set(id, this.#nowMs + delayMs);
  }

  stop(id: number): void {
    this.#timers.delete(id);
  }

  /** The realm waits for this answer and for nothing else. @returns false when the recorded execution got no answer */
  waitsFor(id: number): boolean {
    const head = this.#head();
    if (head === 'end') return false;
    if (head === `r${id}`) this.#at++;
    else this.#isKept = false;
    return true;
  }

  /**
   * Whether the turn of the recorded execution can come, now or later. To be asked when everything the realm has said has arrived: a
   * task that is found to go another way is not brought back.
   */
  canFollow({ requests, answers }: Pending): boolean {
    const head = this.#head();
    if (head === undefined || head === 'end') return true;
    const id = Number(head.slice(1));
    return head.startsWith('r') ? answers.has(id) || requests.has(id) : this.#timers.has(id);
  }

  leave(): void {
    this.#isKept = false;
  }

  /** Takes the next turn; null when it has to wait for the host. */
  take(pending: Pending): Turn | null {
    const head = this.#head();
    if (head === 'end') return { kind: 'end' };
    if (head === undefined) return this.#takeByItself(pending);
    const id = Number(head.slice(1));
    if (head.startsWith('r')) {
      if (!pending.answers.has(id)) return null;
      this.#at++;
      return { kind: 'answer', id };
    }
    if (!this.#timers.has(id)) return null;
    this.#at++;
    return this.#timer(id);
  }

  #head(): string | undefined {
    return this.#isKept ? this.#turns[this.#at] : undefined;
  }

  #takeByItself({ requests, answers }: Pending): Turn | null {
    if (answers.size > 0) return { kind: 'answer', id: Math.min(...answers.keys()) };
    if (requests.size > 0 || this.#timers.size === 0) return null;
    const [first] = [...this.#timers].toSorted(([a, dueA], [b, dueB]) => dueA - dueB || a - b);
    return this.#timer(first![0]);
  }

  #timer(id: number): Turn {
    this.#nowMs = Math.max(this.#nowMs, this.#timers.get(id) ?? 0);
    this.#timers.delete(id);
    return { kind: 'timer', id };
  }
}
