import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, brotliDecompressSync } from 'node:zlib';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startNotes, type NotesServer } from '../rest/notes-harness.ts';
import { selfSignedCertificate } from '../../testing/self-signed-certificate.ts';

let server: NotesServer;
beforeAll(async () => {
  server = await startNotes({ 'server.header_timeout': 0.3, 'server.request_timeout': 0.6, 'server.body_limit_bytes': 20_000 });
});
afterAll(() => server.close());
const others: NotesServer[] = [];
afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.close()));
});
const start = async (values: Record<string, unknown>) => {
  const other = await startNotes(values);
  others.push(other);
  return other;
};

/** Sends bytes as they are and returns all that comes back until the server hangs up. */
function raw(text: string, port = server.server.port): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

/** A request with a Host of its own, which fetch does not allow. */
function statusFor(host: string, { url, server: { port } }: NotesServer = server, path = '/live'): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname } = new URL(url);
    request({ host: hostname, port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

describe('where the server listens', () => {
  it('is refused beyond the loopback without authentication, unless it is meant so', async () => {
    await expect(startNotes({ 'server.bind_address': '0.0.0.0' })).rejects.toMatchObject({ code: 'EXPOSED_WITHOUT_AUTHENTICATION' });
    await expect(startNotes({ 'server.bind_address': '::' })).rejects.toMatchObject({ code: 'EXPOSED_WITHOUT_AUTHENTICATION' });
    expect((await start({ 'server.bind_address': '127.0.0.2' })).url).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
  });

  it('is an error with what to do where the port is taken', async () => {
    const taken = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startNotes({ 'server.port': port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      hint: expect.stringContaining(`--port ${port + 1}`),
    });
    taken.close();
    await expect(startNotes({ 'server.bind_address': '127.300.1.1.invalid.localhost' })).rejects.toMatchObject({
      code: expect.stringMatching(/ADDRESS|EXPOSED/),
    });
  });
});

describe('the name a request is for', () => {
  it('has to be one of the loopback, or an allowed one', async () => {
    const { port } = server.server;
    for (const host of ['localhost', `localhost:${port}`, '127.0.0.1', `127.0.0.1:${port}`, '[::1]:80', 'app.localhost'])
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '10.0.0.1',
      'localhost:80@evil.example',
      '0x7f.1.evil',
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 421]);
    }
    expect((await server.ask('GET', '/live')).status).toBe(200);
    const named = await start({ 'server.allowed_hosts': ['Ratchet.Example'] });
    expect([await statusFor('ratchet.example:8080', named), await statusFor('other.example', named)]).toEqual([200, 421]);
  });

  it('does not let foreign pages change anything', async () => {
    const origin = (value: string) => server.ask('POST', '/api/v1/notes/1/archive', undefined, { origin: value });
    expect((await origin('https://evil.example')).json.error?.code).toBe('ORIGIN_NOT_ALLOWED');
    expect((await origin('null')).status).toBe(403);
    expect((await origin(server.url)).status).toBe(404);
    expect(
      (await server.ask('GET', '/api/v1/notes', undefined, { origin: 'https://evil.example' })).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });
});

describe('request ids', () => {
  it('are echoed where they are sane, and made where they are not', async () => {
    const id = async (given?: string) =>
      (await server.ask('GET', '/live', undefined, given === undefined ? {} : { 'x-request-id': given })).headers.get('x-request-id');
    expect(await id('abc-1.2:3')).toBe('abc-1.2:3');
    for (const given of [undefined, 'a b', 'x'.repeat(129), '<script>']) expect(await id(given)).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/);
  });
});

describe('headers', () => {
  it('keep browsers careful, on every answer and with no foreign host in them', async () => {
    for (const path of ['/live', '/nowhere', '/docs', '/api/v1/notes']) {
      const { headers } = await server.ask('GET', path);
      expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toMatch(/https?:|unsafe-eval|\*/);
      expect([headers.get('server'), headers.get('x-powered-by'), headers.get('strict-transport-security')]).toEqual([null, null, null]);
    }
  });

  it('let allowed pages in, and show them ours', async () => {
    const open = await start({ 'server.cors.allowed_origins': ['https://console.example'] });
    const { headers } = await open.ask('GET', '/api/v1/notes', undefined, { origin: 'https://console.example' });
    expect(headers.get('access-control-allow-origin')).toBe('https://console.example');
    for (const name of ['X-Total-Count', 'Content-Range', 'Link', 'X-Request-ID', 'ETag', 'Retry-After']) {
      expect(headers.get('access-control-expose-headers')).toContain(name);
    }
    const preflight = await open.ask('OPTIONS', '/api/v1/notes', undefined, {
      origin: 'https://console.example',
      'access-control-request-method': 'POST',
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, expect.stringContaining('PATCH')]);
    const other = await open.ask('GET', '/api/v1/notes', undefined, { origin: 'https://evil.example' });
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    const error = await open.ask('POST', '/api/v1/notes', {}, { origin: 'https://console.example' });
    expect([error.status, error.headers.get('access-control-allow-origin')]).toEqual([400, 'https://console.example']);
    await expect(startNotes({ 'server.cors.allowed_origins': ['*'], 'server.cors.allow_credentials': true })).rejects.toMatchObject({
      code: 'CORS_CONTRADICTS',
    });
  });

  it('compress what is worth it', async () => {
    const get = (encoding: string, path = '/api-docs/openapi.json') =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
        request(server.url + path, { headers: { 'accept-encoding': encoding } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }));
        })
          .on('error', reject)
          .end();
      });
    const plain = await get('identity');
    const [gzip, br] = [await get('gzip'), await get('gzip, br')];
    expect([plain.encoding, gzip.encoding, br.encoding, (await get('br', '/live')).encoding]).toEqual([undefined, 'gzip', 'br', undefined]);
    expect(gunzipSync(gzip.body).equals(plain.body) && brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
  });
});

