import { call, mayDo, type AuditLine, type Caller, type ListPage, RatchetError, type Operation } from '#kernel/index.ts';
import { answerTimedOut, type RouteParts } from '#surfaces/http/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, locationOf, sendTagged } from './answer.ts';
import { followStream } from './follow-stream.ts';
import { createOnce, type GivenAnswer, type IdempotencyStore } from './idempotency.ts';
import { listAnswer } from './list-answer.ts';
import { apiPrefix, nounOf, restRouteOf, type AnyOperation, type AnyStream, type RestRoute } from './projection.ts';
import { createInputReader, type RequestParts } from './read-input.ts';
import { createListReader, listingOf, type ListReader } from './read-list.ts';

export interface RestOptions extends RouteParts {
  /** Who asks. Runs before the input is read. @throws RatchetError for nobody who may ask */
  readonly callerOf: (request: FastifyRequest) => Caller | Promise<Caller>;
  readonly idempotency: IdempotencyStore;
  readonly audit?: (line: AuditLine) => void;
  /** Milliseconds between signs of life on a quiet stream; 15 000 unless said otherwise. */
  readonly heartbeatMs?: number;
  /** How long a reader of a stream may not read before it is let go; 30 000 unless said otherwise. */
  readonly slowReaderMs?: number;
}

const jsonType = 'application/json; charset=utf-8';

/**
 * Serves operations and streams below /api/v1. Everything a request needs is worked out here once: route, readers of its fields, filters.
 * @param services what the operations lean on, as they were declared
 */
