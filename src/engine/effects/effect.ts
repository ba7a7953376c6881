import type { RatchetError } from '#kernel/index.ts';
import type { Frame } from '../errors.ts';

/**
 * A request as the task made it, before the host has judged it. Comes from hostile code: trust no field's meaning.
 * A call of an MCP server is a request to `mcp:` (see mcp/mcp-address.ts) whose body is JSON: what is recorded, mocked, counted and shown
 * of requests is so of calls.
 */
export interface HttpRequest {
  readonly url: string;
  /** Upper case; of a call one of McpMethod. */
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  readonly timeoutMs: number | null;
  readonly redirect: 'follow' | 'manual' | 'error';
  /** How often to try again on network failure, 429 and 5xx, where the task asked for it. */
  readonly retry: { readonly attempts: number; readonly delayMs: number; readonly factor: number } | null;
}

/** An answer, whatever its status. That of an MCP server has JSON as its body, and status 200, or 422 where the tool says that it failed. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/**
 * Why there was no answer. `name` is the class the task sees thrown:
 * `NetworkError` (unreachable, refused by policy, too large), `TimeoutError`, `TypeError` (a malformed request), and those of MCP servers.
 */
export interface HttpFailure {
  readonly name: FailureName;
  readonly message: string;
  /**
   * A stable word for programs: `blocked`, `refused`, `dns`, `tls`, `too-large`, `too-many-redirects`, `redirect`, `timeout`, `reset`,
   * `protocol` (the answer is not valid HTTP or MCP), `breaker` (the host failed too often), `limit` (too many requests), `invalid`, `aborted`, `no-mock`, `internal`;
   * of MCP servers also `server-unknown`, `tool-unknown`, `no-completion`, `refused-by-server`, `connection-lost`.
   */
  readonly reason: string;
}

/** Classes of failures, by the names a task catches them by. */
export const failureNames = [
  'NetworkError',
  'TimeoutError',
  'TypeError',
  'AbortError',
  'McpError',
  'McpServerUnknownError',
  'McpToolUnknownError',
] as const;
export type FailureName = (typeof failureNames)[number];

export type HttpOutcome = { readonly answer: HttpAnswer } | { readonly failure: HttpFailure };

/** What the task's clock shows: real time, or (in tests and replays) a time that starts somewhere and moves as told. */
export type ClockSource =
  | { readonly kind: 'live' }
  /** Starts at `atMs` and advances by `stepMs` with every read. */
  | { readonly kind: 'fixed'; readonly atMs: number; readonly stepMs: number }
  /** Gives these values in order; each pair is (value in ms, how many reads saw it). After the last it stands still. */
  | { readonly kind: 'recorded'; readonly reads: readonly (readonly [valueMs: number, count: number])[] };

/** A request with what came of it, bodies included: what a recording keeps. Bodies are shared, not copied. */
export interface Exchange {
  /** As it was performed, after the checks. */
  readonly request: HttpRequest;
  /** Null while it is under way, and for ever when the execution ended first. */
  readonly outcome: HttpOutcome | null;
  /** False when the bodies were too much to keep (execution.max_recorded_bytes); both are then empty. */
  readonly hasBodies: boolean;
}

/** One effect as it is kept for traces and recordings. */
export interface EffectRecord {
  /** Order in which the task asked, from 1. */
  readonly number: number;
  readonly kind: 'http' | 'mcp';
  readonly method: string;
  readonly url: string;
  /** Milliseconds since the execution began. */
  readonly startedMs: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly failure: HttpFailure | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly attempts: number;
  /** The line of the author's code that asked, where that was wanted. */
  readonly site: Frame | null;
  /** Null for a request that was refused before it was performed. */
  readonly exchange: Exchange | null;
}

/** What one execution gets from outside its own code. */
export interface ExecutionEffects {
  /** 64 hex digits: everything random in the execution grows from it. */
  readonly seed: string;
  readonly clock: ClockSource;
  /** In a replay: what wakes the task, in the order in which it was woken (`r1`, `t2`; see RealmFacts.turns), `end` when nothing more came. */
  readonly order?: readonly string[] | undefined;
  /** Whether the task may call MCP servers: then it has the object `mcp`. */
  readonly hasMcp?: boolean | undefined;
  /** Why the task cannot be run at all with what is there. */
  readonly refusal?: RatchetError | undefined;
  /** Performs one request, or answers from a mock or a recording. Never rejects; `signal` aborts when the execution ends. */
  http(request: HttpRequest, signal: AbortSignal, site?: Frame | null): Promise<HttpOutcome>;
  /** The effects so far, in the order in which the task asked. */
  records(): readonly EffectRecord[];
}

/** What decides how effects are performed; one per way of running (live, mocked, recorded). */
export interface EffectsProvider {
  begin(run: EffectsRun): ExecutionEffects;
  /** Releases sockets. */
  close(): Promise<void>;
}

export interface EffectsRun {
  readonly executionId: string;
  /** Whose requests they are; absent where nobody else's could suffer. */
  readonly taskId?: string;
  /** Host patterns from the task's metadata (`api.example.com`, `*.example.org:8443`); null when the task names none. */
  readonly network: readonly string[] | null;
  /** Names of the MCP servers the task declares. */
  readonly mcp?: readonly string[];
}
