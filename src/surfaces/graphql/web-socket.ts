import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Caller, IdSource } from '#kernel/index.ts';
import { GraphQLError, parse } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { tooManySubscriptions } from './errors.ts';
import type { Answer, Executor, Runnable } from './execute.ts';

export interface WebSocketParts {
  readonly executor: Executor;
  readonly ids: IdSource;
  /** Who asks, by the headers and by what the client said when it connected. @throws RatchetError for nobody who may ask */
  readonly callerOf: (request: IncomingMessage, said: Readonly<Record<string, unknown>> | undefined) => Caller | Promise<Caller>;
  readonly maxPerConnection: number;
  /** Bytes of a message. */
  readonly maxMessageBytes: number;
  /** Milliseconds between signs of life; who does not answer within the next is hung up on. */
  readonly heartbeatMs: number;
  /** How long a client may not take what is sent. */
  readonly slowReaderMs: number;
}

export interface GraphqlWebSockets {
  /** Takes over a connection that asks for the protocol. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly count: number;
  /** Tells every client that the server goes away, and hangs up on those that stay. */
  close(patienceMs: number): Promise<void>;
}

const goingAway = 1001;

/** Speaks graphql-transport-ws. Each connection has its caller, a limit of subscriptions, and is held only while it answers and reads. */
export function createGraphqlWebSockets(parts: WebSocketParts): GraphqlWebSockets {
  const { executor, ids } = parts;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: parts.maxMessageBytes, perMessageDeflate: false, handleProtocols });
  const callers = new WeakMap<object, Caller>();
  /** What was read of a request, for the moment between its reading and its running. */
  const read = new WeakMap<object, Runnable>();

  const server = makeServer<Record<string, unknown>, { request: IncomingMessage; controller: AbortController }>({
    connectionInitWaitTimeout: 5_000,
    async onConnect(context) {
      try {
        callers.set(context, await parts.callerOf(context.extra.request, context.connectionParams ?? undefined));
        return true;
      } catch {
        // The client is told with the code of the protocol that it may not come in.
        return false;
      }
    },
    async onSubscribe(context, _id, payload) {
      const requestId = ids.next<'request'>();
      if (Object.keys(context.subscriptions).length > parts.maxPerConnection) {
        return carried(executor.refuse(tooManySubscriptions({ limit: parts.maxPerConnection, retryAfterSeconds: 5 }), requestId));
      }
      const runnable = await executor.read(payload, {
        caller: callers.get(context)!,
        signal: context.extra.controller.signal,
        requestId,
        isReadOnly: false,
      });
      if ('answer' in runnable) return carried(runnable.answer);
      // The library asks the document only for its kind.
      const args = { schema: executor.schema, document: documents[runnable.operation] };
      read.set(args, runnable);
      return args;
    },
    execute: (args) => read.get(args)!.run() as never,
    subscribe: (args) => read.get(args)!.follow() as never,
    onNext: (_context, _id, _payload, _args, result) => result,
    onError: (_context, _id, _payload, errors) => errors.map((error) => (error.extensions['shown'] ?? error.toJSON()) as never),
  });

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const controller = new AbortController();
    const send = (text: string) =>
      new Promise<void>((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        const tooSlow = setTimeout(() => socket.terminate(), parts.slowReaderMs);
        socket.send(text, (error) => {
          clearTimeout(tooSlow);
          if (error) reject(error);
          else resolve();
        });
      });
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => socket.close(code, (reason ?? '').slice(0, 120)),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take((data as Buffer).toString('utf8')).catch(() => socket.close(1011, 'the message could not be answered'));
          }),
      },
      { request, controller },
    );
    let isAlive = true;
    const heartbeat = setInterval(() => {
      if (!isAlive) return socket.terminate();
      isAlive = false;
      socket.ping();
    }, parts.heartbeatMs);
    socket.on('pong', () => (isAlive = true));
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      clearInterval(heartbeat);
      controller.abort(new Error('the client went away'));
      void closed(code, reason.toString('utf8'));
    });
  });

  return {
    accept(request, socket, head) {
      sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
    },
    get count() {
      return sockets.clients.size;
    },
    async close(patienceMs) {
      const clients = [...sockets.clients];
      const gone = clients.map((client) => new Promise<void>((resolve) => client.once('close', () => resolve())));
      for (const client of clients) client.close(goingAway, 'the server goes away');
      const late = setTimeout(() => {
        for (const client of clients) client.terminate();
      }, patienceMs);
      await Promise.all(gone);
      clearTimeout(late);
    },
  };
}

const documents = {
  query: parse('{ __typename }'),
  mutation: parse('mutation { __typename }'),
  subscription: parse('subscription { __typename }'),
};

/** Errors that are shown already, in the form the library takes them. */
function carried({ errors = [] }: Answer): GraphQLError[] {
  return errors.map((shown) => new GraphQLError(shown.message, { extensions: { shown } }));
}
