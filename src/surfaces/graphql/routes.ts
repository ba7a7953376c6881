import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RatchetError, type AuditLine, type Caller, type EventFeed, type IdSource } from '#kernel/index.ts';
import { answerTimedOut, contentPolicyOfPages, fromFramework, type RouteParts } from '#surfaces/http/index.ts';
import { openSse, type AnyOperation, type AnyStream } from '#surfaces/rest/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { graphqlNeedsStream, graphqlRequestInvalid, graphqlTooMuch } from './errors.ts';
import type { Answer, Asking, Executor } from './execute.ts';
import { playgroundFiles } from './playground/playground.ts';
import type { GraphqlSettings } from './settings.ts';
import type { GraphqlWebSockets } from './web-socket.ts';

export interface GraphqlOptions extends RouteParts {
  readonly operations: readonly AnyOperation[];
  readonly streams: readonly AnyStream[];
  readonly services: object;
  readonly settings: GraphqlSettings;
  readonly feed: EventFeed;
  readonly health: () => Promise<unknown>;
  readonly ids: IdSource;
  /** Who asks, by the headers of a request or of a WebSocket, and what a client said when it connected. */
  readonly callerOf: (request: Pick<IncomingMessage, 'headers'>, said?: Readonly<Record<string, unknown>>) => Caller | Promise<Caller>;
  readonly audit?: (line: AuditLine) => void;
  readonly bodyLimitBytes: number;
  /** Milliseconds between signs of life on a quiet stream; 15 000 unless said otherwise. */
  readonly heartbeatMs?: number;
  /** How long a reader may not read before it is let go; 30 000 unless said otherwise. */
  readonly slowReaderMs?: number;
}

const path = '/graphql';
const jsonType = 'application/json; charset=utf-8';
const responseType = 'application/graphql-response+json; charset=utf-8';
const usualHeartbeatMs = 15_000;
const usualSlowReaderMs = 30_000;
/** How long clients of a WebSocket have to leave when the server stops. */
const leaveWithinMs = 2_000;

