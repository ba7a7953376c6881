/**
 * What the code inside a realm and the worker around it say to each other. Inside is hostile ground: the worker checks the type of
 * everything it is handed; the realm treats the worker as trusted.
 *
 * The boot script's completion value is a `Connect`. The worker calls it once per realm; then `Enter` is the only way in.
 */
export type Connect = (call: Call, send: Send, waiter: Waiter) => Enter;

/**
 * A question answered at once, by the worker, without the host. Expensive (it crosses threads), so only for what the realm cannot do itself.
 * - `('url', href, base | undefined)` -> JSON text `{href, origin, protocol, username, password, host, hostname, port, pathname, search, hash}` or '' when invalid
 * - `('url-set', href, 'property\nvalue')` -> the same JSON for the changed URL
 * - `('digest', algorithm, ArrayBuffer)` -> ArrayBuffer, or undefined for an unknown algorithm (SHA-1, SHA-256, SHA-384, SHA-512)
 * - `('random', byteCount)` -> ArrayBuffer from the execution's seeded generator, at most 65536 bytes
 * - `('utf8-decode', ArrayBuffer, 'fatal' | undefined)` -> string (a byte order mark is kept), or undefined when fatal and malformed
 * - `('utf8-encode', string)` -> ArrayBuffer
 *
 * While the worker's own thread runs the realm (`run-here`), everything of `Send` goes this way too, because only this arrives before
 * `enter` returns; and `('needs-thread')` says that the task wants to wait for an answer, which only its own thread can.
 */
export type Call = (question: string, a?: unknown, b?: unknown, c?: unknown) => unknown;

/**
 * A message without an answer, delivered in order.
 * - `('log', level, message, atMs)`; level is debug, info, warn or error; `('progress', json)`
 * - `('fetch', id, headJson, body)`; head is `{url, method, headers: [[name, value]...], timeoutMs, redirect, retry}`, body string, ArrayBuffer or undefined; with `sites` also the stack of the call as `site`
 *   A call of an MCP server is a `fetch` too: its url begins with `mcp:`, its method is servers/list, tools/list, tools/call or complete,
 *   its body JSON
 * - `('abort', id)` gives up on a request
 * - `('timer', id, delayMs)` and `('untimer', id)`
 * - `('facts', factsJson)`: RealmFacts so far
 * - `('settle', tag, text, factsJson)` ends the execution; tag 'result' with the output's JSON, or 'failure' with a RealmFailure's JSON
 */
export type Send = (message: string, a?: unknown, b?: unknown, c?: unknown) => void;

/** Blocks the realm's thread until request `id` has ended: `waiter.applySyncPromise(undefined, [id])` gives `[headJson, body]` as in `response`. */
export interface Waiter {
  applySyncPromise(receiver: undefined, args: readonly [number]): readonly [string, string | ArrayBuffer];
}

/**
 * The way in. Never throws and returns nothing; what there is to say goes through `send`.
 * - `('run', wrapper, inputJson, optionsJson)` starts an execution; wrapper is what `Program.script` evaluates to, options are RunOptions
 * - `('run-here', wrapper, inputJson, optionsJson)` is the same on the worker's own thread
 * - `('response', id, headJson, body)`: a request ended; head is a ResponseHead or `{failure}`, body text when it is valid UTF-8, else ArrayBuffer
 * - `('timer', id)`: a timer is due
 * - `('facts')`: the execution is about to be ended; say `facts`
 */
export type Enter = (what: string, a?: unknown, b?: unknown, c?: unknown) => void;

export interface RunOptions {
  /** The task's second argument. */
  context: { executionId: string; taskId: string; taskVersion: string; jobId?: string };
  /** 64 hex digits; Math.random and everything in `crypto` grow from it. */
  seed: string;
  clock:
    | { kind: 'live' }
    | { kind: 'fixed'; atMs: number; stepMs: number }
    | { kind: 'recorded'; reads: [valueMs: number, count: number][] };
  limits: { outputChars: number; logLines: number; logChars: number; requests: number; requestsAtOnce: number };
  /** Send the stack of the call with each request: costs some 10 microseconds per request. */
  sites?: boolean;
  /** The task may call MCP servers: it has the object `mcp`. */
  mcp?: boolean;
}

export interface ResponseHead {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [name: string, value: string][];
}

export interface RequestFailure {
  failure: { name: string; message: string; reason: string };
}

/** Sent with `settle`: what a recording needs and only the realm knows. */
export interface RealmFacts {
  /** Every clock read as (value, how many reads in a row saw it); cut at 100,000 pairs. */
  clock: [valueMs: number, count: number][];
  clockCut: boolean;
  /** What woke the realm, in order: `r1` the answer to a request, `t2` a timer; one count for both. Cut at some 100,000. */
  turns: string[];
  turnsCut: boolean;
  logsDropped: number;
}

export type RealmFailure =
  /** The task threw or rejected. `fields` are its own enumerable JSON-safe properties. */
  | {
      kind: 'threw';
      name: string;
      message: string;
      stack: string;
      status?: number;
      fields: { [key: string]: unknown };
      unhandled?: boolean;
    }
  /** The output cannot be JSON: `path` such as `items[3].total`, `reason` such as `NaN is not a JSON number`. */
  | { kind: 'output-not-json'; path: string; reason: string }
  | { kind: 'output-too-large'; chars: number; limit: number }
  | { kind: 'no-callable'; found: string }
  /** The task ended, but a request it never looked at had failed. */
  | { kind: 'request-failed'; name: string; message: string; url: string; method: string; status?: number };
