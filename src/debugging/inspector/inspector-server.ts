import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { inspectorAddressTaken } from '../errors.ts';

export interface InspectorAddress {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

export interface InspectorTarget {
  /** Shown in the list of what can be debugged. */
  readonly title: string;
  /** `file:` URL of the code. */
  readonly url: string;
  /** A debugger has connected. */
  onConnect(socket: WebSocket): void;
}

export interface InspectorServer {
  readonly address: InspectorAddress;
  /** `ws://127.0.0.1:9229/<uuid>` */
  readonly webSocketUrl: string;
  /** Opens DevTools in Chrome. */
  readonly devtoolsUrl: string;
  /** Ends every connection, and gives the port back. */
  close(): Promise<void>;
}

/** Longest message a debugger may send. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Lets debuggers connect as they do to Node: a list of targets over HTTP (`/json/list`, `/json/version`), and one WebSocket per debugger
 * under an address nobody can guess. Web pages cannot find that out: their requests name another host than this machine (DNS rebinding)
 * and are refused, or come from another origin and may not read the answer.
 * @throws INSPECTOR_ADDRESS_UNUSABLE
 */
export async function openInspectorServer({ host, port }: InspectorAddress, target: InspectorTarget): Promise<InspectorServer> {
  const id = randomUUID();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostBytes, perMessageDeflate: false });
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'another program uses it' : (error.code ?? error.message);
      reject(inspectorAddressTaken({ host, port, reason }, error));
    });
    server.listen(port, host, resolve);
  });
  const address = { host, port: (server.address() as AddressInfo).port };
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${address.port}`;
  const webSocketUrl = `ws://${authority}/${id}`;
  const devtoolsUrl = `devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=${authority}/${id}`;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!isAllowedHost(request.headers.host)) return refuse(response, 400, 'Refused: the request names another host.');
    if (pathname === '/json/version') return json(response, { Browser: 'ratchet', 'Protocol-Version': '1.3' });
    if (pathname !== '/json' && pathname !== '/json/list')
      return refuse(response, 404, 'Not found. What can be debugged is listed under /json/list.');
    return json(response, [
      {
        description: 'ratchet task',
        devtoolsFrontendUrl: devtoolsUrl,
        id,
        title: target.title,
        // What editors look for: they treat it as they treat Node.
        type: 'node',
        url: target.url,
        webSocketDebuggerUrl: webSocketUrl,
      },
    ]);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (!isAllowedHost(request.headers.host)) return socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    if (request.url !== `/${id}`) return socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (connected) => target.onConnect(connected));
  });

  return {
    address,
    webSocketUrl,
    devtoolsUrl,
    async close() {
      for (const socket of sockets.clients) socket.close(1000);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A debugger that does not say goodbye in turn must not hold anybody up.
      const patience = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 500);
      server.closeIdleConnections();
      await closed;
      clearTimeout(patience);
    },
  };
}

/** An address in numbers, or this machine's own name: what a page that has been pointed here under a name of its own cannot send. */
function isAllowedHost(header: string | undefined): boolean {
  const host = (header ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return isIP(host) !== 0 || host === 'localhost' || host === 'localhost6';
}

function json(response: ServerResponse, value: unknown): void {
  response
    .setHeader('content-type', 'application/json; charset=UTF-8')
    .setHeader('cache-control', 'no-cache')
    .end(JSON.stringify(value, null, 2));
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=UTF-8' }).end(`${text}\n`);
}