export function restRoutes(
  app: FastifyInstance,
  operations: readonly AnyOperation[],
  streams: readonly AnyStream[],
  services: object,
  options: RestOptions,
): void {
  const once = createOnce(options.idempotency);
  const known = new Set<string>();
  const claim = (name: string, { method, path }: RestRoute) => {
    const key = `${method} ${path.replaceAll(/:\w+/g, ':')}`;
    if (known.has(key)) throw new TypeError(`${name} has the route ${method} ${path}, which another operation has`);
    known.add(key);
  };
  for (const operation of operations) {
    const route = restRouteOf(operation);
    if (route === null) continue;
    claim(operation.name, route);
    if (route.status === 204 && !operation.output.safeParse(undefined).success)
      throw new TypeError(`${operation.name} promises an answer, and its route answers 204, which has none: give it z.void()`);
    const listing = route.method === 'GET' ? listingOf(operation.input) : null;
    const handler =
      listing === null
        ? single(operation, route, services, options, once)
        : list(operation, route, services, options, createListReader(operation.name, operation.input, listing, route), listing.noun);
    app.route({ method: route.method, url: apiPrefix + route.path, handler });
  }
  for (const stream of streams) {
    const route = restRouteOf(stream);
    if (route === null) continue;
    claim(stream.name, route);
    if (route.method !== 'GET') throw new TypeError(`the stream ${stream.name} is followed with ${route.method}, and can only be with GET`);
    app.get(apiPrefix + route.path, { compress: false, exposeHeadRoute: false }, followStream(stream, route, services, options));
  }
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function list(
  operation: AnyOperation,
  route: RestRoute,
  services: object,
  options: RestOptions,
  reader: ListReader,
  listingNoun: string,
): Handler {
  const noun = nounOf(route) || listingNoun;
  return async (request, reply) => {
    const caller = await namedCaller(request, options);
    const { input, page, renamed } = reader.read(partsOf(request));
    const found = await timed(reply, options, (signal) =>
      call(operation as Operation, services as never, input, { caller, now: nowOf(options), signal, ...auditOf(options) }).catch(
        (caught: unknown) => {
          throw renamed(caught as Parameters<typeof renamed>[0]);
        },
      ),
    );
    if (found === tooLate) return reply;
    const { body, headers } = listAnswer(found as ListPage<unknown>, page, noun, request.url, options.clock.now());
    return reply.headers(headers).header('cache-control', 'no-store').type(jsonType).send(JSON.stringify(body));
  };
}

function single(
  operation: AnyOperation,
  route: RestRoute,
  services: object,
  options: RestOptions,
  once: ReturnType<typeof createOnce>,
): Handler {
  const reader = createInputReader(operation.name, operation.input, route);
  const isRead = route.method === 'GET';
  const hasTag = isRead && route.answers === 'data';
  const collection = `${apiPrefix}/${nounOf(route)}`;
  return async (request, reply) => {
    const caller = await namedCaller(request, options);
    const input = reader.read(partsOf(request));
    const takesKey = reader.hasField('idempotencyKey');
    const key = isRead ? undefined : request.headers['idempotency-key'];
    if (takesKey && key !== undefined && input['idempotencyKey'] === undefined) input['idempotencyKey'] = key;
    const work = async (signal: AbortSignal): Promise<GivenAnswer> => {
      const data = await call(operation as Operation, services as never, input, {
        caller,
        now: nowOf(options),
        signal,
        ...auditOf(options),
      });
      if (route.status === 204 && data === undefined) return { status: 204, body: '', location: null };
      const body = JSON.stringify(bodyOf(route.answers, data, operation.summary, options.clock.now()));
      // What usually has nothing to say has something to say this time.
      const status = route.status === 204 ? 200 : route.status;
      return { status, body, location: status === 201 ? locationOf(collection, data) : null };
    };
    // Who may not call gets no answer that another call left behind.
    const isOnce = typeof key === 'string' && !takesKey && mayDo(caller, operation.permission);
    const done = await timed(
      reply,
      options,
      async (signal) =>
        isOnce
          ? once.run({ key, caller, operation: operation.name, url: request.url, body: request.body }, () => work(signal))
          : { answer: await work(signal), isReplay: false },
      // A client that lost its connection comes back under its key: what was begun for it is finished, and not begun again.
      isOnce,
    );
    if (done === tooLate) return reply;
    const { answer, isReplay } = done;
    if (isReplay) reply.header('idempotency-replayed', 'true');
    if (answer.location !== null) reply.header('location', answer.location);
    if (hasTag) return sendTagged(request, reply, answer.body);
    reply.code(answer.status).header('cache-control', 'no-store');
    return answer.body === '' ? reply.send() : reply.type(jsonType).send(answer.body);
  };
}

async function namedCaller(request: FastifyRequest, { callerOf }: RestOptions): Promise<Caller> {
  const caller = await callerOf(request);
  request.callerName = caller.name;
  return caller;
}

function partsOf({ params, query, body }: FastifyRequest): RequestParts {
  return { params: params as RequestParts['params'], query: query as RequestParts['query'], body };
}

/** The time, as a function of its own. */
function nowOf({ clock }: RestOptions): () => number {
  return () => clock.now();
}

function auditOf({ audit }: RestOptions): { audit?: (line: AuditLine) => void } {
  return audit === undefined ? {} : { audit };
}

const tooLate = Symbol('answered already, because time was up');

/** Does the work of one request within the time it has; after that the client has been told, and what still comes is nobody's. */
async function timed<Result>(
  reply: FastifyReply,
  { running, answerTimeoutMs }: RestOptions,
  work: (signal: AbortSignal) => Promise<Result>,
  outlivesClient = false,
): Promise<Result | typeof tooLate> {
  const onLate = () => {
    if (!reply.sent) void reply.send(answerTimedOut({ timeoutSeconds: answerTimeoutMs / 1_000, retryAfterSeconds: 5 }));
  };
  const run = running.begin(reply.raw, onLate, outlivesClient);
  try {
    const result = await work(run.signal);
    return run.finish() ? tooLate : result;
  } catch (caught) {
    if (run.finish()) return tooLate;
    if (!run.signal.aborted) throw caught;
    // What the work says of being stopped is of no interest: the server's own reason is told, and a client that is gone gets nothing.
    if (run.signal.reason instanceof RatchetError) throw run.signal.reason;
    reply.hijack();
    return tooLate;
  }
}
