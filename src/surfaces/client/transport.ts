import type { AnyErrorKind } from '#kernel/error.ts';
import { attemptCall } from './attempt-call.ts';
import { serverSilent } from './errors.ts';
import { followStream, type EventReader, type Followed } from './follow.ts';
import { networkError } from './network-error.ts';
import { newIdempotencyKey } from './new-idempotency-key.ts';
import type { CallSettings, ConnectOptions, FollowOptions } from './options.ts';
import { backoff, pause } from './pause.ts';
import { baseOf } from './server-url.ts';
import type { WireAnswer } from './wire-answer.ts';
import { wireCallOf, type WireCall } from './wire-call.ts';
import type { WireOperation } from './wire-operation.ts';

const usualTimeoutMs = 30_000;
const usualRetries = 2;
/** Before the first further attempt; doubles. */
const firstPauseMs = 250;

/** What a transport leans on; a test hands in others. */
export interface TransportParts {
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly newKey: () => string;
  /** The `fetch` for a call that may take so long, where nobody gave one. */
  readonly fetchFor: (timeoutMs: number) => typeof fetch;
}

const usualParts: TransportParts = {
  random: Math.random,
  monotonic: () => performance.now(),
  newKey: newIdempotencyKey,
  fetchFor: () => fetch,
};

/** Carries calls to a server. Keeps no connection of its own and needs no closing. */
export interface Transport {
  /** Where calls go, with `/api/v1`. */
  readonly url: string;
  readonly origin: string;
  /**
   * Makes a call, as often as it takes and its settings allow. A write carries a key, so that the server does it once.
   * @throws what the server answered, with its code; REQUEST_INVALID, SERVER_UNREACHABLE, SERVER_SILENT, ANSWER_LOST, NOT_A_RATCHET_SERVER;
   *   the signal's reason when it is aborted
   */
  call(
    operation: WireOperation,
    input: Readonly<Record<string, unknown>>,
    settings?: CallSettings,
    known?: readonly AnyErrorKind[],
  ): Promise<WireAnswer>;
  /** Follows a stream, connecting again where it breaks. @throws as `call`, while it is being iterated */
  follow<Data>(
    operation: WireOperation,
    input: Readonly<Record<string, unknown>>,
    options: FollowOptions,
    read: EventReader<Data>,
  ): Followed<Data>;
}

/** @throws SERVER_URL_INVALID */
export function createTransport(options: ConnectOptions, given: Partial<TransportParts> = {}): Transport {
  const { url, token, timeoutMs: usualMs = usualTimeoutMs, retries: mostRetries = usualRetries } = options;
  const parts: TransportParts = { ...usualParts, ...given };
  const base = baseOf(url);
  const { origin } = new URL(base);

  const send = (wire: WireCall, signal: AbortSignal, fetchOf: typeof fetch, more: Record<string, string>): Promise<Response> =>
    fetchOf(`${base}${wire.path}`, {
      method: wire.method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(wire.body === null ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      body: wire.body,
      // A token is for this server only: another place is never followed to.
      redirect: 'manual',
      signal,
    });

  return {
    url: base,
    origin,
    async call(operation, input, settings = {}, known = []) {
      const { signal, retries = mostRetries, idempotencyKey } = settings;
      const wire = wireCallOf(operation, input);
      signal?.throwIfAborted();
      const timeoutMs = (settings.timeoutMs ?? usualMs) + operation.waitMsOf(input);
      const fetchOf = options.fetch ?? parts.fetchFor(timeoutMs);
      const key: Record<string, string> = operation.isRead ? {} : { 'idempotency-key': idempotencyKey ?? parts.newKey() };
      const over = new AbortController();
      const endsAt = parts.monotonic() + timeoutMs;
      const timer = setTimeout(() => over.abort(), timeoutMs);
      const ending = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
      try {
        for (let failures = 0; ;) {
          const outcome = await attemptCall(() => send(wire, ending, fetchOf, { accept: 'application/json', ...key }), {
            origin,
            call: operation.name,
            known,
          });
          signal?.throwIfAborted();
          if ('answer' in outcome) return outcome.answer;
          const { failure, mayPass, isUnderWay, retryAfterMs } = outcome;
          if (over.signal.aborted) throw serverSilent({ url: origin, call: operation.name, seconds: timeoutMs / 1_000 }, failure);
          if (!mayPass || (failures >= retries && !isUnderWay)) throw failure;
          const pauseMs = retryAfterMs ?? backoff(failures, firstPauseMs, parts.random);
          if (parts.monotonic() + pauseMs >= endsAt) throw failure;
          if (!isUnderWay) failures++;
          await pause(pauseMs, ending);
        }
      } catch (caught) {
        signal?.throwIfAborted();
        throw caught;
      } finally {
        clearTimeout(timer);
      }
    },
    follow: (operation, input, followOptions, read) =>
      followStream(operation.name, followOptions, read, {
        origin,
        firstRetries: mostRetries,
        random: parts.random,
        open: (signal, after) => {
          const resumed: Record<string, string> = after === null ? {} : { 'last-event-id': after };
          return send(wireCallOf(operation, input), signal, options.fetch ?? fetch, { accept: 'text/event-stream', ...resumed });
        },
        networkError: (caught) => networkError(caught, origin, operation.name),
      }),
  };
}
