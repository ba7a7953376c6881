import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** A request as the stub saw it, with its body read. */
export interface StubRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Number of the connection it came over, from 1. */
  readonly connection: number;
}

export type StubRoute = (request: StubRequest, response: ServerResponse) => void | Promise<void>;

const mebibyte = 1024 * 1024;

/**
 * Routes every stub has. A path ending in a slash matches by prefix.
 * Numbers come from the query: `/redirect?n=3&to=/json&status=307`, `/delay?ms=200`, `/binary?bytes=1000`, `/flaky?fails=2&status=503`.
 */
export const readyRoutes: Readonly<Record<string, StubRoute>> = {
  '/json': (_request, response) => json(response, { hello: 'world', list: [1, 2, 3] }),
  '/text': (_request, response) =>
    response.setHeader('content-type', 'text/plain; charset=utf-8').end('plain text, gr\u00fc\u00dfe') as never,
  '/binary': ({ query }, response) =>
    void response.setHeader('content-type', 'application/octet-stream').end(bytes(number(query, 'bytes', 256))),
  /** What was asked, as JSON; the body as base64 too. */
  '/echo': ({ method, url, headers, body, connection }, response) =>
    json(response, { method, url, headers, body: body.toString(), base64: body.toString('base64'), connection }),
  '/status/': ({ path }, response) => {
    response.statusCode = Number(path.split('/')[2]);
    if (response.statusCode === 204 || response.statusCode === 304) response.end();
    else json(response, { status: response.statusCode });
  },
  /** Redirects `n` times to itself, then to `to`. */
  '/redirect': ({ query }, response) => {
    const left = number(query, 'n', 1);
    const rest = new URLSearchParams(query);
    rest.set('n', String(left - 1));
    const target = left > 1 ? `/redirect?${rest.toString()}` : (query.get('to') ?? '/json');
    response.writeHead(number(query, 'status', 302), { location: target }).end('moved');
  },
  '/delay': async ({ query }, response) => {
    await sleep(number(query, 'ms', 100));
    json(response, { waited: number(query, 'ms', 100) });
  },
  /** Never answers. */
  '/silent': () => {},
  /** The status line, then one header byte at a time, without end. */
  '/slow-headers': ({ query }, response) => {
    const { socket } = response;
    socket?.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    repeat(response, number(query, 'ms', 20), () => socket?.write('a'));
  },
  /** One body byte at a time, without end. */
  '/drip': ({ query }, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    repeat(response, number(query, 'ms', 20), () => response.write('.'));
  },
  /** As much as the client takes, without end. */
  '/endless': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    const chunk = Buffer.alloc(65_536, 'x');
    const pump = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pump);
    pump();
  },
  /** `mb` megabytes of zeroes, a thousandth of that on the wire. `encoding` is gzip (default), deflate, br or zstd. */
  '/bomb': ({ query }, response) => {
    const encoding = query.get('encoding') ?? 'gzip';
    const size = number(query, 'mb', 100);
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding });
    if (encoding !== 'gzip') {
      response.end(compressors[encoding]!(Buffer.alloc(size * mebibyte)));
      return;
    }
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    gzip.pipe(response);
    response.on('close', () => gzip.destroy());
    const zeroes = Buffer.alloc(mebibyte);
    let written = 0;
    const pump = () => {
      while (written < size && !gzip.destroyed) {
        written++;
        if (!gzip.write(zeroes)) {
          gzip.once('drain', pump);
          return;
        }
      }
      gzip.end();
    };
    pump();
  },
  /** `{"compressed": true}` in `encoding`; several, joined by commas, are applied one after the other. */
  '/compressed': ({ query }, response) => {
    const encodings = (query.get('encoding') ?? 'gzip').split(',');
    let body: Buffer = Buffer.from('{"compressed":true}');
    for (const encoding of encodings) body = compressors[encoding]!(body);
    const named = encodings.map((encoding) => (encoding === 'raw-deflate' ? 'deflate' : encoding)).join(', ');
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': named }).end(body);
  },
  /** Says it is compressed as `encoding` and is not. */
  '/corrupt': ({ query }, response) =>
    void response.writeHead(200, { 'content-encoding': query.get('encoding') ?? 'gzip' }).end('!! this is no archive at all !!'),
  /** The first half of a compressed body, ended as if it were whole. */
  '/cut': ({ query }, response) => {
    const encoding = query.get('encoding') ?? 'gzip';
    const whole = compressors[encoding]!(Buffer.from(Array.from({ length: 2000 }, (_, i) => `line ${i * 7919}`).join()));
    response.writeHead(200, { 'content-encoding': encoding }).end(whole.subarray(0, whole.length / 2));
  },
  /** Promises more bytes than it sends. */
  '/short': (_request, response) => void response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this'),
  /** Not HTTP. */
  '/garbage': (_request, response) => void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
  /** Closes the connection without a word. */
  '/reset': (_request, response) => void response.socket?.resetAndDestroy(),
  /** `n` headers of 1,000 bytes. */
  '/headers': ({ query }, response) => {
    for (let i = 0; i < number(query, 'n', 100); i++) response.setHeader(`x-flood-${i}`, 'h'.repeat(1000));
    response.end('many headers');
  },
  '/cookies': (_request, response) => void response.setHeader('set-cookie', ['a=1', 'b=2']).end('two cookies'),
};

/** `/flaky?fails=2&status=503&retry-after=1&key=a`: fails that often, then answers; counted apart for every `key`. `status=0` resets the connection. */
export function flakyRoute(): StubRoute {
  const seen = new Map<string, number>();
  return ({ query }, response) => {
    const key = query.get('key') ?? '';
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count > number(query, 'fails', 1)) return json(response, { attempts: count });
    const status = number(query, 'status', 503);
    if (status === 0) return void response.socket?.resetAndDestroy();
    const after = query.get('retry-after');
    if (after !== null) response.setHeader('retry-after', after);
    response.statusCode = status;
    return json(response, { status });
  };
}

const compressors: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  'raw-deflate': (body) => deflateRawSync(body),
  br: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
  zstd: (body) => zstdCompressSync(body),
};

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}

function number(query: URLSearchParams, name: string, otherwise: number): number {
  return Number(query.get(name) ?? otherwise);
}

/** All byte values in turn, so that text decoding would show. */
function bytes(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => i % 256));
}

function repeat(response: ServerResponse, everyMs: number, step: () => void): void {
  const timer = setInterval(step, everyMs);
  response.on('close', () => clearInterval(timer));
}
