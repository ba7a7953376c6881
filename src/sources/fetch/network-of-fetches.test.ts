import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createAddressGuard } from '#engine/index.ts';
import { startGitHttpServer } from '#testing/git-http-server.ts';
import { makeRepository, taskFiles } from '#testing/git-repository.ts';
import { hasSsh, sshKeyPair, startGitSshServer } from '#testing/git-ssh-server.ts';
import { startHttpStub } from '#testing/http-stub.ts';
import { after, fetcherAtHand, temporaryFolder } from './fetch-for-test.ts';

/** A name that no name server knows. */
const host = 'tasks.invalid';

async function places() {
  const root = temporaryFolder('git');
  makeRepository(root).commit({ 'a.json': '1' });
  const git = await startGitHttpServer({ root });
  after(() => git.close());
  const stub = await startHttpStub({
    '/index.json': (_request, response) => void response.end(JSON.stringify({ tasks: [{ name: 'x', path: 'x' }] })),
    '/x/': (request, response) => {
      const text = taskFiles('x')[request.path.slice('/x/'.length)];
      response.writeHead(text === undefined ? 404 : 200).end(text);
    },
  });
  after(() => stub.close());
  return { root, git, stub, gitPort: Number(new URL(git.url).port) };
}

/** Answers first that the host is here, then that it is elsewhere, as a name server does that rebinds a name. */
function changingGuard(first = '127.0.0.1') {
  let asked = 0;
  const resolve = async () => [{ address: asked++ === 0 ? first : '203.0.113.7', family: 4 }];
  return createAddressGuard({ allowLoopback: true, allowed: [], who: 'sources', resolve });
}

describe('a source that somebody added through the server', () => {
  it('is fetched from the very address that was judged, whatever its name leads to afterwards', async () => {
    const { git, stub, gitPort } = await places();
    const { fetch } = fetcherAtHand({ guard: changingGuard() });
    expect((await fetch(`http://${host}:${gitPort}/tasks.git`, { reach: 'public' })).snapshot.files).toBe(1);
    expect(git.requests.length).toBeGreaterThan(0);
    const steady = createAddressGuard({ allowLoopback: true, allowed: [], resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    const web = fetcherAtHand({ guard: steady });
    expect((await web.fetch(`http://${host}:${stub.port}/index.json`, { reach: 'public' })).snapshot.files).toBe(4);
    const turning = fetcherAtHand({ guard: createAddressGuard({ allowLoopback: false, allowed: [], resolve: turnTo('127.0.0.1') }) });
    await expect(turning.fetch(`https://${host}:${stub.port}/index.json`, { reach: 'public' })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
    });
  });

  it.skipIf(!hasSsh)('over ssh likewise, and the host is known by its name (skipped where there is no ssh)', async () => {
    const { root } = await places();
    const key = sshKeyPair();
    const server = await startGitSshServer({ root, authorizedKeys: [key.publicKey] });
    after(() => server.close());
    const { fetch } = fetcherAtHand({ guard: changingGuard() });
    const auth = { type: 'ssh_key', private_key: key.privateKey, known_hosts: server.knownHosts.replace('127.0.0.1', host) };
    expect((await fetch(`ssh://git@${host}:${server.port}/tasks.git`, { reach: 'public', auth })).snapshot.files).toBe(1);
  });
});

/** Public when it is judged, elsewhere when it is connected to. */
function turnTo(address: string) {
  let asked = 0;
  return async () => [{ address: asked++ === 0 ? '8.8.8.8' : address, family: 4 }];
}

describe('a network behind a proxy', () => {
  it('is reached through the proxy that this process was told of, by Git and by HTTP', async () => {
    const { gitPort, stub } = await places();
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const url = new URL(request.url!);
      const onward = httpRequest(
        { host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method: request.method, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(onward);
    });
    proxy.on('connect', (request, socket, head) => {
      asked.push(`CONNECT ${request.url}`);
      const onward = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    after(() => {
      proxy.close();
      proxy.closeAllConnections();
    });
    const { fetch } = fetcherAtHand({ env: { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, no_proxy: '' } });
    expect((await fetch(`http://${host}:${gitPort}/tasks.git`)).snapshot.files).toBe(1);
    const byGit = asked.length;
    expect(byGit).toBeGreaterThan(0);
    expect((await fetch(`http://${host}:${stub.port}/index.json`)).snapshot.files).toBe(4);
    expect(asked.length).toBeGreaterThan(byGit);
    expect(asked.every((line) => line.includes(host))).toBe(true);
  });
});
