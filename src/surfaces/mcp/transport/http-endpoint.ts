import { toWebRequest } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type AuthInfo,
  type Server,
} from '@modelcontextprotocol/server';
import type { RouteParts } from '#surfaces/http/index.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { McpClient } from '../clients/client.ts';
import { messageInvalid, notAcceptable, notInitialized } from '../errors.ts';
import { createEventStore } from './event-store.ts';
import { createHandedOffCalls } from './handed-off.ts';
import type { McpParts } from './mcp-parts.ts';
import { createProtocolServers } from './protocol-server.ts';
import { acceptanceOf, sendResponse } from './send-response.ts';
import { createSessions, type Session } from './sessions.ts';
import { createSseStreams, type SseStreams } from './sse-streams.ts';
import { checkMessage, mayBatch } from './wire-message.ts';

interface HttpSession extends Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: Server;
}

/** Answers MCP over HTTP: the current revision request by request, older ones in sessions, and the oldest over two routes. */
export interface HttpEndpoint {
  /** @throws RatchetError */
  readonly handle: (request: FastifyRequest, reply: FastifyReply, client: McpClient) => Promise<FastifyReply>;
  readonly sse: SseStreams;
  readonly sessionCount: () => number;
  readonly close: () => Promise<void>;
}

const keepAliveMs = 15_000;
const reconnectAfterMs = 2_000;
const bothTypes = 'application/json, text/event-stream';

export function createHttpEndpoint(parts: McpParts, { running, closing }: Pick<RouteParts, 'running' | 'closing'>): HttpEndpoint {
  const { settings, log } = parts;
  const handedOff = createHandedOffCalls(parts.newId, () => parts.clock.now());
  const build = createProtocolServers(parts, handedOff);
  const sessions = createSessions<HttpSession>(
    { most: settings.maxSessions, mostPerClient: settings.maxSessionsPerClient, timeoutMs: settings.sessionTimeoutMs },
    parts.clock,
  );
  const onerror = (error: Error) => log('debug', 'MCP over HTTP', { problem: error.message });
  const modern = createMcpHandler(({ authInfo }) => build(clientOf(authInfo), 'modern'), {
    legacy: 'reject',
    keepAliveMs,
    maxSubscriptions: settings.maxSessions,
    onerror,
  });
  const sse = createSseStreams(parts, (client) => build(client, 'legacy'));
  const unfollow = parts.onTasksChanged(() => {
    modern.notify.toolsChanged();
    modern.notify.resourcesChanged();
    for (const { server } of [...sessions.all(), ...sse.sessions.all()]) {
      void server.sendToolListChanged().catch(() => {});
      void server.sendResourceListChanged().catch(() => {});
    }
  });

  let answering = 0;
  let closed: Promise<void> | null = null;
  const close = () =>
    (closed ??= (async () => {
      unfollow();
      handedOff.closeAll();
      await Promise.allSettled([modern.close(), sessions.closeAll(), sse.closeAll()]);
    })());
  /** Streams end when the server closes; calls under way may end first. */
  const closeWhenQuiet = () => {
    if (!closing.aborted) return;
    for (const { transport } of sessions.all()) transport.closeStandaloneSSEStream();
    if (answering === 0 && sse.answering() === 0) void close();
  };
  closing.addEventListener('abort', closeWhenQuiet, { once: true });
  sse.onQuiet(closeWhenQuiet);

  const openSession = async (web: Request, body: unknown, client: McpClient): Promise<Response> => {
    sessions.makeRoomFor(client);
    const id = parts.newId();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      eventStore: createEventStore(settings.sessionEvents),
      retryInterval: reconnectAfterMs,
      keepAliveMs,
    });
    const server = build(client, 'legacy');
    const session: HttpSession = { id, client, transport, server, close: () => server.close() };
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- It is no event target.
    server.onclose = () => sessions.remove(session);
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- It is no event target.
    server.onerror = onerror;
    await server.connect(transport);
    sessions.add(session);
    const response = await transport.handleRequest(web, { parsedBody: body });
    if (transport.sessionId === undefined) await server.close();
    return response;
  };
  const legacy = async (
    web: Request,
    body: unknown,
    { request, raw }: Pick<FastifyReply, 'request' | 'raw'>,
    client: McpClient,
  ): Promise<Response> => {
    const id = request.headers['mcp-session-id'];
    if (typeof id !== 'string') {
      if (request.method === 'POST' && isInitialize(body)) return openSession(web, body, client);
      throw notInitialized({});
    }
    const session = sessions.find(id, client);
    if (Array.isArray(body)) {
      // oxlint-disable-next-line typescript/no-deprecated -- Of a session of an earlier revision.
      const revision = session.server.getNegotiatedProtocolVersion() ?? null;
      if (!mayBatch(revision)) throw messageInvalid({ problem: `arrays of messages are no part of revision ${revision}` });
    }
    const release = sessions.hold(session);
    raw.once('close', release);
    try {
      const response = await session.transport.handleRequest(web, { parsedBody: body });
      return request.method === 'DELETE' && response.ok ? new Response(null, { status: 204 }) : heldUntilRead(response, release);
    } catch (caught) {
      release();
      throw caught;
    }
  };

  return {
    sse,
    sessionCount: () => sessions.count() + sse.sessions.count(),
    close,
    async handle(request, reply, client) {
      const { method } = request;
      const body = method === 'POST' ? checkedBody(request.body) : undefined;
      const accepts = acceptanceOf(request.headers);
      if (method === 'GET' && !accepts.stream) throw notAcceptable({ needs: 'text/event-stream' });
      if (method === 'POST' && !accepts.json && !accepts.stream) throw notAcceptable({ needs: 'application/json or text/event-stream' });
      const isCall = method === 'POST' && !isListening(body);
      const run = running.begin(reply.raw);
      // Those who are still here when the server has no more patience are told by the end of their connection.
      run.signal.addEventListener('abort', () => closing.aborted && void close(), { once: true });
      if (isCall) answering += 1;
      try {
        const { raw } = request;
        const headers = { ...raw.headers, accept: bothTypes, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
        const asked = { method, url: raw.url ?? '/', headers, [Symbol.asyncIterator]: () => raw[Symbol.asyncIterator]() };
        const web = await toWebRequest(asked, body, { signal: run.signal });
        const response = (await isLegacyRequest(web, body))
          ? await legacy(web, body, reply, client)
          : await modern.fetch(web, { authInfo: authInfoOf(client), parsedBody: body });
        return await sendResponse(response, reply, accepts, Array.isArray(body));
      } finally {
        run.finish();
        if (isCall) answering -= 1;
        closeWhenQuiet();
      }
    },
  };
}

