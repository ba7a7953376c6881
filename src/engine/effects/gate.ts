import type { Clock, RatchetError } from '#kernel/index.ts';
import type { ClockSource, EffectRecord, Exchange, ExecutionEffects, HttpOutcome, HttpRequest } from './effect.ts';
import { abortedFailure, networkFailure } from './failure.ts';
import { checkMcp, type McpLimits } from './mcp/check-mcp.ts';
import { isMcp } from './mcp/mcp-address.ts';
import { checkRequest, type RequestLimits } from './request-check.ts';

const noBytes = new Uint8Array(0);

/** What a provider says of one request: its outcome, and how often it was sent. */
export interface Performed {
  readonly outcome: HttpOutcome;
  readonly attempts: number;
}

/** All a provider has to do: one request that was checked already, in canonical form. Should not reject; a rejection becomes a failure. */
export type Perform = (request: HttpRequest, signal: AbortSignal) => Promise<Performed>;

export interface GateOptions {
  readonly perform: Perform;
  readonly seed: string;
  /** The clock the task sees. */
  readonly clockSource: ClockSource;
  /** In a replay: the order of turns. */
  readonly order?: readonly string[];
  /** The host's own clock, for durations. */
  readonly clock: Clock;
  readonly limits: RequestLimits &
    McpLimits & { readonly requests: number; readonly requestsAtOnce: number; readonly recordedBytes: number };
  /** MCP servers the task declares. */
  readonly mcp?: readonly string[] | undefined;
  /** Why the task cannot be run with what is there. */
  readonly refusal?: RatchetError | undefined;
}

/**
 * The one door for everything an execution gets from outside, whatever performs it: judges the shape of requests, numbers them, bounds
 * how many there are and how many run at once (the worker does too, but a worker may have been taken over), and keeps a record of each,
 * bodies included as far as they fit: recording is a matter of keeping what is here anyway.
 * A record whose `status` and `failure` are both null is still on its way. Requests beyond the limit are refused and leave no record.
 */
export function openGate(options: GateOptions): ExecutionEffects {
  const { perform, clock, limits, mcp = [] } = options;
  const beganMs = clock.monotonic();
  const records: EffectRecord[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let bytesKept = 0;
  let calls = 0;

  /** Bodies are kept by reference. Those of a request are counted before its answer is known, so that the two stay together. */
  const keep = (request: HttpRequest, outcome: HttpOutcome | null): Exchange => {
    const answer = outcome !== null && 'answer' in outcome ? outcome.answer : null;
    const bytes = (request.body?.byteLength ?? 0) + (answer?.body.byteLength ?? 0);
    if (bytesKept + bytes <= limits.recordedBytes) {
      if (outcome !== null) bytesKept += bytes;
      return { request, outcome, hasBodies: true };
    }
    return {
      request: { ...request, body: null },
      outcome: answer === null ? outcome : { answer: { ...answer, body: noBytes } },
      hasBodies: false,
    };
  };

  const enter = async (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return false;
    if (running < limits.requestsAtOnce) {
      running++;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const onTurn = () => resolve(true);
    const onAbort = () => {
      const index = waiting.indexOf(onTurn);
      if (index < 0) return;
      waiting.splice(index, 1);
      resolve(false);
    };
    waiting.push(onTurn);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
  // A place goes to the next in line without becoming free in between, so nobody can slip past.
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };

  const performInTurn = async (request: HttpRequest, signal: AbortSignal): Promise<Performed> => {
    if (!(await enter(signal))) return { outcome: { failure: abortedFailure }, attempts: 0 };
    try {
      return await perform(request, signal);
    } catch {
      // A provider that throws has a defect; what it threw may hold anything, so the task is told nothing of it.
      return { outcome: { failure: networkFailure('internal', 'The request failed inside Ratchet.') }, attempts: 1 };
    } finally {
      leave();
    }
  };

  return {
    seed: options.seed,
    clock: options.clockSource,
    order: options.order,
    hasMcp: mcp.length > 0,
    refusal: options.refusal,
    async http(raw, signal, site = null) {
      const isCall = isMcp(raw);
      if (isCall && calls >= limits.mcpCalls) {
        return { failure: networkFailure('limit', `The execution made more than ${limits.mcpCalls} calls (execution.max_mcp_calls).`) };
      }
      if (!isCall && records.length - calls >= limits.requests) {
        return {
          failure: networkFailure('limit', `The execution made more than ${limits.requests} requests (execution.max_requests).`),
        };
      }
      const startedMs = clock.monotonic() - beganMs;
      const index = records.length;
      if (isCall) calls++;
      const checked = isCall ? checkMcp(raw, mcp, limits) : checkRequest(raw, limits);
      const known = 'request' in checked ? checked.request : null;
      const record = (outcome: HttpOutcome | null, attempts: number): EffectRecord => ({
        number: index + 1,
        kind: isCall ? 'mcp' : 'http',
        method: known?.method ?? '',
        url: known?.url ?? '',
        startedMs,
        durationMs: clock.monotonic() - beganMs - startedMs,
        status: outcome !== null && 'answer' in outcome ? outcome.answer.status : null,
        failure: outcome !== null && 'failure' in outcome ? outcome.failure : null,
        requestBytes: known?.body?.byteLength ?? 0,
        responseBytes: outcome !== null && 'answer' in outcome ? outcome.answer.body.byteLength : 0,
        attempts,
        site,
        exchange: known === null ? null : keep(known, outcome),
      });
      if ('failure' in checked) {
        records.push(record(checked, 0));
        return checked;
      }
      records.push(record(null, 0));
      const { outcome, attempts } = await performInTurn(checked.request, signal);
      records[index] = record(outcome, attempts);
      return outcome;
    },
    records: () => [...records],
  };
}
