import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnection, serverAddress } from './connection.ts';

let health: { status: number; body: string } = { status: 200, body: '{"status":"healthy","version":"1.2.3"}' };
const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.authorization);
  response.writeHead(health.status).end(health.body);
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('a connection', () => {
  it('is there while the server answers, and comes back with it', async () => {
    const connection = createConnection();
    const states: string[] = [];
    connection.onChange((state) => states.push(state));
    expect(await connection.connect({ url: `${url}/api/v1`, token: 'secret' })).toEqual({ status: 'healthy', version: '1.2.3' });
    expect([connection.state(), connection.target()?.url, asked.at(-1)]).toEqual(['connected', url, 'Bearer secret']);
    connection.noticed(false);
    expect(connection.state()).toBe('lost');
    await connection.look();
    connection.disconnect();
    expect(await connection.look()).toBeNull();
    expect(() => connection.require()).toThrow("Not connected to server. Use 'connect' command first.");
    expect(states).toEqual(['lost', 'connected', 'lost', 'connected', 'none']);
  });

  it('is not made to what is no server, and tries it again later all the same', async () => {
    const connection = createConnection();
    health = { status: 200, body: '<html>' };
    await expect(connection.connect({ url, token: null })).rejects.toMatchObject({ code: 'NOT_A_RATCHET_SERVER' });
    expect([connection.state(), connection.require().url]).toEqual(['lost', url]);
    health = { status: 503, body: '{"status":"unhealthy","version":"1.2.3"}' };
    expect(await connection.look()).toMatchObject({ status: 'unhealthy' });
    await expect(createConnection().connect({ url: 'http://127.0.0.1:9', token: null })).rejects.toThrow('http://127.0.0.1:9');
  });

  it('is written in the ways people write addresses', () => {
    expect(
      [
        'remote-server:8090',
        'ws://a.example/ws',
        'wss://a.example',
        'https://a.example/api/v1/',
        'http://[::1]:8080/mcp',
        'https://a.example/ratchet/',
      ].map(serverAddress),
    ).toEqual([
      'http://remote-server:8090',
      'http://a.example',
      'https://a.example',
      'https://a.example',
      'http://[::1]:8080',
      'https://a.example/ratchet',
    ]);
    for (const wrong of ['ftp://a.example', 'http://me:pw@a.example', 'http://'])
      expect(() => serverAddress(wrong)).toThrow('is no address of a server');
  });
});
