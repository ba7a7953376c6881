import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { selfSignedCertificate } from './self-signed-certificate.ts';

export interface GitHttpOptions {
  /** Folder whose bare repositories are served: `<url>/name.git`. */
  readonly root: string;
  /** Who may come in, by Basic or, as `bearer`, by that header; everybody when absent. */
  readonly credentials?: { readonly username: string; readonly password: string } | { readonly bearer: string };
  /** Lets `git push` in. */
  readonly allowsPush?: boolean;
  /** HTTPS with a certificate nobody vouches for; `caFile` of git (GIT_SSL_CAINFO) can be made of `certificate`. */
  readonly tls?: boolean;
  /** Only the plain files of the repositories, as a file server gives them: no shallow fetch. */
  readonly isDumb?: boolean;
  /** Waits this long before each 64 KB of an answer. */
  readonly chunkMs?: number;
  /** Called before git is; true when it has dealt with the request itself. */
  readonly meddle?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface GitHttpServer {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  readonly certificate: string | null;
  /** What was asked so far: `GET /name.git/info/refs?service=git-upload-pack`. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | null }[];
  /** Of all answers, so far. */
  bytesSent(): number;
  close(): Promise<void>;
}

/** Serves real repositories over HTTP by git's own program for it (`git http-backend`), on a free port of the loopback interface. */
export async function startGitHttpServer(options: GitHttpOptions): Promise<GitHttpServer> {
  const identity = options.tls ? selfSignedCertificate(['localhost'], ['127.0.0.1']) : null;
  const server = identity ? createTlsServer(identity) : createServer();
  const requests: { line: string; authorization: string | null }[] = [];
  const sockets = new Set<Socket>();
  let sent = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization ?? null });
    if (!isLetIn(request, options.credentials)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="repositories"', 'content-type': 'text/plain' }).end('no');
      return;
    }
    if (options.meddle?.(request, response)) return;
    backend(options, request, response, (bytes) => (sent += bytes));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${identity ? 'https' : 'http'}://127.0.0.1:${port}`,
    certificate: identity?.cert ?? null,
    requests,
    bytesSent: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isLetIn({ headers }: IncomingMessage, credentials: GitHttpOptions['credentials']): boolean {
  if (!credentials) return true;
  const wanted =
    'bearer' in credentials
      ? `Bearer ${credentials.bearer}`
      : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  return headers.authorization === wanted;
}

/** One request as git's program wants it: the Common Gateway Interface. */
function backend(
  { root, allowsPush = false, isDumb = false, chunkMs = 0 }: GitHttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  onSent: (bytes: number) => void,
): void {
  const url = new URL(request.url ?? '/', 'http://server');
  const config = [
    ['http.receivepack', String(allowsPush)],
    ['http.uploadpack', String(!isDumb)],
    ['http.getanyfile', String(isDumb)],
    ['safe.directory', '*'],
  ] as const;
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_COUNT: String(config.length),
      ...Object.fromEntries(
        config.flatMap(([key, value], at) => [
          [`GIT_CONFIG_KEY_${at}`, key],
          [`GIT_CONFIG_VALUE_${at}`, value],
        ]),
      ),
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: isDumb ? '' : url.search.slice(1),
      REMOTE_USER: 'somebody',
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...(request.headers['content-length'] ? { CONTENT_LENGTH: request.headers['content-length'] } : {}),
    },
  });
  response.on('close', () => child.kill('SIGKILL'));
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  void (async () => {
    let head: Buffer | null = Buffer.alloc(0);
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      let body = chunk;
      if (head !== null) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) continue;
        body = head.subarray(end + 4);
        response.writeHead(...headOf(head.toString('latin1', 0, end)));
        head = null;
      }
      if (chunkMs > 0) await sleep(chunkMs);
      if (response.destroyed) return;
      onSent(body.length);
      if (!response.write(body)) await drained(response);
    }
    if (head !== null) response.writeHead(500);
    response.end();
  })().catch(() => response.destroy());
}

async function drained(response: ServerResponse): Promise<void> {
  const done = new AbortController();
  await Promise.race(['drain', 'close'].map((event) => once(response, event, { signal: done.signal }))).finally(() => done.abort());
}

/** Status and headers of an answer. */
function headOf(text: string): [number, Record<string, string>] {
  const lines = text.split('\r\n').map((line) => line.split(/: (.*)/s) as [string, string]);
  const status = lines.find(([name]) => name.toLowerCase() === 'status');
  return [
    status ? Number.parseInt(status[1], 10) : 200,
    Object.fromEntries(lines.filter((line) => line !== status).map(([name, value]) => [name, value])),
  ];
}
