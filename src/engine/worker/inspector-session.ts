import type { ivm } from './native.ts';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown };
}

/** Sessions of isolates that went before them; see `closeSession`. */
const abandoned = new Set<ivm.InspectorSession>();

/**
 * Ends a session with the inspector of an isolate, which has to come before the end of the isolate. Where a memory limit has ended that
 * already, the thread of the isolate hangs for ever waiting for the session, and whoever touches the session then hangs or aborts, the
 * garbage collector included (isolated-vm 7.0.1). So it is kept and left alone, and the process is not fit for long.
 * @returns false in that case
 */
export function closeSession(isolate: ivm.Isolate, session: ivm.InspectorSession): boolean {
  if (isolate.isDisposed) {
    abandoned.add(session);
    return false;
  }
  session.dispose();
  return true;
}

/** A session of ours with the inspector of an isolate: asks, and gets answers as promises. */
export class InspectorSession {
  readonly #isolate: ivm.Isolate;
  readonly #session: ivm.InspectorSession;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  #isClosed = false;

  /** Only for an isolate that was made with an inspector, and never where there is none: that would abort the process. */
  constructor(isolate: ivm.Isolate) {
    this.#isolate = isolate;
    this.#session = isolate.createInspectorSession();
    this.#session.onResponse = (id, json) => {
      const resolve = this.#waiting.get(id);
      this.#waiting.delete(id);
      resolve?.(JSON.parse(json) as Answer);
    };
    this.#session.onNotification = () => {};
  }

  /** @returns the result; rejects when the inspector refuses, or is gone. Never settles when it goes meanwhile. */
  ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    if (this.#isClosed || this.#isolate.isDisposed) return Promise.reject(new Error(`${method}: the inspector is gone`));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error) reject(new Error(`${method}: ${String(error.message)}`));
        else resolve((result ?? {}) as Record<string, unknown>);
      });
      this.#session.dispatchProtocolMessage(JSON.stringify({ id, method, params }));
    });
  }

  /** @returns false when that came too late; see `closeSession` */
  close(): boolean {
    if (this.#isClosed) return true;
    this.#isClosed = true;
    this.#waiting.clear();
    return closeSession(this.#isolate, this.#session);
  }
}
