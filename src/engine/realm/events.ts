import { NativeError, defineProperty } from './intrinsics.ts';
import { typedErrors } from './typed-errors.ts';

export interface SignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: string, listener: () => void, options?: { once?: boolean }): void;
}

type Listener = ((event: object) => unknown) | { handleEvent(event: object): unknown };

/** What an aborted request throws when the task gave no reason of its own. */
export function abortError(): Error {
  return new (eventGlobals().DOMException)('This operation was aborted', 'AbortError');
}

const legacyCodes: { [name: string]: number } = {
  NotFoundError: 8,
  NotSupportedError: 9,
  SyntaxError: 12,
  InvalidAccessError: 15,
  NetworkError: 19,
  AbortError: 20,
  QuotaExceededError: 22,
  TimeoutError: 23,
  DataCloneError: 25,
  InvalidCharacterError: 5,
};

let made: ReturnType<typeof makeEvents> | null = null;

/** Event, EventTarget, AbortController, AbortSignal and DOMException. */
export function eventGlobals(): ReturnType<typeof makeEvents> {
  made ??= makeEvents();
  return made;
}

function makeEvents() {
  class DOMException extends NativeError {
    constructor(message = '', name = 'Error') {
      super(message);
      defineProperty(this, 'name', { value: String(name), configurable: true, writable: true });
    }
    get code(): number {
      return legacyCodes[this.name] ?? 0;
    }
  }

  class Event {
    readonly type: string;
    readonly bubbles: boolean;
    readonly cancelable: boolean;
    defaultPrevented = false;
    target: unknown = null;
    currentTarget: unknown = null;
    #stopped = false;
    constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean }) {
      this.type = String(type);
      this.bubbles = init?.bubbles === true;
      this.cancelable = init?.cancelable === true;
    }
    preventDefault(): void {
      if (this.cancelable) this.defaultPrevented = true;
    }
    stopPropagation(): void {}
    stopImmediatePropagation(): void {
      this.#stopped = true;
    }
    get isStopped(): boolean {
      return this.#stopped;
    }
  }

  class CustomEvent extends Event {
    readonly detail: unknown;
    constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean; detail?: unknown }) {
      super(type, init);
      this.detail = init?.detail ?? null;
    }
  }

  class EventTarget {
    #listeners: { type: string; listener: Listener; once: boolean }[] = [];
    addEventListener(type: string, listener: Listener | null, options?: boolean | { once?: boolean; signal?: SignalLike }): void {
      if (listener === null || this.#listeners.some((l) => l.type === type && l.listener === listener)) return;
      const { once, signal } = typeof options === 'object' && options !== null ? options : {};
      if (signal?.aborted === true) return;
      this.#listeners.push({ type: String(type), listener, once: once === true });
      signal?.addEventListener('abort', () => this.removeEventListener(type, listener), { once: true });
    }
    removeEventListener(type: string, listener: Listener | null): void {
      this.#listeners = this.#listeners.filter((l) => l.type !== type || l.listener !== listener);
    }
    dispatchEvent(event: Event): boolean {
      event.target = this;
      event.currentTarget = this;
      for (const entry of this.#listeners.slice()) {
        if (entry.type !== event.type || event.isStopped) continue;
        if (entry.once) this.removeEventListener(entry.type, entry.listener);
        if (typeof entry.listener === 'function') entry.listener.call(this, event);
        else entry.listener.handleEvent(event);
      }
      event.currentTarget = null;
      return !event.defaultPrevented;
    }
  }

  let mayConstruct = false;

  class AbortSignal extends EventTarget implements SignalLike {
    onabort: ((event: Event) => unknown) | null = null;
    #aborted = false;
    #reason: unknown = undefined;
    constructor() {
      if (!mayConstruct) throw new TypeError('AbortSignal comes from an AbortController, or from AbortSignal.timeout, any and abort');
      super();
      mayConstruct = false;
    }
    get aborted(): boolean {
      return this.#aborted;
    }
    get reason(): unknown {
      return this.#reason;
    }
    throwIfAborted(): void {
      if (this.#aborted) throw this.#reason;
    }
    static trip(signal: AbortSignal, reason: unknown): void {
      if (signal.#aborted) return;
      signal.#aborted = true;
      signal.#reason = reason === undefined ? abortError() : reason;
      const event = new Event('abort');
      if (typeof signal.onabort === 'function') signal.onabort.call(signal, event);
      signal.dispatchEvent(event);
    }
    static abort(reason?: unknown): AbortSignal {
      const signal = newSignal();
      trip(signal, reason);
      return signal;
    }
    static timeout(ms: number): AbortSignal {
      const signal = newSignal();
      const expired = () => {
        const TimeoutError = typedErrors()['TimeoutError'] as new (message: string) => Error;
        trip(signal, new TimeoutError('The operation was aborted due to timeout'));
      };
      (globalThis as unknown as { setTimeout(f: () => void, ms: number): number }).setTimeout(expired, ms);
      return signal;
    }
    static any(signals: Iterable<SignalLike>): AbortSignal {
      const signal = newSignal();
      for (const source of signals) {
        if (source.aborted) trip(signal, source.reason);
        else source.addEventListener('abort', () => trip(signal, source.reason), { once: true });
      }
      return signal;
    }
  }
  const { trip } = AbortSignal;
  // Only for this file: a task aborts through a controller.
  delete (AbortSignal as { trip?: unknown }).trip;

  function newSignal(): AbortSignal {
    mayConstruct = true;
    return new AbortSignal();
  }

  class AbortController {
    readonly signal: AbortSignal = newSignal();
    abort(reason?: unknown): void {
      trip(this.signal, reason);
    }
  }

  return { DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController };
}
