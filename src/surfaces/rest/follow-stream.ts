import { inputRejected, mayDo, notPermitted, problemsOf, toRatchetError, type StreamEvent } from '#kernel/index.ts';
import { errorAnswer, pathOf } from '#surfaces/http/index.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnyStream, RestRoute } from './projection.ts';
import { createInputReader, type RequestParts } from './read-input.ts';
import type { RestOptions } from './routes.ts';
import { openSse, type SseWriter } from './sse.ts';

/** How long the first event, or the refusal of the stream, is waited for before the answer begins: a refusal should still have its own status. */
const firstEventMs = 100;

type Events = AsyncIterator<StreamEvent<unknown>>;

/**
 * Serves a stream as Server-Sent Events. Each event has the id, the kind and the data of the stream's; a client that comes back with
 * `Last-Event-ID` (or `?after=`) goes on behind it. An `error` event carries the body all errors have; `end` says that nothing more will come,
 * `closing` that the server stops, `dropped` that the client read too slowly; after the last two it is right to come back.
 */
export function followStream(stream: AnyStream, route: RestRoute, services: object, options: RestOptions) {
  const reader = createInputReader(stream.name, stream.input, route);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { clock } = options;
    const caller = await options.callerOf(request);
    request.callerName = caller.name;
    if (!mayDo(caller, stream.permission)) {
      throw notPermitted({ operation: stream.name, permission: stream.permission, caller: caller.name });
    }
    const { after: afterSaid, ...query } = request.query as RequestParts['query'];
    const given = reader.read({
      params: request.params as RequestParts['params'],
      query: reader.hasField('after') ? (request.query as RequestParts['query']) : query,
      body: undefined,
    });
    const parsed = stream.input.safeParse(given);
    if (!parsed.success) throw inputRejected({ operation: stream.name, problems: problemsOf(parsed.error) });
    // A browser that reconnects repeats the address it was given, so the header is the newer of the two.
    const after = request.headers['last-event-id'] ?? (typeof afterSaid === 'string' ? afterSaid : undefined);
    const run = options.running.begin(reply.raw);
    const ended = AbortSignal.any([run.signal, options.closing]);
    const context = { caller, now: clock.now(), signal: ended, notify: () => {} };
    const opened = stream.open(services as never, parsed.data as never, typeof after === 'string' ? after : null, context);
    const events = opened[Symbol.asyncIterator]();
    try {
      const first = events.next();
      await firstSign(first);
      reply.hijack();
      const writer = openSse(reply, options.heartbeatMs ?? 15_000, options.slowReaderMs ?? 30_000);
      await pump(stream, events, first, writer, ended, (caught) =>
        errorAnswer(toRatchetError(caught, `follow ${stream.name}`), { requestId: request.id, path: pathOf(request), now: clock.now() }),
      );
      if (options.closing.aborted) writer.end('closing');
      else writer.end('end');
    } finally {
      run.finish();
      // A stream that waits for something that never comes may never return; nobody waits for that.
      void Promise.resolve(events.return?.()).catch(() => {});
    }
    return reply;
  };
}

/** Waits for the first event a short while. @throws what the stream threw instead */
async function firstSign(first: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, firstEventMs);
  });
  try {
    await Promise.race([first, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function pump(
  stream: AnyStream,
  events: Events,
  first: ReturnType<Events['next']>,
  writer: SseWriter,
  ended: AbortSignal,
  answerOf: (caught: unknown) => { body: unknown },
): Promise<void> {
  let isStopped = ended.aborted;
  let wake = () => {};
  const stop = () => {
    isStopped = true;
    wake();
  };
  ended.addEventListener('abort', stop, { once: true });
  void writer.gone.then(stop);
  try {
    for (let next = first; ; next = events.next()) {
      // No race against one long promise: that would keep a reaction on it for every event there ever was.
      const step = await new Promise<Awaited<typeof next> | null>((resolve, reject) => {
        wake = () => resolve(null);
        if (isStopped) resolve(null);
        next.then(resolve, reject);
      });
      if (step === null || step.done === true) return;
      const { id, kind, data } = step.value;
      if (!(await writer.event(id, kind, stream.data.parse(data)))) return;
    }
  } catch (caught) {
    if (!isStopped) await writer.event(null, 'error', answerOf(caught).body);
  } finally {
    ended.removeEventListener('abort', stop);
  }
}