/** Serves GraphQL: answers, streams, WebSockets and a page to try it. What runs documents is loaded when the first one comes. */
export function graphqlRoutes(app: FastifyInstance, options: GraphqlOptions): void {
  const { settings, closing } = options;
  let executor: Promise<Executor> | null = null;
  const loaded = () => (executor ??= import('./execute.ts').then(({ createExecutor }) => createExecutor(options)));

  const errorHandler = async (caught: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = fromFramework(caught, options.bodyLimitBytes);
    return send(reply, request, error.http, (await loaded()).refuse(error, request.id));
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const caller = await options.callerOf(request);
    request.callerName = caller.name;
    const isGet = request.method === 'GET';
    if (isGet && settings.hasPlayground && Object.keys(request.query as object).length === 0 && wantsPage(request))
      return reply.redirect('/playground', 302);
    const asked = isGet ? ofQuery(request.query) : request.body;
    const documents = await loaded();
    const asking = { caller, requestId: request.id, isReadOnly: isGet };
    if (Array.isArray(asked)) return answerMany(asked, request, reply, (signal, one) => documents.read(one, { ...asking, signal }));
    if (await isStream(asked, request, asking)) return answerStream(asked, request, reply, asking);
    const answered = await timed(reply, async (signal) => {
      const runnable = await documents.read(asked, { ...asking, signal });
      if ('answer' in runnable) return runnable;
      if (runnable.operation === 'subscription') throw graphqlNeedsStream({});
      const answer = await runnable.run();
      return { status: statusOf(answer), answer };
    });
    return answered === tooLate ? reply : send(reply, request, answered.status, answered.answer);
  };
  app.route({ method: ['GET', 'POST'], url: path, exposeHeadRoute: false, handler, errorHandler });
  if (settings.hasPlayground) {
    // Where the page was in earlier versions.
    app.get('/graphql/playground', (_request, reply) => reply.redirect('/playground', 302));
    for (const { url, type, text } of playgroundFiles) {
      app.get(url, (_request, reply) => {
        // Whoever opens the page asks for the schema next: it is made while the browser still reads. A failure shows when it is asked for.
        reply.raw.once('finish', () => void loaded().catch(() => {}));
        return reply.type(type).header('content-security-policy', contentPolicyOfPages).header('cache-control', 'no-cache').send(text);
      });
    }
  }
  listenForWebSockets(app.server, options, loaded);

  type Read = Awaited<ReturnType<Executor['read']>>;

  async function answerMany(
    asked: readonly unknown[],
    request: FastifyRequest,
    reply: FastifyReply,
    read: (signal: AbortSignal, one: unknown) => Promise<Read>,
  ): Promise<FastifyReply> {
    if (asked.length === 0) throw graphqlRequestInvalid({ problem: 'it is an empty array' });
    if (asked.length > settings.maxBatch)
      throw graphqlTooMuch({ what: 'documents, counted,', found: asked.length, limit: settings.maxBatch, setting: 'graphql.max_batch' });
    const answers = await timed(reply, async (signal) => {
      const made: Answer[] = [];
      // One after the other, as they were written: a later one may build on what an earlier one changes.
      for (const one of asked) {
        const runnable = await read(signal, one);
        if ('answer' in runnable) made.push(runnable.answer);
        else if (runnable.operation === 'subscription') made.push((await loaded()).refuse(graphqlNeedsStream({}), request.id));
        else made.push(await runnable.run());
      }
      return made;
    });
    return answers === tooLate ? reply : send(reply, request, 200, answers);
  }

  /** Clients that take both get a stream where there is more than one answer. */
  async function isStream(asked: unknown, request: FastifyRequest, asking: Omit<Asking, 'signal'>): Promise<boolean> {
    if (!wants(request, 'text/event-stream')) return false;
    if (!wants(request, 'json')) return true;
    const runnable = await (await loaded()).read(asked, { ...asking, signal: closing });
    return !('answer' in runnable) && runnable.operation === 'subscription';
  }

  /** Answers as Server-Sent Events: `next` for each, `complete` at the end. */
  async function answerStream(
    asked: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
    asking: Omit<Asking, 'signal'>,
  ): Promise<FastifyReply> {
    const run = options.running.begin(reply.raw);
    const signal = AbortSignal.any([run.signal, closing]);
    const runnable = await (await loaded()).read(asked, { ...asking, signal });
    if ('answer' in runnable) {
      run.finish();
      return send(reply, request, runnable.status, runnable.answer);
    }
    const answers = runnable.operation === 'subscription' ? await runnable.follow() : await runnable.run();
    reply.hijack();
    const writer = openSse(reply, options.heartbeatMs ?? usualHeartbeatMs, options.slowReaderMs ?? usualSlowReaderMs);
    if (!(Symbol.asyncIterator in answers)) await writer.event(null, 'next', answers);
    else {
      void writer.gone.then(() => answers.return?.());
      for await (const answer of answers) if (!(await writer.event(null, 'next', answer))) break;
    }
    run.finish();
    writer.end('complete');
    return reply;
  }

  /** Does the work of one request within the time it has. */
  async function timed<Result>(reply: FastifyReply, work: (signal: AbortSignal) => Promise<Result>): Promise<Result | typeof tooLate> {
    const { running, answerTimeoutMs } = options;
    const run = running.begin(reply.raw, () => {
      if (!reply.sent)
        void errorHandler(answerTimedOut({ timeoutSeconds: answerTimeoutMs / 1_000, retryAfterSeconds: 5 }), reply.request, reply);
    });
    try {
      const result = await work(run.signal);
      return run.finish() ? tooLate : result;
    } catch (caught) {
      if (run.finish()) return tooLate;
      if (!run.signal.aborted) throw caught;
      if (run.signal.reason instanceof RatchetError) throw run.signal.reason;
      reply.hijack();
      return tooLate;
    }
  }

  function send(reply: FastifyReply, request: FastifyRequest, status: number, answer: Answer | readonly Answer[]): FastifyReply {
    const isModern = wants(request, 'application/graphql-response+json');
    // Clients of the older type take an answer with errors only where it comes as 200, unless it never was a GraphQL request.
    const isDocument = 'errors' in answer && answer.errors?.every(({ extensions }) => isOfDocument(extensions?.['code']));
    const code = isModern || !isDocument ? status : 200;
    if (status === 405) reply.header('allow', 'POST');
    return reply
      .code(code)
      .header('cache-control', 'no-store')
      .header('vary', 'accept')
      .type(isModern ? responseType : jsonType)
      .send(JSON.stringify(answer));
  }
}

