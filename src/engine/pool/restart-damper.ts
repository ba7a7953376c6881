import type { Clock } from '#kernel/index.ts';

const firstDelayMs = 100;
const longestDelayMs = 5_000;
/** After so many failed starts in a row, whoever waits is told instead of kept waiting. */
const patience = 4;

/** Keeps a worker that cannot start from being started again and again at full speed. */
export class RestartDamper {
  readonly #clock: Clock;
  #failures = 0;
  #notBeforeMs = 0;
  #lastProblem = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mayStart(): boolean {
    return this.#clock.monotonic() >= this.#notBeforeMs;
  }

  /** Why starting is given up for the moment, or null while there is hope. */
  get problem(): string | null {
    return this.#failures >= patience ? this.#lastProblem : null;
  }

  started(): void {
    this.#failures = 0;
    this.#notBeforeMs = 0;
  }

  failed(how: string): void {
    this.#failures++;
    this.#lastProblem = how;
    this.#notBeforeMs = this.#clock.monotonic() + Math.min(firstDelayMs * 2 ** (this.#failures - 1), longestDelayMs);
  }

  /** Calls back when a start may be tried again. */
  later(callback: () => void): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        callback();
      },
      Math.max(1, this.#notBeforeMs - this.#clock.monotonic()),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
