import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { flakyRoute, readyRoutes, type StubRequest, type StubRoute } from './http-stub-routes.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

export type { StubRequest, StubRoute } from './http-stub-routes.ts';

export interface HttpStub {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly StubRequest[];
  /** Connections made so far. */
  connectionCount(): number;
  /** Connections open now. */
  openConnections(): number;
  /** Settles when no connection is open. */
  allClosed(): Promise<void>;
  /** Closes every idle connection, as servers do; clients with a kept connection find out when they use it. */
  dropIdle(): void;
  close(): Promise<void>;
}

export interface HttpStubOptions {
  /** Serve HTTPS with a certificate nobody vouches for. */
  readonly tls?: boolean;
  readonly host?: string;
  /** Seconds an idle connection is kept; 30 when not given. */
  readonly keepAliveSeconds?: number;
}

/** Starts a real server on a free port of the loopback interface with the ready-made routes and `routes`, which win. Unknown paths answer 404. */
export async function startHttpStub(routes: Readonly<Record<string, StubRoute>> = {}, options: HttpStubOptions = {}): Promise<HttpStub> {
  const { tls = false, host = '127.0.0.1', keepAliveSeconds = 30 } = options;
  const table: Record<string, StubRoute> = { ...readyRoutes, '/flaky': flakyRoute(), ...routes };
  const requests: StubRequest[] = [];
  const numbers = new WeakMap<Socket, number>();
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  let whenClosed: (() => void)[] = [];

  const server: Server = tls ? createTlsServer(selfSignedCertificate(['localhost', 'stub.test'], ['127.0.0.1'])) : createServer();
  server.keepAliveTimeout = keepAliveSeconds * 1000;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    connectionCount++;
    numbers.set(socket, connectionCount);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of whenClosed) resolve();
      whenClosed = [];
    });
  });
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => numbers.set(socket, connectionCount));
  server.on('request', async (incoming, response) => {
    try {
      const url = new URL(incoming.url ?? '/', 'http://stub');
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const request: StubRequest = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks),
        connection: numbers.get(incoming.socket) ?? 0,
      };
      requests.push(request);
      const route = table[url.pathname] ?? table[`/${url.pathname.split('/')[1]}/`];
      if (route) await route(request, response);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('no such route');
    } catch {
      // The client has gone; that is its right.
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    connectionCount: () => connectionCount,
    openConnections: () => sockets.size,
    allClosed: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => whenClosed.push(resolve))),
    dropIdle: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
