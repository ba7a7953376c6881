/** An execution is calm when it needs less processor time than this and makes no request. */
const calmMs = 1;
const firstNeeded = 3;
const mostNeeded = 10_000;

/**
 * Whether a program is known for executions that are over in a moment, so that the next may run on the worker's own thread.
 * A disappointment makes the wait for the next try four times longer: it may have been the program, or only a busy machine.
 */
export class CalmRecord {
  #inARow = 0;
  #needed = firstNeeded;

  get isCalm(): boolean {
    return this.#inARow >= this.#needed;
  }

  ended(cpuMs: number, hasAsked: boolean): void {
    this.#inARow = cpuMs < calmMs && !hasAsked ? this.#inARow + 1 : 0;
  }

  /** An execution kept the thread too long, or wanted to wait on it. */
  disappointed(): void {
    this.#inARow = 0;
    this.#needed = Math.min(this.#needed * 4, mostNeeded);
  }
}
