import type { Settings } from '#kernel/index.ts';
import { mostLogBytes, mostLogLines } from './settings.ts';

/** How much of the log of one execution is kept: its beginning. Whoever counts the same lines comes to the same end. */
export class LogBudget {
  #lines: number;
  #bytes: number;

  constructor(settings: Settings) {
    this.#lines = settings.get(mostLogLines);
    this.#bytes = settings.get(mostLogBytes);
  }

  /** @param message as it was logged, before anything is taken out of it @returns whether the line is kept */
  take(message: string): boolean {
    this.#lines--;
    this.#bytes -= Buffer.byteLength(message);
    if (this.#lines >= 0 && this.#bytes >= 0) return true;
    // What is over stays over: a log with holes in it would mislead.
    this.#lines = -1;
    return false;
  }
}
