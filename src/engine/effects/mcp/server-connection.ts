import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Transport } from '@modelcontextprotocol/client';
import type { Clock } from '#kernel/index.ts';
import type { McpServerSpec } from './mcp-settings.ts';
import { GuardedTransport } from './guarded-transport.ts';
import { StdioTransport } from './stdio-transport.ts';
import { Turnstile } from './turnstile.ts';
import { webTransport } from './web-transport.ts';

export interface ConnectionOptions {
  readonly spec: McpServerSpec;
  readonly clock: Clock;
  readonly connectMs: number;
  readonly idleMs: number;
  readonly callsAtOnce: number;
  readonly maxMessageBytes: number;
  /** Told of each line the server prints (debug) and of its unexpected end (warn). Its secrets may be in it. */
  readonly onDiagnostic: (line: string, level: DiagnosticLevel) => void;
}

/** How much it matters what is said of a server. */
export type DiagnosticLevel = 'debug' | 'warn';

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** Calls in a row that ran out of time, after which the server counts as stuck and is started anew. */
const mostTimeouts = 3;

/** There is no connection, or it was lost; the message says how. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  /** What the server printed last, which is nothing for a task. */
  readonly printed: string;

  constructor(message: string, options?: ErrorOptions, printed = '') {
    super(message, options);
    this.printed = printed;
  }
}

interface Open {
  readonly client: Client;
  readonly transport: Transport;
}

/**
 * The connection to one MCP server, shared by every execution: made when it is needed, closed when nobody called for a while, made
 * again after it was lost, with pauses that grow while that keeps happening.
 */
