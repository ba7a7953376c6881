import type { Clock } from './clock.ts';

export interface BreakerRule {
  /** Failures are counted over this time. */
  readonly windowMs: number;
  /** With fewer calls in the window nothing is concluded. */
  readonly leastCalls: number;
  readonly mostFailures: number;
  /** Of the calls in the window at least this share, from 0 to 1, must have failed too. */
  readonly leastShare: number;
  /** How long it stays open. */
  readonly openMs: number;
  /** Successes in a row, while it is half open, that close it. */
  readonly successesToClose: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Stops calling what keeps failing: closed until too many calls of the window have failed, then open, then half open, where one success
 * after another closes it and one failure opens it again.
 */
export class CircuitBreaker {
  readonly #rule: BreakerRule;
  readonly #clock: Clock;
  /** Calls by the second in which they ended, oldest first. */
  #seconds: { readonly second: number; calls: number; failures: number }[] = [];
  #openedAt: number | null = null;
  #successes = 0;

  constructor(rule: BreakerRule, clock: Clock) {
    this.#rule = rule;
    this.#clock = clock;
  }

  get state(): BreakerState {
    if (this.#openedAt === null) return 'closed';
    return this.#clock.now() < this.#openedAt + this.#rule.openMs ? 'open' : 'half-open';
  }

  /** When it stops being open, in milliseconds since 1970 UTC; null unless it is open. */
  get openUntil(): number | null {
    return this.state === 'open' ? this.#openedAt! + this.#rule.openMs : null;
  }

  /** Failures in the window. */
  get failures(): number {
    return this.#sum('failures');
  }

  /** Nothing it could conclude anything from. */
  get isBlank(): boolean {
    return this.#openedAt === null && this.#sum('calls') === 0;
  }

  succeeded(): void {
    if (this.state === 'half-open' && ++this.#successes >= this.#rule.successesToClose) {
      this.#openedAt = null;
      this.#seconds = [];
    }
    this.#count(false);
  }

  failed(): void {
    this.#count(true);
    if (this.state === 'half-open' || (this.state === 'closed' && this.#isTooMuch())) {
      this.#openedAt = this.#clock.now();
      this.#successes = 0;
    }
  }

  #isTooMuch(): boolean {
    const { leastCalls, mostFailures, leastShare } = this.#rule;
    const calls = this.#sum('calls');
    return calls >= leastCalls && this.failures >= mostFailures && this.failures >= leastShare * calls;
  }

  #count(isFailure: boolean): void {
    const second = Math.floor(this.#clock.now() / 1_000);
    let latest = this.#seconds.at(-1);
    if (latest?.second !== second) this.#seconds.push((latest = { second, calls: 0, failures: 0 }));
    latest.calls++;
    if (isFailure) latest.failures++;
  }

  #sum(what: 'calls' | 'failures'): number {
    const oldest = Math.floor((this.#clock.now() - this.#rule.windowMs) / 1_000);
    while (this.#seconds[0] && this.#seconds[0].second <= oldest) this.#seconds.shift();
    return this.#seconds.reduce((sum, one) => sum + one[what], 0);
  }
}
