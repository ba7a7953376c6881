import { isolatedVm } from './native.ts';

export type Body = string | ArrayBuffer;
/** `[headJson, body]`, as the realm gets it. */
export type Answer = [head: string, body: Body];

/** The requests of one execution: those that the host has not answered, and answers that are not in the realm yet. */
export class Requests {
  /** The value wakes a realm whose thread waits for the answer. */
  readonly #pending = new Map<number, ((answer: Answer) => void) | null>();
  readonly #answers = new Map<number, Answer>();

  /** For whoever decides what comes next. */
  get pending(): { readonly size: number; has(id: number): boolean } {
    return this.#pending;
  }

  get answers(): ReadonlyMap<number, Answer> {
    return this.#answers;
  }

  /** Whether the realm's thread waits for an answer, so that nobody can enter it. */
  get isBlocking(): boolean {
    for (const wake of this.#pending.values()) if (wake !== null) return true;
    return false;
  }

  asked(id: number): void {
    this.#pending.set(id, null);
  }

  /** Takes the host's answer. @returns whether it is to be handed in; false when a waiting realm has it already, or nobody asked */
  answered(id: number, answer: Answer): boolean {
    const wake = this.#pending.get(id);
    if (wake === undefined) return false;
    this.#pending.delete(id);
    if (wake !== null) {
      wake(answer);
      return false;
    }
    this.#answers.set(id, answer);
    return true;
  }

  /** The answer is in the realm. */
  handedIn(id: number): void {
    this.#answers.delete(id);
  }

  /** Calls back with the answer; at once, with a failure, for a request that nobody made. */
  waitFor(id: unknown, resolve: (answer: Answer) => void): void {
    if (typeof id === 'number' && this.#pending.has(id)) this.#pending.set(id, resolve);
    else resolve(failed('NetworkError', 'no such request', 'invalid'));
  }

  /** Gives everything up. A realm that still waits must come back before its isolate can go. @returns what was pending */
  giveUp(): number[] {
    const ids = [...this.#pending.keys()];
    for (const wake of this.#pending.values()) wake?.(failed('AbortError', 'the execution has ended', 'aborted'));
    this.#pending.clear();
    return ids;
  }
}

function failed(name: string, message: string, reason: string): Answer {
  return [JSON.stringify({ failure: { name, message, reason } }), ''];
}

/** What a realm sends as a body, which may be anything. */
export function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return new Uint8Array(0);
}

/** A body in a form that can enter a realm, without another copy. */
export function transferable(body: Body): unknown {
  if (typeof body === 'string') return body;
  return new (isolatedVm().ExternalCopy)(body, { transferOut: true }).copyInto({ release: true, transferIn: true });
}
