import type { Clock, Settings } from '#kernel/index.ts';
import { maxRestartAttempts, restartDelay } from '../settings.ts';

const firstDelayMs = 100;

/** Keeps a worker that cannot start from being started again and again at full speed. */
export class RestartDamper {
  readonly #clock: Clock;
  readonly #settings: Settings;
  #failures = 0;
  #notBeforeMs = 0;
  #lastProblem = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  mayStart(): boolean {
    return this.#clock.monotonic() >= this.#notBeforeMs;
  }

  /** Why starting is given up for the moment, or null while there is hope: then whoever waits is told instead of kept waiting. */
  get problem(): string | null {
    return this.#failures >= this.#settings.get(maxRestartAttempts) ? this.#lastProblem : null;
  }

  started(): void {
    this.#failures = 0;
    this.#notBeforeMs = 0;
  }

  failed(how: string): void {
    this.#failures++;
    this.#lastProblem = how;
    const longestMs = this.#settings.get(restartDelay) * 1000;
    this.#notBeforeMs = this.#clock.monotonic() + Math.min(firstDelayMs * 2 ** (this.#failures - 1), longestMs);
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
