import type { Stream, StreamEvent } from '#kernel/index.ts';
import type { z } from 'zod';
import { serverSilent, serverUrlInvalid } from './errors.ts';
import { followStream, type FollowOptions } from './follow.ts';
import { wireCallOf, type WireCall } from './http-request.ts';
import { networkError } from './network-error.ts';
import { patientFetch, platformPatienceMs } from './patient-fetch.ts';
import { readAnswer, type Answering } from './read-answer.ts';
import { readWire, type WireAnswer } from './wire-answer.ts';

const usualTimeoutMs = 30_000;

export interface ClientOptions {
  /** `http://127.0.0.1:8080`; `/api/v1` is added. */
  readonly url: string;
  /** An API key or a session's token. */
  readonly token?: string | undefined;
  /** Another `fetch` than that of the platform. */
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds for each call, from sending it to the last byte of its answer; 30 s when not given. What an input says in `wait` or `waitMs` comes on top. */
  readonly timeoutMs?: number | undefined;
}

export interface CallSettings {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this call. */
  readonly timeoutMs?: number | undefined;
}

export type ClientOperation<Input extends z.ZodType, Output extends z.ZodType> = Answering & {
  readonly input: Input;
  readonly output: Output;
};
export type ClientStream<Input extends z.ZodType, Data extends z.ZodType> = Pick<Stream<never, Input, Data>, 'name' | 'errors' | 'on'> & {
  readonly input: Input;
  readonly data: Data;
};

/** Calls a server's operations over REST. Keeps no connection of its own and needs no closing. */
export interface Client {
  /** Where calls go, with `/api/v1`. */
  readonly url: string;
  /**
   * Calls an operation and checks its answer.
   * @throws what the server answered, with its code; REQUEST_INVALID, SERVER_UNREACHABLE, SERVER_SILENT, ANSWER_LOST, NOT_A_RATCHET_SERVER,
   *   ANSWER_UNKNOWN; the signal's reason when it is aborted
   */
  call<Input extends z.ZodType, Output extends z.ZodType>(
    operation: ClientOperation<Input, Output>,
    input: z.input<Input>,
    settings?: CallSettings,
  ): Promise<z.output<Output>>;
  /** Follows a stream, connecting again where it breaks. @throws as `call`, while it is being iterated */
  follow<Input extends z.ZodType, Data extends z.ZodType>(
    stream: ClientStream<Input, Data>,
    input: z.input<Input>,
    options?: FollowOptions,
  ): AsyncGenerator<StreamEvent<z.output<Data>>, void, undefined>;
}

/** @throws SERVER_URL_INVALID */
export function createClient(options: ClientOptions): Client {
  const base = baseOf(options.url);
  const origin = new URL(base).origin;
  const headers = (accept: string): Record<string, string> => ({
    accept,
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
  });

  const send = (
    wire: WireCall,
    accept: string,
    signal: AbortSignal,
    more: Record<string, string> = {},
    fetchOf = options.fetch ?? fetch,
  ): Promise<Response> =>
    fetchOf(`${base}${wire.path}`, {
      method: wire.method,
      headers: { ...headers(accept), ...(wire.body === null ? {} : { 'content-type': 'application/json' }), ...more },
      body: wire.body,
      // A token is for this server only: another place is never followed to.
      redirect: 'manual',
      signal,
    });

  return {
    url: base,
    async call(operation, input, { signal, timeoutMs: patienceMs = options.timeoutMs ?? usualTimeoutMs } = {}) {
      const wire = wireCallOf(operation, input);
      signal?.throwIfAborted();
      const timeoutMs = patienceMs + waitOf(operation, input);
      const tooLong = AbortSignal.timeout(timeoutMs);
      const ending = signal === undefined ? tooLong : AbortSignal.any([signal, tooLong]);
      let answer: WireAnswer;
      try {
        const fetchOf = timeoutMs > platformPatienceMs ? (options.fetch ?? patientFetch) : undefined;
        answer = await readWire(await send(wire, 'application/json', ending, {}, fetchOf), origin);
      } catch (caught) {
        signal?.throwIfAborted();
        if (tooLong.aborted) throw serverSilent({ url: origin, call: operation.name, seconds: timeoutMs / 1000 }, caught);
        throw networkError(caught, origin, operation.name);
      }
      return readAnswer(operation, answer) as z.output<typeof operation.output>;
    },
    follow: (stream, input, followOptions = {}) =>
      followStream(stream, followOptions, {
        origin,
        open: (signal, after) =>
          send(wireCallOf(stream, input), 'text/event-stream', signal, after === null ? {} : { 'last-event-id': after }),
        networkError: (caught) => networkError(caught, origin, stream.name),
      }),
  };
}

/** Milliseconds that the server itself was asked to wait for something: they do not count against it. */
function waitOf({ input: schema }: Answering, input: unknown): number {
  const { shape } = schema as Partial<z.ZodObject>;
  const said = (input ?? {}) as { readonly waitMs?: unknown; readonly wait?: unknown };
  const waits = [shape?.['waitMs']?.safeParse(said.waitMs).data, shape?.['wait']?.safeParse(said.wait).data];
  return waits.find((wait) => typeof wait === 'number') ?? 0;
}

function baseOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw serverUrlInvalid({ url, problem: 'it is no http or https URL' });
  if (parsed.username !== '' || parsed.password !== '') {
    throw serverUrlInvalid({ url: `${parsed.protocol}//${parsed.host}`, problem: 'it carries a user or password' });
  }
  const path = parsed.pathname.replace(/\/+$/, '');
  return `${parsed.origin}${path.endsWith('/api/v1') ? path : `${path}/api/v1`}`;
}
