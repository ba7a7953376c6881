import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGitHttpServer, type GitHttpOptions } from '#testing/git-http-server.ts';
import { makeRepository, git } from '#testing/git-repository.ts';
import { hasSsh, sshKeyPair, startGitSshServer } from '#testing/git-ssh-server.ts';
import { after, fetcherAtHand, filesIn, temporaryFolder } from '../fetch-for-test.ts';
import { verifies } from '../../../../tests/requirements/verifies.ts';

const secret = 'hunter2-is-a-secret';

function repositoryIn(root: string) {
  const repository = makeRepository(root);
  repository.commit({ 'a.json': '1' });
  return repository;
}

async function serve(options: GitHttpOptions) {
  const server = await startGitHttpServer(options);
  after(() => server.close());
  return server;
}

/** Every text that was left on the disk. */
const left = (folder: string) =>
  filesIn(folder)
    .map((path) => readFileSync(join(folder, path), 'latin1'))
    .join('\n');

describe('credentials for Git over HTTP', () => {
  it.each([
    ['git_token', { type: 'git_token', token: secret }, { username: 'x-access-token', password: secret }],
    ['git_token of a named user', { type: 'git_token', token: secret, username: 'oauth2' }, { username: 'oauth2', password: secret }],
    ['basic', { type: 'basic', username: 'ada', password: `${secret} "$(id)'%` }, { username: 'ada', password: `${secret} "$(id)'%` }],
    ['bearer', { type: 'bearer', token: secret }, { bearer: secret }],
  ])('%s lets in, and stays nowhere on the disk', async (_name, auth, credentials) => {
    verifies('sources.credentials');
    const root = temporaryFolder('git');
    repositoryIn(root);
    const server = await serve({ root, credentials });
    const { fetch, folder } = fetcherAtHand();
    const { snapshot } = await fetch(`${server.url}/tasks.git`, { auth });
    expect(filesIn(snapshot.folder)).toEqual(['a.json']);
    expect(left(folder)).not.toContain(secret);
  });

  it('that are wrong or missing are said to be so, and are not in the error', async () => {
    const root = temporaryFolder('git');
    repositoryIn(root);
    const server = await serve({ root, credentials: { username: 'ada', password: 'right' } });
    const { fetch } = fetcherAtHand();
    const uri = `${server.url}/tasks.git`;
    await expect(fetch(uri)).rejects.toMatchObject({ code: 'SOURCE_AUTH_FAILED' });
    const failed: Error = (await fetch(uri, { auth: { type: 'basic', username: 'ada', password: secret } }).catch(
      (error: Error) => error,
    )) as Error;
    expect(failed).toMatchObject({ code: 'SOURCE_AUTH_FAILED' });
    expect(JSON.stringify(failed)).not.toContain(secret);
    expect(failed.stack).not.toContain(secret);
    await expect(fetch(uri, { auth: { type: 'api_key', key: 'x' } })).rejects.toMatchObject({ code: 'SOURCE_AUTH_INVALID' });
  });

  it('are needed again by whoever names a commit that is here already', async () => {
    const root = temporaryFolder('git');
    const commit = repositoryIn(root).git('rev-parse', 'HEAD');
    const server = await serve({ root, credentials: { username: 'x-access-token', password: 'right' } });
    const { fetch } = fetcherAtHand();
    await fetch(`${server.url}/tasks.git`, { ref: commit, auth: { type: 'git_token', token: 'right' } });
    await expect(fetch(`${server.url}/tasks.git`, { ref: commit })).rejects.toMatchObject({ code: 'SOURCE_AUTH_FAILED' });
  });

  it('go to no other origin, wherever a redirection leads', async () => {
    verifies('sources.credentials');
    const root = temporaryFolder('git');
    repositoryIn(root);
    const closed = await serve({ root, credentials: { username: 'x-access-token', password: secret } });
    const open = await serve({ root });
    let thief = closed;
    const home = await serve({
      root,
      meddle: (request, response) => {
        response.writeHead(302, { location: `${thief.url}${request.url}` }).end();
        return true;
      },
    });
    const { fetch } = fetcherAtHand();
    const refused = { code: 'SOURCE_AUTH_FAILED', message: expect.stringContaining('could not read Username') };
    await expect(fetch(`${home.url}/tasks.git`, { auth: { type: 'git_token', token: secret } })).rejects.toMatchObject(refused);
    thief = open;
    await expect(fetch(`${home.url}/tasks.git`, { auth: { type: 'bearer', token: secret } })).rejects.toThrow(
      /redirects to another address/,
    );
    expect(closed.requests).not.toEqual([]);
    expect([...closed.requests, ...open.requests].filter(({ authorization }) => authorization !== null)).toEqual([]);
  });

  it('do not come from the configuration, helpers or hooks of this user or machine', async () => {
    const root = temporaryFolder('git');
    repositoryIn(root);
    const home = temporaryFolder('home');
    const trap = join(home, 'trap');
    const sprung = join(home, 'sprung');
    writeFileSync(trap, `#!/bin/sh\ntouch ${sprung}\n`);
    chmodSync(trap, 0o755);
    writeFileSync(
      join(home, '.gitconfig'),
      `[credential]\n helper = !${trap}\n[core]\n hooksPath = ${home}\n fsmonitor = ${trap}\n[url "file://${home}/"]\n insteadOf = http://\n`,
    );
    const server = await serve({ root, credentials: { username: 'ada', password: 'x' } });
    const started = process.cwd();
    after(() => process.chdir(started));
    git(['init', '--quiet', home]);
    writeFileSync(join(home, '.git', 'config'), readFileSync(join(home, '.gitconfig')), { flag: 'a' });
    process.chdir(home);
    const { fetch } = fetcherAtHand({
      folder: join(home, 'data', 'sources'),
      env: { HOME: home, GIT_ASKPASS: trap, SSH_ASKPASS: trap, GIT_CONFIG_GLOBAL: join(home, '.gitconfig'), GIT_SSH_COMMAND: trap },
    });
    await expect(fetch(`${server.url}/tasks.git`)).rejects.toMatchObject({ code: 'SOURCE_AUTH_FAILED' });
    expect(existsSync(sprung)).toBe(false);
  });

  it('are sent through TLS only to a host that proves itself, by the certificates this process was told of', async () => {
    const root = temporaryFolder('git');
    repositoryIn(root);
    const server = await serve({ root, tls: true });
    await expect(fetcherAtHand().fetch(`${server.url}/tasks.git`)).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      message: expect.stringMatching(/certificate/i),
    });
    const ca = join(root, 'ca.pem');
    writeFileSync(ca, server.certificate!);
    const { fetch } = fetcherAtHand({ env: { GIT_SSL_CAINFO: ca } });
    expect((await fetch(`${server.url}/tasks.git`)).snapshot.files).toBe(1);
  });
});

