import { errorAnswer, fromFramework, originNotAllowed, pathOf, type RouteParts } from '#surfaces/http/index.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods, RouteOptions } from 'fastify';
import type { McpClient } from './clients/client.ts';
import type { KnownClients } from './clients/known-clients.ts';
import { mayComeFrom } from './origins.ts';
import type { McpSettings } from './settings.ts';
import type { HttpEndpoint } from './transport/http-endpoint.ts';
import { rpcError } from './transport/json-rpc-error.ts';
import type { McpParts } from './transport/mcp-parts.ts';
import { protocolRevisions, serverName } from './transport/revisions.ts';

export interface McpRouteOptions extends RouteParts {
  readonly settings: McpSettings;
  readonly clients: KnownClients;
  /** @throws MCP_ADDRESS_REFUSED */
  readonly letIn: (address: string) => void;
  /** Origins of web pages that may call the server as a whole. */
  readonly corsOrigins: readonly string[];
  readonly version: string;
  /** Made when the first client asks: until then nobody pays for it. */
  readonly parts: () => Promise<McpParts>;
}

const streamHeaders = 'Mcp-Session-Id, WWW-Authenticate, Retry-After, X-Request-ID';
const readableHeaders =
  'Content-Type, Accept, Authorization, X-API-Key, Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID';

/** Serves MCP: one endpoint, and the two routes of older clients beside it. What speaks the protocol is loaded when the first client asks. */
export function mcpRoutes(app: FastifyInstance, options: McpRouteOptions): void {
  const { settings, clients, clock, closing } = options;
  const { endpoint: path } = settings;
  let endpoint: Promise<HttpEndpoint> | null = null;
  const loaded = () =>
    (endpoint ??= Promise.all([options.parts(), import('./transport/http-endpoint.ts')]).then(([parts, { createHttpEndpoint }]) =>
      createHttpEndpoint(parts, options),
    ));
  app.addHook('onClose', async () => (await endpoint)?.close());

  const callers = new WeakMap<FastifyRequest, McpClient>();
  const clientOf = (request: FastifyRequest) => callers.get(request)!;
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    letReadByPages(request, reply, settings);
    const { origin, host, authorization, 'x-api-key': apiKey } = request.headers;
    options.letIn(request.ip);
    if (origin !== undefined && !mayComeFrom(origin, host, [...options.corsOrigins, ...(settings.hasCors ? settings.allowedOrigins : [])]))
      throw originNotAllowed({ origin: origin.slice(0, 200) });
    const client = clients.identify({ authorization, apiKey: typeof apiKey === 'string' ? apiKey : undefined });
    request.callerName = client.caller.name;
    callers.set(request, client);
  };
  const errorHandler = (caught: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = fromFramework(caught, settings.maxRequestBytes);
    if (error.http >= 500 && !error.retryable)
      options.logger.log('error', error.message, { requestId: request.id, path: pathOf(request), cause: causeOf(error.cause) });
    const { headers } = errorAnswer(error, { requestId: request.id, path: pathOf(request), now: clock.now() });
    if (error.http === 401) reply.header('www-authenticate', 'Bearer realm="ratchet", error="invalid_token"');
    return reply
      .code(error.http)
      .headers({ ...headers, 'cache-control': 'no-store' })
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ jsonrpc: '2.0', id: null, error: rpcError(error, clock.now()) }));
  };
  const route = (method: HTTPMethods | HTTPMethods[], url: string, handler: RouteOptions['handler']) =>
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      bodyLimit: settings.maxRequestBytes,
      onRequest: admit,
      errorHandler,
      config: { judgesOrigins: true },
      ...(settings.isCompressed ? {} : { compress: false }),
      handler,
    });

  route(['GET', 'POST', 'DELETE'], path, async (request, reply) => (await loaded()).handle(request, reply, clientOf(request)));
  if (settings.hasEventStreams) {
    const open = (name: (request: FastifyRequest) => string | null) => async (request: FastifyRequest, reply: FastifyReply) => {
      await (await loaded()).sse.open(reply, clientOf(request), name(request));
      return reply;
    };
    route(
      'GET',
      '/sse',
      open(() => null),
    );
    route('GET', '/sse/:session', open(sessionOf));
    route('POST', '/message/:session', async (request, reply) => {
      const told = (await loaded()).sse.post(sessionOf(request), request.body, clientOf(request));
      return told === null ? reply.code(202).type('text/plain').send('Accepted') : reply.send(told);
    });
  }
  if (settings.hasCors) {
    const preflight = async (request: FastifyRequest, reply: FastifyReply) => {
      letReadByPages(request, reply, settings);
      return reply
        .header('access-control-allow-methods', 'GET, POST, DELETE')
        .header('access-control-allow-headers', readableHeaders)
        .header('access-control-max-age', '3600')
        .code(204)
        .send();
    };
    const paths = settings.hasEventStreams ? [path, '/sse', '/sse/:session', '/message/:session'] : [path];
    for (const url of paths) app.route({ method: 'OPTIONS', url, handler: preflight });
  }
  const transport = settings.hasEventStreams ? 'both' : 'streamable_http';
  app.get(`${path}/health`, async () => ({
    status: closing.aborted ? 'closing' : 'healthy',
    transport,
    endpoint: path,
    sessions: (await endpoint)?.sessionCount() ?? 0,
    max_sessions: settings.maxSessions,
    session_timeout_minutes: settings.sessionTimeoutMs / 60_000,
  }));
  app.get(`${path}/info`, async () => ({
    name: serverName,
    version: options.version,
    protocol_versions: protocolRevisions,
    transport,
    endpoint: path,
    ...(settings.hasEventStreams ? { event_stream: '/sse', messages: '/message/{session}' } : {}),
    authentication: clients.areAuthenticated ? 'bearer' : 'none',
  }));
}

function sessionOf(request: FastifyRequest): string {
  return (request.params as { readonly session: string }).session;
}

function letReadByPages({ headers: { origin } }: FastifyRequest, reply: FastifyReply, { hasCors, allowedOrigins }: McpSettings): void {
  if (!hasCors) return;
  reply.header('vary', 'Origin');
  if (origin === undefined || !allowedOrigins.includes(origin)) return;
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', streamHeaders);
}

function causeOf(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
}
