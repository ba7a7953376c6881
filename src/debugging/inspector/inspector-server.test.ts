import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openInspectorServer, type InspectorServer } from './inspector-server.ts';

let server: InspectorServer;
const connected: WebSocket[] = [];
beforeAll(async () => {
  server = await openInspectorServer(
    { host: '127.0.0.1', port: 0 },
    { title: 'A task 1.0.0', url: 'file:///tmp/main.js', onConnect: (socket) => connected.push(socket) },
  );
});
afterAll(() => server.close());

function get(path: string, host?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    request({ host: '127.0.0.1', port: server.address.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    })
      .on('error', reject)
      .end();
  });
}

function connect(path: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.address.port}${path}`, { headers });
    socket.once('open', () => {
      resolve('open');
      socket.close();
    });
    socket.once('unexpected-response', (_request, response) => resolve(`refused ${response.statusCode}`));
    socket.once('error', (error) => resolve(error.message));
  });
}

describe('the server that debuggers connect to', () => {
  it('lists what can be debugged, as Node does', async () => {
    for (const path of ['/json', '/json/list', '/json/list?for=chrome']) {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject([
        { type: 'node', title: 'A task 1.0.0', url: 'file:///tmp/main.js', webSocketDebuggerUrl: server.webSocketUrl },
      ]);
      expect(server.devtoolsUrl).toContain(`ws=${server.webSocketUrl.slice('ws://'.length)}`);
    }
    expect(JSON.parse((await get('/json/version')).body)).toEqual({ Browser: 'ratchet', 'Protocol-Version': '1.3' });
    expect((await get('/')).status).toBe(404);
  });

  it('answers only requests that name this machine, so that no web page can find the address out', async () => {
    for (const host of ['127.0.0.1:9229', 'localhost:9229', 'LOCALHOST', '[::1]:9229', '10.0.0.1'])
      expect((await get('/json', host)).status).toBe(200);
    for (const host of ['evil.example', 'evil.example:9229', 'localhost.evil.example', '127.0.0.1.evil.example:9229']) {
      const { status, body } = await get('/json', host);
      expect([host, status]).toEqual([host, 400]);
      expect(body).not.toContain(server.webSocketUrl);
    }
  });

  it('connects only those who know the address', async () => {
    const path = new URL(server.webSocketUrl).pathname;
    expect(await connect(path)).toBe('open');
    expect(connected).toHaveLength(1);
    expect(await connect('/')).toBe('refused 404');
    expect(await connect(`${path}x`)).toBe('refused 404');
    expect(await connect(path, { host: 'evil.example' })).toBe('refused 400');
    expect(connected).toHaveLength(1);
  });

  it('ends connections that do not say goodbye when it is closed', async () => {
    const held: WebSocket[] = [];
    const other = await openInspectorServer(
      { host: '127.0.0.1', port: 0 },
      { title: '', url: '', onConnect: (socket) => held.push(socket) },
    );
    const socket = new WebSocket(other.webSocketUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.pause();
    const closed = new Promise((resolve) => held[0]!.once('close', resolve));
    await other.close();
    await closed;
    socket.terminate();
  });
});
