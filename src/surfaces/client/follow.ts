import { setTimeout as sleep } from 'node:timers/promises';
import { RatchetError, type AnyErrorKind, type StreamEvent } from '#kernel/index.ts';
import type { z } from 'zod';
import { errorFromBody } from './error-from-body.ts';
import { answerUnknown, notARatchetServer } from './errors.ts';
import { failureOf } from './read-answer.ts';
import { readEvents, type SentEvent } from './server-sent-events.ts';
import { readWire } from './wire-answer.ts';

export interface FollowOptions {
  /** Ends the following, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** The id of the last event that was seen. */
  readonly after?: string | null | undefined;
  /** How often in a row connecting again may fail before it is given up; 8 when not given. */
  readonly mostFailures?: number | undefined;
  /** Milliseconds before the first attempt to connect again; doubles up to 10 s; 500 when not given. */
  readonly backoffMs?: number | undefined;
}

interface Connection {
  readonly origin: string;
  open(signal: AbortSignal, after: string | null): Promise<Response>;
  networkError(caught: unknown): unknown;
}

/** Events about the stream itself: nothing more will come; it ended in an error, which stands in its data; one that is worth coming back after. */
const endEvent = 'end';
const errorEvent = 'error';
const breakEvents: readonly string[] = ['closing', 'dropped'];

const longestBackoffMs = 10_000;

/**
 * Events of a stream. A connection that was there and broke is made again after the last event that had an id; the first one is not
 * tried twice, so that a wrong address shows at once.
 */
export async function* followStream<Data extends z.ZodType>(
  stream: { readonly name: string; readonly data: Data; readonly errors: readonly AnyErrorKind[] },
  { signal = new AbortController().signal, after = null, mostFailures = 8, backoffMs = 500 }: FollowOptions,
  connection: Connection,
): AsyncGenerator<StreamEvent<z.output<Data>>, void, undefined> {
  let last = after;
  let wasConnected = false;
  let failures = 0;
  let pauseMs = backoffMs;
  while (!signal.aborted) {
    let failure: unknown;
    try {
      const response = await connection.open(signal, last);
      const body = await bodyOf(stream, response, connection.origin);
      wasConnected = true;
      for await (const event of readEvents(body, (ms) => (pauseMs = Math.min(ms, longestBackoffMs)))) {
        failures = 0;
        if (event.kind === endEvent) return;
        if (breakEvents.includes(event.kind)) break;
        yield readEvent(stream, event, connection.origin);
        last = event.id ?? last;
      }
      failure = connection.networkError(new TypeError('ended', { cause: new Error('the stream ended too early') }));
    } catch (caught) {
      if (signal.aborted) return;
      failure = connection.networkError(caught);
      if (!wasConnected || !mayPass(failure)) throw failure;
    }
    failures++;
    if (failures > mostFailures) throw failure;
    await sleep(Math.min(pauseMs * 2 ** (failures - 1), longestBackoffMs), undefined, { signal }).catch(() => {});
  }
}

/** Whether connecting again may help. */
function mayPass(failure: unknown): boolean {
  return failure instanceof RatchetError && failure.retryable;
}

async function bodyOf(stream: { errors: readonly AnyErrorKind[] }, response: Response, origin: string): Promise<AsyncIterable<Uint8Array>> {
  const contentType = response.headers.get('content-type') ?? '';
  if (response.status === 200 && contentType.startsWith('text/event-stream') && response.body !== null) return response.body;
  const answer = await readWire(response, origin);
  if (answer.status !== 200) throw failureOf(stream, answer);
  throw notARatchetServer({ url: origin, problem: `it answered with ${contentType || 'no content type'}, not with events` });
}

function readEvent<Data extends z.ZodType>(
  stream: { readonly name: string; readonly data: Data; readonly errors: readonly AnyErrorKind[] },
  event: SentEvent,
  origin: string,
): StreamEvent<z.output<Data>> {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch (caught) {
    throw notARatchetServer({ url: origin, problem: `an event of ${stream.name} is broken JSON` }, caught);
  }
  if (event.kind === errorEvent) {
    const error = errorFromBody(data, 500, stream.errors);
    if (error !== null) throw error;
  }
  const parsed = stream.data.safeParse(data);
  if (parsed.success) return { id: event.id, kind: event.kind, data: parsed.data };
  throw answerUnknown({ url: origin, call: stream.name, problems: parsed.error.issues.slice(0, 5).map(({ message }) => message) });
}