describe('sources that somebody added through the server', () => {
  it('lead neither to this machine nor to its network, not even by a redirection', async () => {
    verifies('sources.added-reach');
    const root = temporaryFolder('git');
    const repository = repositoryIn(root);
    const server = await serve({ root });
    const { fetch } = fetcherAtHand();
    for (const uri of [
      repository.bare,
      `${server.url}/tasks.git`,
      'https://localhost/x.git',
      'ssh://git@10.0.0.1/x',
      'https://169.254.169.254/x.git',
      `${server.url}/tasks.zip`,
    ]) {
      const failure = { code: 'SOURCE_ADDRESS_REFUSED', message: expect.stringContaining(uri) };
      await expect(fetch(uri, { reach: 'public' })).rejects.toMatchObject(failure);
    }
    await expect(fetch('http://8.8.8.8/x.git', { reach: 'public' })).rejects.toThrow(/not encrypted/);
    await expect(fetch('http://8.8.8.8/x.zip', { reach: 'public' })).rejects.toThrow(/not encrypted/);
    expect(server.requests).toEqual([]);
  });
});

describe.skipIf(!hasSsh)('Git over ssh (skipped where there is no ssh)', () => {
  const key = sshKeyPair();
  const ready = async () => {
    const root = temporaryFolder('git');
    const repository = repositoryIn(root);
    const server = await startGitSshServer({ root, authorizedKeys: [key.publicKey] });
    after(() => server.close());
    const at = fetcherAtHand();
    const auth = (more: object = {}) => ({ type: 'ssh_key', private_key: key.privateKey, known_hosts: server.knownHosts, ...more });
    return { ...at, repository, server, auth, uri: `${server.url}/tasks.git` };
  };

  it('lets the key in that is allowed, and leaves none on the disk', async () => {
    const { fetch, uri, auth, folder, server, repository } = await ready();
    const { snapshot } = await fetch(uri, { auth: auth() });
    expect(snapshot.revision).toBe(git(['rev-parse', 'HEAD'], { cwd: repository.work }));
    expect(server.commands.every((command) => command === "git-upload-pack '/tasks.git'")).toBe(true);
    expect(readdirSync(join(folder, 'keys'))).toEqual([]);
    expect(left(folder)).not.toContain('PRIVATE KEY');
  });

  it('takes the key from a file that others may read, too', async () => {
    const { fetch, uri, auth } = await ready();
    const file = join(temporaryFolder('key'), 'a "key" file');
    writeFileSync(file, key.privateKey, { mode: 0o644 });
    expect((await fetch(uri, { auth: auth({ private_key: undefined, private_key_file: file }) })).snapshot.files).toBe(1);
    await expect(fetch(uri, { auth: auth({ private_key: undefined, private_key_file: '/nowhere' }) })).rejects.toMatchObject({
      code: 'SOURCE_AUTH_INVALID',
    });
  });

  it('refuses hosts that nobody vouches for, unless they are to be believed the first time, and then only as long as they stay the same', async () => {
    const { fetch, uri, auth, folder, server } = await ready();
    await expect(fetch(uri, { auth: auth({ known_hosts: undefined }) })).rejects.toMatchObject({ code: 'SOURCE_HOST_KEY_UNKNOWN' });
    const other = server.knownHosts.replace(/ [\w+/=]+\n$/, ` ${Buffer.from('another key').toString('base64')}\n`);
    await expect(fetch(uri, { auth: auth({ known_hosts: other }) })).rejects.toMatchObject({ code: 'SOURCE_HOST_KEY_UNKNOWN' });
    const trusting = auth({ known_hosts: undefined, host_keys: 'accept_new' });
    expect((await fetch(uri, { auth: trusting })).snapshot.files).toBe(1);
    const remembered = readFileSync(join(folder, 'known_hosts'), 'utf8');
    expect(remembered).toContain(server.knownHosts.split(' ')[2]!.trim());
    const impostor = await startGitSshServer({ root: temporaryFolder('git'), authorizedKeys: [] });
    after(() => impostor.close());
    writeFileSync(join(folder, 'known_hosts'), impostor.knownHosts.replace(String(impostor.port), String(server.port)));
    await expect(fetch(uri, { auth: trusting })).rejects.toMatchObject({ code: 'SOURCE_HOST_KEY_UNKNOWN' });
  });

  it('says that a key is not allowed, locked or none', async () => {
    const { fetch, uri, auth } = await ready();
    await expect(fetch(uri, { auth: auth({ private_key: sshKeyPair().privateKey }) })).rejects.toMatchObject({
      code: 'SOURCE_AUTH_FAILED',
    });
    const locked = join(temporaryFolder('key'), 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'phrase', '-f', locked]);
    await expect(fetch(uri, { auth: auth({ private_key: readFileSync(locked, 'utf8') }) })).rejects.toThrow(/locked with a passphrase/);
    await expect(fetch(uri, { auth: auth({ private_key: 'nothing' }) })).rejects.toMatchObject({ code: 'SOURCE_AUTH_INVALID' });
    await expect(fetch(uri, { auth: { type: 'git_token', token: 'x' } })).rejects.toMatchObject({ code: 'SOURCE_AUTH_INVALID' });
  });
});
