import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection } from 'ssh2';

/** Whether this machine has the ssh client that git calls. */
export const hasSsh = spawnSync('ssh', ['-V']).status === 0;

export interface GitSshOptions {
  /** Folder whose bare repositories are served: `<url>/name.git`. */
  readonly root: string;
  /** Public keys that may come in, as `authorized_keys` has them; nobody when empty. */
  readonly authorizedKeys: readonly string[];
  /** Lets `git push` in. */
  readonly allowsPush?: boolean;
}

export interface GitSshServer {
  /** `ssh://git@127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** The line of a known_hosts file that says this server's key. */
  readonly knownHosts: string;
  /** Commands that were run. */
  readonly commands: readonly string[];
  close(): Promise<void>;
}

/** A key pair for a client: the private one as PEM, the public one as `authorized_keys` has it. */
export function sshKeyPair(): { privateKey: string; publicKey: string } {
  const pair = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  return { privateKey: pair.private, publicKey: pair.public };
}

/** A real ssh server on a free port of the loopback interface that runs git's two programs for repositories, and nothing else. */
export async function startGitSshServer({ root, authorizedKeys, allowsPush = false }: GitSshOptions): Promise<GitSshServer> {
  const hostKey = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const allowed = authorizedKeys.map((line) => parsed(line));
  const commands: string[] = [];
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    open.add(client);
    client.on('error', () => {});
    client.on('close', () => open.delete(client));
    client.on('authentication', (attempt) => {
      const key =
        attempt.method === 'publickey' &&
        allowed.find((one) => one.type === attempt.key.algo && one.getPublicSSH().equals(attempt.key.data));
      if (!key || attempt.method !== 'publickey') return attempt.reject(['publickey']);
      // Without a signature the client only asks whether the key would do.
      if (attempt.signature && attempt.blob && key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) !== true)
        return attempt.reject();
      attempt.accept();
    });
    client.on('session', (acceptSession) => {
      let protocol = '';
      const session = acceptSession();
      session.on('env', (accept, _reject, { key, val }) => {
        if (key === 'GIT_PROTOCOL') protocol = val;
        (accept as (() => void) | undefined)?.();
      });
      session.on('exec', (accept, reject, { command }) => {
        commands.push(command);
        const found = /^(git-upload-pack|git-receive-pack) '([^']+)'$/.exec(command);
        if (!found || (found[1] === 'git-receive-pack' && !allowsPush)) return reject();
        const stream = accept();
        const child = spawn('git', [found[1]!.slice('git-'.length), join(root, found[2]!)], {
          env: {
            PATH: process.env['PATH'],
            GIT_CONFIG_NOSYSTEM: '1',
            GIT_CONFIG_GLOBAL: '/dev/null',
            GIT_CONFIG_COUNT: '1',
            GIT_CONFIG_KEY_0: 'safe.directory',
            GIT_CONFIG_VALUE_0: '*',
            GIT_PROTOCOL: protocol,
          },
        });
        child.stdin.on('error', () => {});
        stream.on('error', () => {});
        stream.pipe(child.stdin);
        child.stdout.pipe(stream, { end: false });
        child.stderr.pipe(stream.stderr, { end: false });
        stream.on('close', () => child.kill('SIGKILL'));
        child.on('close', (code) => {
          stream.exit(code ?? 1);
          stream.end();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const shown = parsed(hostKey.privateKey);
  return {
    url: `ssh://git@127.0.0.1:${port}`,
    port,
    knownHosts: `[127.0.0.1]:${port} ${shown.type} ${shown.getPublicSSH().toString('base64')}\n`,
    commands,
    close: () =>
      new Promise((resolve) => {
        for (const client of open) client.end();
        server.close(() => resolve());
      }),
  };
}

function parsed(text: string) {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return Array.isArray(key) ? key[0]! : key;
}