export class ServerConnection {
  readonly #options: ConnectionOptions;
  readonly #turnstile: Turnstile;
  #opening: Promise<Open> | null = null;
  #open: Open | null = null;
  /** Losses in a row. */
  #losses = 0;
  #lostAt = 0;
  #timeouts = 0;
  #calls = 0;
  #idle: NodeJS.Timeout | undefined;
  #lastEnding = 'it has not been connected';
  readonly #stop = new AbortController();
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#turnstile = new Turnstile(options.callsAtOnce);
  }

  get isConnected(): boolean {
    return this.#open !== null;
  }

  /** How the last connection ended, in words. */
  get lastEnding(): string {
    return this.#lastEnding;
  }

  /**
   * Does something with the server when it is its turn.
   * @param signal ends waiting and the call itself
   * @throws ConnectionLost; what the SDK throws; the signal's reason
   */
  async use<Value>(work: (client: Client) => Promise<Value>, signal: AbortSignal): Promise<Value> {
    if (this.#stop.signal.aborted) throw new ConnectionLost('Ratchet is stopping');
    clearTimeout(this.#idle);
    this.#calls++;
    try {
      const leave = await this.#turnstile.enter(signal);
      try {
        const { client } = await untilAborted(this.#connected(), signal);
        const value = await work(client);
        this.#losses = 0;
        this.#timeouts = 0;
        return value;
      } finally {
        leave();
      }
    } finally {
      if (--this.#calls === 0 && !this.#stop.signal.aborted)
        this.#idle = setTimeout(() => this.#drop('nobody called it'), this.#options.idleMs).unref();
    }
  }

  /** A call ran out of time: a server that lets every call run out is given up. */
  timedOut(): void {
    if (++this.#timeouts < mostTimeouts || this.#open === null) return;
    this.#timeouts = 0;
    this.#drop(`it answered none of ${mostTimeouts} calls in time`);
  }

  async close(): Promise<void> {
    this.#stop.abort(new ConnectionLost('Ratchet is stopping'));
    clearTimeout(this.#idle);
    await this.#opening?.catch(() => {});
    this.#drop('Ratchet is stopping');
    await Promise.allSettled(this.#closing);
  }

  #connected(): Promise<Open> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #connect(): Promise<Open> {
    const pauseMs = this.#losses === 0 ? 0 : Math.min(firstPauseMs * 2 ** (this.#losses - 1), longestPauseMs);
    const waitMs = this.#lostAt + pauseMs - this.#options.clock.monotonic();
    if (waitMs > 0) await untilAborted(sleep(waitMs, undefined, { ref: false }), this.#stop.signal);
    this.#stop.signal.throwIfAborted();
    const { spec } = this.#options;
    try {
      try {
        return await this.#attempt(spec.transport.kind === 'http' ? 'auto' : 'legacy');
      } catch (error) {
        // A server that knows only the newer way of beginning.
        const isRefusal = error instanceof Error && error.name === 'ProtocolError';
        if (spec.transport.kind !== 'stdio' || !isRefusal) throw error;
        return await this.#attempt('auto');
      }
    } catch (error) {
      this.#noteLoss(wordsOf(error), error instanceof ConnectionLost ? error.printed : undefined);
      throw new ConnectionLost(this.#lastEnding, { cause: error });
    }
  }

  async #attempt(mode: 'auto' | 'legacy'): Promise<Open> {
    const { connectMs, clock } = this.#options;
    const { Client } = await import('@modelcontextprotocol/client');
    const transport = await this.#transport();
    const client = new Client(
      { name: 'ratchet', version: '1' },
      {
        versionNegotiation: { mode, probe: { timeoutMs: connectMs } },
        // Schemas of a server are as foreign as its answers: nothing is compiled of them here.
        jsonSchemaValidator: { getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }) },
        inputRequired: { autoFulfill: false },
      },
    );
    const open: Open = { client, transport };
    const guarded = new GuardedTransport(transport, clock, () => this.#drop('it floods Ratchet with messages', open));
    Object.assign(client, { onclose: () => this.#onClose(open) });
    try {
      const limit = AbortSignal.any([AbortSignal.timeout(connectMs), this.#stop.signal]);
      await untilAborted(client.connect(guarded, { timeout: connectMs, signal: limit }), limit);
    } catch (error) {
      const own = transport instanceof StdioTransport ? transport : null;
      const ending = own?.ending ?? null;
      await transport.close().catch(() => {});
      throw own === null || ending === null ? error : new ConnectionLost(ending, { cause: error }, own.lastPrinted);
    }
    this.#open = open;
    return open;
  }

  async #transport(): Promise<Transport> {
    const { spec, clock, maxMessageBytes, onDiagnostic } = this.#options;
    const { transport } = spec;
    if (transport.kind !== 'stdio') return webTransport(transport, maxMessageBytes);
    const { command, args, env, cwd } = transport;
    return new StdioTransport({ command, args, env, cwd, clock, maxMessageBytes, onLine: (line) => onDiagnostic(line, 'debug') });
  }

  #onClose(open: Open): void {
    if (this.#open !== open) return;
    this.#forget();
    const own = open.transport instanceof StdioTransport ? open.transport : null;
    this.#noteLoss(own?.ending ?? 'the connection was closed', own?.lastPrinted);
  }

  /** Closes the connection on our side. */
  #drop(ending: string, which: Open | null = this.#open): void {
    if (which === null || this.#open !== which) return;
    this.#forget();
    this.#lastEnding = ending;
    this.#options.onDiagnostic(ending, 'debug');
    const closed = which.client.close().catch(() => {});
    this.#closing.add(closed);
    void closed.finally(() => this.#closing.delete(closed));
  }

  #forget(): void {
    this.#open = null;
    this.#opening = null;
  }

  /** @param printed what the server said last on its standard error, for the operator alone */
  #noteLoss(ending: string, printed = ''): void {
    this.#losses++;
    this.#lostAt = this.#options.clock.monotonic();
    this.#lastEnding = ending;
    this.#options.onDiagnostic(printed === '' ? ending : `${ending}; it printed ${printed}`, 'warn');
  }
}

/** Why there is no connection, without what may hold a secret: texts of others are not repeated. */
function wordsOf(error: unknown): string {
  if (error instanceof ConnectionLost) return error.message;
  const { code, status, cause } = error as { code?: unknown; status?: unknown; cause?: { code?: unknown } };
  if (typeof status === 'number') return `it answered with HTTP ${status}`;
  const word = [code, cause?.code].find((one): one is string => typeof one === 'string' && /^[A-Z][A-Z0-9_]*$/.test(one));
  if ((error as Error)?.name === 'TimeoutError' || word === 'REQUEST_TIMEOUT')
    return 'it took too long to connect (mcp.calls.connect_timeout)';
  return word === undefined ? 'it could not be connected' : `it could not be connected (${word})`;
}

function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason as Error);
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
