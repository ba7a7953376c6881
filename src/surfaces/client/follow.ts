import { RatchetError } from '#kernel/error.ts';
import type { StreamEvent } from '#kernel/stream-event.ts';
import { bodyChunks, SilentBody } from './body-chunks.ts';
import { answerLost, notARatchetServer } from './errors.ts';
import type { FollowOptions } from './options.ts';
import { backoff, pause } from './pause.ts';
import { failureOf } from './read-answer.ts';
import { readEvents, type SentEvent } from './server-sent-events.ts';
import { readWire } from './wire-answer.ts';

export interface Connection {
  readonly origin: string;
  /** How often the first connection may fail before it is given up. */
  readonly firstRetries: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly open: (signal: AbortSignal, after: string | null) => Promise<Response>;
  readonly networkError: (caught: unknown) => unknown;
}

export type Followed<Data> = AsyncGenerator<StreamEvent<Data>, void, undefined>;
/** Makes the data of an event, or throws the error that it stands for. */
export type EventReader<Data> = (event: SentEvent) => StreamEvent<Data>;

/** Events about the stream itself: nothing more will come; or it is worth coming back at once. */
const endEvent = 'end';
const breakEvents: readonly string[] = ['closing', 'dropped'];

const usualMostFailures = 8;
const usualBackoffMs = 500;
const usualSilenceMs = 45_000;
const longestRetryMs = 10_000;

/**
 * Events of a stream. A connection that broke is made again after the last event that had an id. Nothing runs before the first event is
 * asked for; whoever stops asking lets go of the connection at once, even while an event is being waited for.
 */
export function followStream<Data>(name: string, options: FollowOptions, read: EventReader<Data>, connection: Connection): Followed<Data> {
  const leaving = new AbortController();
  const { signal } = options;
  const ending = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const events = eventsOf(name, options, read, connection, ending);
  const followed: Followed<Data> = {
    next: () => events.next(),
    return() {
      leaving.abort();
      return events.return();
    },
    throw(caught) {
      leaving.abort();
      return events.throw(caught);
    },
    [Symbol.asyncIterator]: () => followed,
    async [Symbol.asyncDispose]() {
      await followed.return();
    },
  };
  return followed;
}

async function* eventsOf<Data>(
  name: string,
  { after = null, mostFailures = usualMostFailures, backoffMs, silenceMs = usualSilenceMs }: FollowOptions,
  read: EventReader<Data>,
  connection: Connection,
  ending: AbortSignal,
): Followed<Data> {
  let last = after;
  let most = connection.firstRetries;
  let failures = 0;
  let pauseMs = backoffMs ?? usualBackoffMs;
  while (!ending.aborted) {
    let failure: unknown;
    let retryAfterMs: number | null = null;
    try {
      const response = await connection.open(ending, last);
      const body = await bodyOf(name, response, connection.origin, (ms) => (retryAfterMs = ms));
      most = mostFailures;
      // What the server says about coming back counts where the caller has said nothing.
      const onRetry = (ms: number) => (pauseMs = backoffMs ?? Math.min(ms, longestRetryMs));
      for await (const event of readEvents(bodyChunks(body, silenceMs), onRetry)) {
        failures = 0;
        if (event.kind === endEvent) return;
        if (breakEvents.includes(event.kind)) break;
        yield read(event);
        last = event.id ?? last;
      }
      failure = answerLost({ url: connection.origin, call: name, reason: 'the stream ended too early' });
    } catch (caught) {
      if (ending.aborted) return;
      failure =
        caught instanceof SilentBody
          ? answerLost({ url: connection.origin, call: name, reason: caught.message }, caught)
          : connection.networkError(caught);
      if (!mayPass(failure)) throw failure;
    }
    failures++;
    if (failures > most) throw failure;
    // A server that wants to be left alone knows best when it will be back.
    await pause(Math.max(backoff(failures - 1, pauseMs, connection.random), retryAfterMs ?? 0), ending).catch(() => {});
  }
}

/** Whether connecting again may help. */
function mayPass(failure: unknown): boolean {
  return failure instanceof RatchetError && failure.retryable;
}

async function bodyOf(
  name: string,
  response: Response,
  origin: string,
  onRetryAfter: (ms: number | null) => void,
): Promise<ReadableStream<Uint8Array>> {
  const contentType = response.headers.get('content-type') ?? '';
  if (response.status === 200 && contentType.startsWith('text/event-stream') && response.body !== null) return response.body;
  const answer = await readWire(response, origin);
  onRetryAfter(answer.retryAfterMs);
  if (answer.status !== 200) throw failureOf(answer);
  throw notARatchetServer({ url: origin, problem: `it answered ${name} with ${contentType || 'no content type'}, not with events` });
}
