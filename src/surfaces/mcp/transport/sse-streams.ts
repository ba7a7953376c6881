import type { OutgoingHttpHeaders } from 'node:http';
import type { Server } from '@modelcontextprotocol/server';
import type { FastifyReply } from 'fastify';
import type { McpClient } from '../clients/client.ts';
import { messageInvalid } from '../errors.ts';
import type { McpParts } from './mcp-parts.ts';
import { createSessions, type Session, type Sessions } from './sessions.ts';
import { createTextTransport, type TextTransport } from './text-transport.ts';
import { checkMessage, isRequest } from './wire-message.ts';

interface SseSession extends Session {
  readonly server: Server;
  readonly transport: TextTransport;
  /** Whether the client named the session itself, as older clients of Ratchet do. */
  readonly isNamed: boolean;
}

/** MCP as it was before 2025-03-26: answers come on a stream, requests go to another route. */
export interface SseStreams {
  readonly sessions: Sessions<SseSession>;
  /** Opens the stream of a session and keeps it. @param name what the client calls the session; null where it leaves that to us */
  readonly open: (reply: FastifyReply, client: McpClient, name: string | null) => Promise<void>;
  /** Takes a message for a session. @returns what its sender is told @throws MCP_SESSION_NOT_FOUND, MCP_MESSAGE_INVALID */
  readonly post: (id: string, body: unknown, client: McpClient) => { readonly status: 'sent' | 'processed' } | null;
  /** How many sessions have requests that are not answered yet. */
  readonly answering: () => number;
  readonly onQuiet: (listener: () => void) => void;
  readonly closeAll: () => Promise<void>;
}

const keepAliveMs = 30_000;
/** A client that does not read may leave that much waiting for it. */
const mostWaitingBytes = 16 * 1024 ** 2;

export function createSseStreams(parts: McpParts, build: (client: McpClient) => Server): SseStreams {
  const { settings } = parts;
  const sessions = createSessions<SseSession>(
    { most: settings.maxSessions, mostPerClient: settings.maxSessionsPerClient, timeoutMs: settings.sessionTimeoutMs },
    parts.clock,
  );
  const busy = new Set<SseSession>();
  let onQuiet = () => {};
  const endOf = (client: McpClient, id: string) =>
    sessions
      .all()
      .find((one) => one.id === id && one.client.id === client.id)
      ?.close();

  return {
    sessions,
    answering: () => busy.size,
    onQuiet: (listener) => {
      onQuiet = listener;
    },
    closeAll: () => sessions.closeAll(),
    async open(reply, client, name) {
      if (name !== null && !/^[\w.-]{1,128}$/.test(name))
        throw messageInvalid({ problem: 'the name of the session has other characters than letters, digits, . _ -' });
      const id = name ?? parts.newId();
      // Whoever opens the stream again has lost the old one.
      await endOf(client, id);
      sessions.makeRoomFor(client);
      const { raw } = reply;
      const write = async (text: string) => {
        if (raw.destroyed || raw.writableEnded) throw new Error('nobody reads any more');
        raw.write(text);
        if (raw.writableLength > mostWaitingBytes) raw.destroy();
      };
      const transport = createTextTransport({
        write: (text) => write(`event: message\ndata: ${text}\n\n`),
        onEnded: () => raw.end(),
        clock: parts.clock,
        sessionId: id,
      });
      const server = build(client);
      const session: SseSession = { id, client, server, transport, isNamed: name !== null, close: () => server.close() };
      await server.connect(transport);
      reply.hijack();
      raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      sessions.add(session);
      const release = sessions.hold(session);
      const heartbeat = setInterval(() => void write(': still here\n\n').catch(() => {}), keepAliveMs);
      raw.once('close', () => {
        clearInterval(heartbeat);
        release();
        sessions.remove(session);
        busy.delete(session);
        void server.close().catch(() => {});
      });
      raw.on('error', () => {});
      if (name !== null) await write(`data: ${JSON.stringify({ type: 'connection', status: 'connected' })}\n\n`);
      await write(`event: endpoint\ndata: /message/${id}\n\n`);
    },
    post(id, body, client) {
      const session = sessions.find(id, client);
      if (!Array.isArray(body)) checkMessage(body);
      session.transport.receiveParsed(body);
      const hasAnswer = Array.isArray(body) ? body.some(isRequest) : isRequest(body);
      if (hasAnswer && !busy.has(session)) {
        busy.add(session);
        void session.transport.whenAnswered().then(() => {
          busy.delete(session);
          onQuiet();
        });
      }
      return session.isNamed ? { status: hasAnswer ? 'sent' : 'processed' } : null;
    },
  };
}