/** @throws MCP_MESSAGE_INVALID */
function checkedBody(body: unknown): unknown {
  if (body === undefined) throw messageInvalid({ problem: 'it is empty' });
  if (!Array.isArray(body)) return checkMessage(body);
  if (body.length === 0) throw messageInvalid({ problem: 'it is an empty array' });
  for (const message of body) checkMessage(message);
  return body;
}

function isInitialize(body: unknown): boolean {
  return (body as { readonly method?: unknown }).method === 'initialize';
}

function isListening(body: unknown): boolean {
  return (body as { readonly method?: unknown }).method === 'subscriptions/listen';
}

/** Who asks travels with the request; the key does not. */
function authInfoOf(client: McpClient): AuthInfo {
  return { token: '', clientId: client.id, scopes: [], extra: { client } };
}

function clientOf(authInfo: AuthInfo | undefined): McpClient {
  return authInfo!.extra!['client'] as McpClient;
}

/** A response that tells when its body has been read to the end, or nobody wants it any more. */
function heldUntilRead(response: Response, release: () => void): Response {
  const { body } = response;
  if (body === null) {
    release();
    return response;
  }
  const reader = body.getReader();
  const read = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        release();
        controller.close();
      } catch (caught) {
        release();
        controller.error(caught);
      }
    },
    async cancel(reason) {
      release();
      await reader.cancel(reason);
    },
  });
  return new Response(read, { status: response.status, headers: response.headers });
}
