import type { ivm } from './native.ts';
import { closeSession } from './inspector-session.ts';

const mostSessions = 16;
/** Answers longer than this are replaced by an error, and notifications left out: a frame has a limit, and the host has others to serve. */
const mostChars = 24 * 1024 * 1024;

/** No debugger counts that far. */
const nudgeId = 2_000_000_000;
const firstNudgeMs = 2;
const lastNudgeMs = 500;

/** The sessions that debuggers have with the inspector of one execution's isolate. */
export class DebugSessions {
  readonly #isolate: ivm.Isolate;
  readonly #say: (session: number, json: string) => void;
  readonly #sessions = new Map<number, ivm.InspectorSession>();
  /** Questions on their way, by session and id, with their session. */
  readonly #unanswered = new Map<string, number>();
  #nudging: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(isolate: ivm.Isolate, say: (session: number, json: string) => void) {
    this.#isolate = isolate;
    this.#say = say;
  }

  attach(number: number): void {
    if (this.#isClosed || this.#isolate.isDisposed || this.#sessions.has(number) || this.#sessions.size >= mostSessions) return;
    const session = this.#isolate.createInspectorSession();
    session.onResponse = (id, json) => {
      if (id === nudgeId) return;
      this.#unanswered.delete(`${number} ${id}`);
      this.#nudgeSoon(firstNudgeMs);
      this.#say(number, json.length <= mostChars ? json : tooLong(id));
    };
    session.onNotification = (json) => {
      if (json.length <= mostChars) this.#say(number, json);
    };
    this.#sessions.set(number, session);
  }

  send(number: number, json: string): void {
    const session = this.#sessions.get(number);
    if (!session || this.#isolate.isDisposed) return;
    const id = idOf(json);
    if (id !== null) this.#unanswered.set(`${number} ${id}`, number);
    session.dispatchProtocolMessage(json);
    this.#nudgeSoon(firstNudgeMs);
  }

  /**
   * An isolate that stands still can miss that there is a message for it, when that arrives just as it comes to stand or has dealt with
   * another (isolated-vm 7.0.1 waits without looking into the queue once more). The next message wakes it; so while answers are due,
   * messages follow that mean nothing.
   */
  #nudgeSoon(ms: number): void {
    clearTimeout(this.#nudging);
    const [number] = this.#unanswered.values();
    if (number === undefined) return;
    this.#nudging = setTimeout(() => {
      if (this.#isolate.isDisposed) return;
      this.#sessions.get(number)?.dispatchProtocolMessage(JSON.stringify({ id: nudgeId, method: 'Ratchet.nudge' }));
      this.#nudgeSoon(Math.min(2 * ms, lastNudgeMs));
    }, ms);
  }

  /** @returns false when the isolate went first; see `closeSession` */
  detach(number: number): boolean {
    const session = this.#sessions.get(number);
    this.#sessions.delete(number);
    for (const [key, of] of this.#unanswered) if (of === number) this.#unanswered.delete(key);
    return session === undefined || closeSession(this.#isolate, session);
  }

  /** Ends every session, before the isolate is disposed. @returns false when the isolate went first */
  close(): boolean {
    this.#isClosed = true;
    clearTimeout(this.#nudging);
    const inTime = [...this.#sessions.keys()].map((number) => this.detach(number));
    return inTime.every(Boolean);
  }
}

/** Null for what V8 will not answer. */
function idOf(json: string): number | null {
  try {
    const { id } = JSON.parse(json) as { id?: unknown };
    return typeof id === 'number' ? id : null;
  } catch {
    return null;
  }
}

function tooLong(id: number): string {
  return JSON.stringify({ id, error: { code: -32000, message: `The answer has more than ${mostChars} characters.` } });
}
