import type { Clock } from '#kernel/index.ts';
import type { JSONRPCMessage, MessageExtraInfo, Transport, TransportSendOptions } from '@modelcontextprotocol/client';

const windowMs = 10_000;
/** What nobody asked for; a server that logs a hundred lines a second stays below it. */
const mostUnasked = 5_000;

/**
 * Watches what a server says without being asked, because each message costs time of a process that has others to serve: too many in
 * ten seconds, and `onFlood` is called, once.
 */
export class GuardedTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #onFlood: () => void;
  #windowBegan: number;
  #unasked = 0;

  constructor(inner: Transport, clock: Clock, onFlood: () => void) {
    this.#inner = inner;
    this.#clock = clock;
    this.#onFlood = onFlood;
    this.#windowBegan = clock.monotonic();
    Object.assign(inner, {
      onclose: () => this.onclose?.(),
      onerror: (error) => this.onerror?.(error),
      onmessage: (message, extra) => {
        if (this.#admits(message)) this.onmessage?.(message, extra);
      },
    } satisfies Partial<Transport>);
  }

  get hasPerRequestStream(): boolean {
    return this.#inner.hasPerRequestStream === true;
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  start(): Promise<void> {
    return this.#inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    return this.#inner.send(message, options);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  setSupportedProtocolVersions(versions: string[]): void {
    this.#inner.setSupportedProtocolVersions?.(versions);
  }

  #admits(message: JSONRPCMessage): boolean {
    if (this.#unasked > mostUnasked) return false;
    if (!('method' in message)) return true;
    const now = this.#clock.monotonic();
    if (now - this.#windowBegan > windowMs) {
      this.#windowBegan = now;
      this.#unasked = 0;
    }
    if (++this.#unasked <= mostUnasked) return true;
    this.#onFlood();
    return false;
  }
}