describe('hostile bodies', () => {
  const post = (body: string, type = 'application/json', headers: Record<string, string> = {}) =>
    server.ask('POST', '/api/v1/notes', body, { 'content-type': type, ...headers });
  it.each([
    ['broken JSON', '{"title": }', 400, 'BODY_NOT_JSON'],
    ['JSON that ends early', '{"title": "x"', 400, 'BODY_NOT_JSON'],
    ['two values', '{"title":"x"}{}', 400, 'BODY_NOT_JSON'],
    ['a body that nests too deep', `{"title":"x","data":${'['.repeat(101)}${']'.repeat(101)}}`, 400, 'BODY_TOO_DEEP'],
    ['depth that never closes', '['.repeat(15_000), 400, 'BODY_TOO_DEEP'],
    ['__proto__', '{"title":"x","data":{"__proto__":{"isAdmin":true}}}', 400, 'BODY_POISONED'],
    ['__proto__ in escapes', String.raw`{"title":"x","__pr\u006fto__":{"isAdmin":true}}`, 400, 'BODY_POISONED'],
    ['constructor.prototype', '{"title":"x","constructor":{"prototype":{"isAdmin":true}}}', 400, 'BODY_POISONED'],
    ['a body that is too large', JSON.stringify({ title: 'x', data: 'y'.repeat(30_000) }), 413, 'BODY_TOO_LARGE'],
  ])('%s is refused', async (_what, body, status, code) => {
    const { json, ...answer } = await post(body);
    expect([answer.status, json.error?.code]).toEqual([status, code]);
    expect(server.notes.all.size).toBe(0);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('are said where they break', async () => {
    expect((await post('{"title": "x",\n  "tags": }')).json.error?.message).toBe(
      'The body of the request is not JSON: unexpected "}" at line 2, column 11.',
    );
  });

  it('of another type or encoding are refused with 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonish', 'multipart/form-data; boundary=x']) {
      expect([type, (await post('{"title":"x"}', type)).json.error?.code]).toEqual([type, 'MEDIA_TYPE_UNSUPPORTED']);
    }
    expect((await post('{"title":"x"}', 'application/json', { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post('{"title":""}', 'application/problem+json; charset=utf-8')).json.error?.code).toBe('REQUEST_INVALID');
    expect(await raw('POST /api/v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}')).toMatch(
      /^HTTP\/1\.1 415 /,
    );
  });

  it('may be deep within reason, and mention prototypes', async () => {
    const nested = `{"title":"deep","data":${'['.repeat(99)}${']'.repeat(99)}}`;
    expect((await post(nested)).status).toBe(201);
    expect((await post('{"title":"__proto__ and \\u0041","data":{"constructor":"x"}}')).status).toBe(201);
    server.notes.all.clear();
  });
});

describe('hostile connections', () => {
  it('that send headers slowly are told so and closed', async () => {
    const answer = await raw('GET /live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMED_OUT"');
  });

  it('that send a body slowly are told so and closed', async () => {
    const answer = await raw(
      'POST /api/v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"title"',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('with huge headers or broken HTTP get the one error body', async () => {
    const huge = await raw(`GET /live HTTP/1.1\r\nHost: localhost\r\nX-Huge: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect([huge.split('\r\n')[0], huge]).toEqual([
      'HTTP/1.1 431 Request Header Fields Too Large',
      expect.stringContaining('"code":"HEADERS_TOO_LARGE"'),
    ]);
    const broken = await raw('HELLO\r\n\r\n');
    expect([broken.split('\r\n')[0], broken]).toEqual([
      'HTTP/1.1 400 Bad Request',
      expect.stringContaining('"code":"HTTP_REQUEST_MALFORMED"'),
    ]);
    const smuggled = await raw(
      'POST /api/v1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(smuggled).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('leave the server well', async () => expect((await server.ask('GET', '/live')).status).toBe(200));
});

describe('the log of requests', () => {
  it('has method, path, status, time, id and caller, and no values', async () => {
    server.log.length = 0;
    await server.ask('GET', '/api/v1/notes?title=private&_start=0&limit=5', undefined, {
      'x-request-id': 'log-1',
      authorization: 'Bearer private',
    });
    await server.ask('POST', '/api/v1/notes', { title: '', data: 'private' });
    await expect.poll(() => server.log.filter(({ message }) => message === 'request').length).toBe(2);
    expect(server.log[0]).toMatchObject({
      level: 'info',
      fields: {
        method: 'GET',
        path: '/api/v1/notes',
        query: 'title&_start=0&limit=5',
        status: 200,
        requestId: 'log-1',
        caller: 'local',
        durationMs: expect.any(Number),
      },
    });
    expect(JSON.stringify(server.log)).not.toContain('private');
  });
});

describe('routes of the root', () => {
  it('welcome people and programs', async () => {
    expect((await server.ask('GET', '/', undefined, { accept: '*/*' })).json).toMatchObject({
      name: 'Notes',
      version: '1.2.3',
      links: { documentation: '/docs' },
    });
    const page = await server.ask('GET', '/', undefined, { accept: 'text/html,application/xhtml+xml' });
    expect([page.headers.get('content-type'), page.text]).toEqual([
      'text/html; charset=utf-8',
      expect.stringContaining('Keeps &lt;notes&gt;.'),
    ]);
    expect((await server.ask('GET', '/version')).json).toEqual({ version: '1.2.3', name: 'Notes', description: 'Keeps <notes>.' });
    expect((await server.ask('GET', '/metrics')).text).toBe('notes 0\n');
  });

  it('tell health from being alive', async () => {
    for (const path of ['/health', '/health/detailed', '/ready', '/api/v1/health'])
      expect([path, (await server.ask('GET', path)).status]).toEqual([path, 200]);
    expect((await server.ask('GET', '/health')).json).toMatchObject({
      status: 'healthy',
      version: '1.2.3',
      checks: { notes: { status: 'healthy' } },
    });
    server.notes.all.set('sick', {} as never);
    for (const path of ['/health', '/health/detailed', '/ready', '/api/v1/health'])
      expect([path, (await server.ask('GET', path)).status]).toEqual([path, 503]);
    expect((await server.ask('GET', '/live')).json).toMatchObject({ status: 'alive' });
    server.notes.all.clear();
  });
});

describe('a server that closes', () => {
  it('finishes what runs, tells the connection to go, and takes nothing new', async () => {
    const other = await startNotes();
    const begun = new Promise<void>((resolve) => (other.notes.onWait = resolve));
    const asked = other.ask('POST', '/api/v1/notes/wait', {});
    await begun;
    const closed = other.server.close({ graceMs: 5_000 });
    await expect(fetch(`${other.url}/live`)).rejects.toThrow('fetch failed');
    other.notes.release.resolve();
    const { status, headers } = await asked;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    await other.server.close({ graceMs: 0 });
  });

  it('cancels what does not end in time, and then hangs up', async () => {
    const other = await startNotes();
    const begun = new Promise<void>((resolve) => (other.notes.onWait = resolve));
    const asked = other.ask('POST', '/api/v1/notes/wait', {});
    await begun;
    await other.server.close({ graceMs: 20, urgentMs: 5_000 });
    const { status, json } = await asked;
    expect([status, json.error?.code]).toEqual([503, 'SERVER_SHUTTING_DOWN']);

    const stubborn = await startNotes();
    const started = new Promise<void>((resolve) => (stubborn.notes.onWait = resolve));
    stubborn.notes.release = { ...Promise.withResolvers<void>(), reject: () => {} };
    const waiting = stubborn.ask('POST', '/api/v1/notes/wait', {});
    waiting.catch(() => {});
    await started;
    await stubborn.server.close({ graceMs: 10, urgentMs: 10 });
    await expect(waiting).rejects.toThrow('fetch failed');
  });
});

describe('HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { cert, key } = selfSignedCertificate(['localhost'], ['127.0.0.1']);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is served with a certificate, and tells browsers to stay with it', async () => {
    const safe = await start({ 'server.tls.cert_file': file('cert.pem', cert), 'server.tls.key_file': file('key.pem', key) });
    const agent = new Agent({ connect: { ca: cert } });
    const response = await undiciFetch(`${safe.url}/live`, { dispatcher: agent });
    expect([response.status, response.headers.get('strict-transport-security'), new URL(safe.url).protocol]).toEqual([
      200,
      expect.stringContaining('max-age='),
      'https:',
    ]);
    await agent.close();
  });

  it('is refused with a key that is missing or does not fit', async () => {
    const other = selfSignedCertificate(['localhost']);
    const values = (keyFile: string | null) => ({ 'server.tls.cert_file': file('cert.pem', cert), 'server.tls.key_file': keyFile });
    await expect(startNotes(values(null))).rejects.toMatchObject({
      code: 'TLS_UNUSABLE',
      message: expect.stringContaining('key_file is missing'),
    });
    await expect(startNotes(values(join(folder, 'none.pem')))).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') });
    await expect(startNotes(values(file('other.pem', other.key)))).rejects.toMatchObject({ code: 'TLS_UNUSABLE' });
  });
});
