import { createServer, request as forward } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsFrom } from '#kernel/index.ts';
import { startHttpStub, type HttpStub } from '../../testing/http-stub.ts';
import type { Resolve } from './address-guard.ts';
import type { HttpOutcome, HttpRequest } from './effect.ts';
import { createLiveEffects } from './live-effects.ts';

interface TinyProxy {
  readonly port: number;
  /** `GET http://host/path` or `CONNECT host:port`, as asked. */
  readonly asked: string[];
  readonly credentials: (string | undefined)[];
  /** Where everything is sent, whatever was asked for. */
  targetPort: number;
  close(): Promise<void>;
}

async function startProxy(): Promise<TinyProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    proxy.asked.push(`${incoming.method} ${incoming.url}`);
    proxy.credentials.push(incoming.headers['proxy-authorization']);
    const { pathname, search } = new URL(incoming.url!);
    const { 'proxy-authorization': _hidden, ...headers } = incoming.headers;
    const onward = forward(
      { port: proxy.targetPort, host: '127.0.0.1', path: pathname + search, method: incoming.method!, headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, client: Socket) => {
    proxy.asked.push(`CONNECT ${incoming.url}`);
    proxy.credentials.push(incoming.headers['proxy-authorization']);
    const target = connect(proxy.targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TinyProxy = {
    port: (server.address() as AddressInfo).port,
    asked: [],
    credentials: [],
    targetPort: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}

let stub: HttpStub;
let proxy: TinyProxy;
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  stub = await startHttpStub();
  proxy = await startProxy();
  proxy.targetPort = stub.port;
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await proxy.close();
  await stub.close();
});

const addresses: Record<string, string> = { 'public.test': '93.184.215.14', 'stub.test': '93.184.215.14', 'private.test': '10.0.0.1' };
const resolve: Resolve = async (hostname) => [{ address: addresses[hostname] ?? '127.0.0.1', family: 4 }];

function send(url: string, settings: Record<string, unknown> = {}, change: Partial<HttpRequest> = {}): Promise<HttpOutcome> {
  const all = { 'http.proxy': `http://user:hunter2@127.0.0.1:${proxy.port}`, ...settings };
  const provider = createLiveEffects(settingsFrom(all), { profile: 'development', resolve });
  cleanups.push(() => provider.close());
  const request: HttpRequest = { url, method: 'GET', headers: [], body: null, timeoutMs: null, redirect: 'follow', retry: null, ...change };
  return provider.begin({ executionId: 'e', network: null }).http(request, new AbortController().signal);
}

describe('a configured proxy', () => {
  it('carries plain requests to public hosts, with its own credentials and none for the target', async () => {
    const outcome = await send('http://public.test/echo?q=1', {}, { method: 'POST', body: Buffer.from('body'), headers: [['x-own', '1']] });
    expect(outcome).toMatchObject({ answer: { status: 200, url: 'http://public.test/echo?q=1' } });
    expect(proxy.asked).toEqual(['POST http://public.test/echo?q=1']);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('user:hunter2').toString('base64')}`]);
    expect(stub.requests[0]).toMatchObject({ headers: { host: 'public.test', 'x-own': '1', 'user-agent': 'Ratchet/1.0' } });
    expect(stub.requests[0]!.body.toString()).toBe('body');
  });

  it('tunnels https, and certificates are still checked', async () => {
    const secure = await startHttpStub({}, { tls: true });
    cleanups.push(() => secure.close());
    proxy.targetPort = secure.port;
    expect(await send('https://stub.test/json')).toMatchObject({ failure: { reason: 'tls' } });
    expect(await send('https://stub.test/json', { 'http.verify_ssl': false })).toMatchObject({ answer: { status: 200 } });
    expect(proxy.asked).toEqual(['CONNECT stub.test:443', 'CONNECT stub.test:443']);
    expect(secure.requests).toHaveLength(1);
  });

  it('is never asked for a private or metadata address, by name, literal or redirect', async () => {
    const blocked = { failure: { name: 'NetworkError', reason: 'blocked' } };
    expect(await send('http://private.test/')).toMatchObject(blocked);
    expect(await send('http://169.254.169.254/')).toMatchObject(blocked);
    expect(proxy.asked).toEqual([]);
    expect(await send(`http://public.test/redirect?to=${encodeURIComponent('http://private.test/')}`)).toMatchObject(blocked);
    expect(proxy.asked).toHaveLength(1);
  });

  it('is passed by for addresses that only an exception opens', async () => {
    expect(await send(`${stub.url}/json`)).toMatchObject({ answer: { status: 200 } });
    expect(proxy.asked).toEqual([]);
  });

  it('ends with the request, however silent it is', async () => {
    expect(await send('http://public.test/silent', {}, { timeoutMs: 200 })).toMatchObject({ failure: { name: 'TimeoutError' } });
    await stub.allClosed();
  });

  it('does not show its credentials when it cannot be reached', async () => {
    const gone = proxy.port;
    await proxy.close();
    proxy = await startProxy();
    const outcome = await send('http://public.test/json', { 'http.proxy': `http://user:hunter2@127.0.0.1:${gone}` });
    expect(outcome).toMatchObject({ failure: { name: 'NetworkError' } });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});
