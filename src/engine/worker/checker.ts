import type { ivm } from './native.ts';
import { isolatedVm } from './native.ts';
import type { KeptProgram } from './program-store.ts';

/** `''` when the text is valid, else JSON of the problems. */
export type Verdict = string;

export class CheckStopped extends Error {
  override readonly name = 'CheckStopped';
  readonly reason: 'cpu' | 'memory';
  constructor(reason: 'cpu' | 'memory') {
    super(`schema check stopped: ${reason}`);
    this.reason = reason;
  }
}

const memoryMb = 128;
const smallChars = 100_000;
const smallTimeoutMs = 100;

/**
 * Checks input and output against a task's schemas in an isolate of their own: schemas come from task authors and may hold patterns
 * that never end, while the task's own realm could tamper with the check. No code of the task ever runs here, so the isolate is kept.
 */
export class Checker {
  #isolate: ivm.Isolate | undefined;
  readonly #program: KeptProgram;
  readonly #checks = new Map<'input' | 'output', ivm.Reference>();

  constructor(program: KeptProgram) {
    this.#program = program;
  }

  /**
   * Small texts are checked on this thread (3 microseconds against 40 for a hop) and answered at once; whatever takes longer goes to the
   * isolate's thread.
   * @throws CheckStopped when the check ran out of time or memory
   */
  check(side: 'input' | 'output', json: string, timeoutMs: number): Verdict | Promise<Verdict> {
    const source = side === 'input' ? this.#program.inputCheck : this.#program.outputCheck;
    if (source === null) return '';
    if (json.length < smallChars) {
      try {
        return verdictOf(this.#load(side, source).applySync(undefined, [json], { timeout: smallTimeoutMs }));
      } catch (error) {
        if (!isTimeout(error)) throw this.#stopped(error);
      }
    }
    return this.#checkElsewhere(side, source, json, timeoutMs);
  }

  async #checkElsewhere(side: 'input' | 'output', source: string, json: string, timeoutMs: number): Promise<Verdict> {
    try {
      return verdictOf(await this.#load(side, source).apply(undefined, [json], { timeout: Math.max(1, Math.ceil(timeoutMs)) }));
    } catch (error) {
      throw this.#stopped(error);
    }
  }

  dispose(): void {
    this.#checks.clear();
    if (this.#isolate && !this.#isolate.isDisposed) this.#isolate.dispose();
    this.#isolate = undefined;
  }

  #load(side: 'input' | 'output', source: string): ivm.Reference {
    if (this.#isolate?.isDisposed) this.dispose();
    this.#isolate ??= new (isolatedVm().Isolate)({ memoryLimit: memoryMb });
    let check = this.#checks.get(side);
    if (!check) {
      const context = this.#isolate.createContextSync();
      const options = { filename: `platform:${side}-check`, timeout: 1_000, reference: true as const };
      check = this.#isolate.compileScriptSync(source).runSync(context, options);
      this.#checks.set(side, check);
    }
    return check;
  }

  #stopped(error: unknown): unknown {
    if (isTimeout(error)) return new CheckStopped('cpu');
    if (this.#isolate?.isDisposed) return new CheckStopped('memory');
    return error;
  }
}

function verdictOf(answer: unknown): Verdict {
  if (typeof answer !== 'string') throw new TypeError('the schema check gave no verdict');
  return answer;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Script execution timed out.';
}