const tooLate = Symbol('answered already, because time was up');
const ofDocuments = new Set<unknown>(['GRAPHQL_SYNTAX', 'GRAPHQL_INVALID', 'GRAPHQL_TOO_MUCH', 'PERSISTED_QUERY_NOT_FOUND']);

/** Without data nothing was run: the variables were not what the document says, or something broke. */
function statusOf({ data, errors }: Answer): number {
  return data === undefined ? Number(errors?.[0]?.extensions?.['status'] ?? 400) : 200;
}

function isOfDocument(code: unknown): boolean {
  return ofDocuments.has(code);
}

/** Other ends than ours are left to whoever else takes over connections. */
function listenForWebSockets(server: Server, options: GraphqlOptions, loaded: () => Promise<Executor>): void {
  let sockets: Promise<GraphqlWebSockets> | null = null;
  const open = () =>
    (sockets ??= Promise.all([loaded(), import('./web-socket.ts')]).then(([executor, { createGraphqlWebSockets }]) =>
      createGraphqlWebSockets({
        executor,
        ids: options.ids,
        callerOf: options.callerOf,
        maxPerConnection: options.settings.maxSubscriptionsPerConnection,
        maxMessageBytes: options.bodyLimitBytes,
        heartbeatMs: options.heartbeatMs ?? usualHeartbeatMs,
        slowReaderMs: options.slowReaderMs ?? usualSlowReaderMs,
      }),
    ));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) {
      if (server.listenerCount('upgrade') === 1) hangUp(socket, '404 Not Found');
      return;
    }
    if (options.closing.aborted) return hangUp(socket, '503 Service Unavailable');
    if (!options.mayUpgrade(request)) return hangUp(socket, '403 Forbidden');
    open().then(
      (accepting) => accepting.accept(request, socket, head),
      () => hangUp(socket, '500 Internal Server Error'),
    );
  });
  options.closing.addEventListener('abort', () => void sockets?.then((opened) => opened.close(leaveWithinMs)), { once: true });
}

function hangUp(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A request that stands in an address. @throws GRAPHQL_REQUEST_INVALID */
function ofQuery(query: unknown): Record<string, unknown> {
  const asked: Record<string, unknown> = {};
  for (const [name, said] of Object.entries(query as Record<string, unknown>)) {
    if (said === '' || !['query', 'variables', 'operationName', 'extensions', 'documentId'].includes(name)) continue;
    asked[name] = name === 'variables' || name === 'extensions' ? jsonOf(name, said) : said;
  }
  return asked;
}

function jsonOf(name: string, said: unknown): unknown {
  try {
    return JSON.parse(String(said)) as unknown;
  } catch {
    throw graphqlRequestInvalid({ problem: `${name} in its address is no JSON` });
  }
}

function wants({ headers }: FastifyRequest, type: string): boolean {
  return (headers.accept ?? '').toLowerCase().includes(type);
}

function wantsPage(request: FastifyRequest): boolean {
  return wants(request, 'text/html') && !wants(request, 'application/json');
}
