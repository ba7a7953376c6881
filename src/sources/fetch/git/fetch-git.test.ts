import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGitHttpServer, type GitHttpOptions } from '#testing/git-http-server.ts';
import { below, git, makeRepository, taskFiles } from '#testing/git-repository.ts';
import { findTaskPaths, loadTask } from '#tasks/index.ts';
import { after, fetcherAtHand, filesIn, temporaryFolder, textsIn } from '../fetch-for-test.ts';

const add = below('tasks/add', taskFiles('add'));

async function serve(options: GitHttpOptions) {
  const server = await startGitHttpServer(options);
  after(() => server.close());
  return server;
}

describe('fetching a Git repository', () => {
  it('brings the files of the newest commit, as they were committed, so that tasks load from them', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    const commit = repository.commit({
      ...add,
      'docs/lines.txt': 'one\r\ntwo\n',
      '.gitattributes': '*.txt text eol=lf ident\n',
      'bin/data': Buffer.from([0, 1, 255]),
    });
    const { fetch } = fetcherAtHand();
    const { snapshot, isSame } = await fetch(repository.bare);
    expect(isSame).toBe(false);
    expect(snapshot).toMatchObject({
      revision: commit,
      files: 7,
      signature: null,
      skipped: [],
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(filesIn(snapshot.folder)).toEqual(['.gitattributes', 'bin/data', 'docs/lines.txt', ...Object.keys(add).toSorted()]);
    const [path] = findTaskPaths(snapshot.folder).paths;
    expect(await loadTask(path!)).toMatchObject({ name: 'add', version: '1.0.0' });
  });

  it('takes the branch, tag or commit it is told, and the branch where a tag has its name', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    const first = repository.commit({ 'a.json': '1' });
    repository.git('tag', 'v1');
    repository.git('tag', '--annotate', 'v1-said', '--message', 'one');
    const second = repository.commit({ 'a.json': '2' });
    repository.git('checkout', '--quiet', '-b', 'feature/x');
    const third = repository.commit({ 'a.json': '3' });
    repository.git('branch', 'both');
    repository.git('tag', 'both', first);
    repository.push('refs/heads/both', 'refs/tags/v1', 'refs/tags/v1-said', 'refs/tags/both');
    const { fetch } = fetcherAtHand();
    const revision = async (ref: string | null) => (await fetch(repository.bare, { ref })).snapshot.revision;
    expect(await revision(null)).toBe(second);
    expect(await revision('main')).toBe(second);
    expect(await revision('feature/x')).toBe(third);
    expect(await revision('v1')).toBe(first);
    expect(await revision('v1-said')).toBe(first);
    expect(await revision('refs/tags/both')).toBe(first);
    expect(await revision('both')).toBe(third);
    expect(await revision(first)).toBe(first);
    await expect(revision('nowhere')).rejects.toMatchObject({ code: 'SOURCE_REF_NOT_FOUND' });
    await expect(revision('f'.repeat(40))).rejects.toMatchObject({ code: 'SOURCE_REF_NOT_FOUND' });
    await expect(revision('--upload-pack=touch x')).rejects.toMatchObject({ code: 'SOURCE_REF_NOT_FOUND' });
  });

  it('takes repositories whose ids are SHA-256, also where the one before had others', async () => {
    const root = temporaryFolder('git');
    const { fetch } = fetcherAtHand();
    const old = makeRepository(root);
    old.commit({ 'a.json': '1' });
    expect((await fetch(old.bare)).snapshot.revision).toHaveLength(40);
    for (const path of [old.bare, old.work]) rmSync(path, { recursive: true });
    git(['init', '--quiet', '--bare', '--object-format=sha256', '--initial-branch=main', old.bare]);
    git(['init', '--quiet', '--object-format=sha256', '--initial-branch=main', old.work]);
    old.git('remote', 'add', 'origin', old.bare);
    const commit = old.commit({ 'a.json': '2' });
    expect((await fetch(old.bare)).snapshot).toMatchObject({ revision: commit, files: 1 });
    expect(commit).toHaveLength(64);
  });

  it('brings a part of it', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    repository.commit({ ...add, 'tasks/readme.json': '{}', 'other/x.json': '{}' });
    const { fetch } = fetcherAtHand();
    const whole = await fetch(repository.bare);
    const part = await fetch(repository.bare, { subdirectory: './tasks/' });
    expect(filesIn(part.snapshot.folder)).toContain('add/main.js');
    expect(part.snapshot.folder).not.toBe(whole.snapshot.folder);
    for (const subdirectory of ['nowhere', 'other/x.json', '../..', 'tasks/../other', '.git']) {
      await expect(fetch(repository.bare, { subdirectory })).rejects.toMatchObject({ code: 'SOURCE_SUBDIRECTORY_NOT_FOUND' });
    }
  });

  it('asks one small question where nothing has changed, and fetches only what is new otherwise', async () => {
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit(add);
    const server = await serve({ root });
    const { fetch } = fetcherAtHand();
    const uri = `${server.url}/tasks.git`;
    const first = await fetch(uri);
    const before = server.requests.length;
    const again = await fetch(uri, { previous: first.snapshot });
    expect(again).toEqual({ snapshot: first.snapshot, isSame: true });
    expect(server.requests.slice(before).map(({ line }) => line)).toEqual([
      'GET /tasks.git/info/refs?service=git-upload-pack',
      'POST /tasks.git/git-upload-pack',
    ]);
    const commit = repository.commit({ 'tasks/add/main.js': '(input) => ({ sum: 0 })' });
    const changed = await fetch(uri, { previous: first.snapshot });
    expect(changed).toMatchObject({ isSame: false, snapshot: { revision: commit } });
    expect(textsIn(first.snapshot.folder)['tasks/add/main.js']).toContain('input.a + input.b');
    repository.commit({});
    const { isSame, snapshot } = await fetch(uri, { previous: changed.snapshot });
    expect(isSame).toBe(true);
    expect(snapshot.revision).not.toBe(commit);
  });

  it('fetches as much history as it is told', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    for (let i = 0; i < 5; i++) repository.commit({ 'a.json': String(i) });
    const { fetch, folder } = fetcherAtHand();
    await fetch(repository.bare);
    const [own] = readdirSync(join(folder, 'fetched'));
    const shallow = join(folder, 'fetched', own!, 'repository.git', 'shallow');
    expect(existsSync(shallow)).toBe(true);
    repository.commit({ 'a.json': 'new' });
    await fetch(repository.bare, { depth: 0 });
    expect(existsSync(shallow)).toBe(false);
  });

  it('finds a commit on hosts that give out only what names lead to, and history on those that give out no part of it', async () => {
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    const first = repository.commit({ 'a.json': '1' });
    repository.commit({ 'a.json': '2' });
    repository.git('--git-dir', repository.bare, 'update-server-info');
    const dumb = await serve({ root, isDumb: true });
    const { fetch } = fetcherAtHand();
    expect((await fetch(`${dumb.url}/tasks.git`)).snapshot.files).toBe(1);
    expect((await fetcherAtHand().fetch(`${dumb.url}/tasks.git`, { ref: first })).snapshot.revision).toBe(first);
    const old = await serve({
      root,
      meddle: (request) => {
        // Version 0 of the protocol refuses what no name leads to.
        delete request.headers['git-protocol'];
        return false;
      },
    });
    expect((await fetch(`${old.url}/tasks.git`, { ref: first })).snapshot.revision).toBe(first);
  });

  it('keeps the newest snapshots, older ones while somebody may read them, and no others', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    const { fetch, clock } = fetcherAtHand();
    const folders: string[] = [];
    for (let i = 0; i < 5; i++) {
      repository.commit({ 'a.json': String(i) });
      clock.advance(1_000);
      folders.push((await fetch(repository.bare)).snapshot.folder);
    }
    expect(folders.every((one) => existsSync(one))).toBe(true);
    clock.advance(3_700_000);
    repository.commit({ 'a.json': 'last' });
    folders.push((await fetch(repository.bare)).snapshot.folder);
    expect(folders.map((one) => existsSync(one))).toEqual([false, false, false, true, true, true]);
    expect(statSync(join(folders[5]!, 'a.json')).mode & 0o222).toBe(0);
  });

  it('is forgotten when it is told so', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    repository.commit({ 'a.json': '1' });
    const { fetch, fetcher, folder } = fetcherAtHand();
    const { snapshot } = await fetch(repository.bare);
    await fetcher.forget({ kind: 'git', uri: repository.bare, transport: 'file', remote: repository.bare, host: null, port: null });
    expect(existsSync(snapshot.folder)).toBe(false);
    expect(readdirSync(join(folder, 'fetched'))).toEqual([]);
    expect((await fetch(repository.bare)).snapshot.checksum).toBe(snapshot.checksum);
  });

  it('says that a repository is empty, absent or none', async () => {
    const root = temporaryFolder('git');
    makeRepository(root);
    const { fetch } = fetcherAtHand();
    await expect(fetch(join(root, 'tasks.git'))).rejects.toMatchObject({ code: 'SOURCE_REF_NOT_FOUND' });
    await expect(fetch(join(root, 'nowhere.git'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    const server = await serve({ root });
    await expect(fetch(`${server.url}/nowhere.git`)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(fetch('http://127.0.0.1:9/x.git')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await expect(fetch('https://nowhere.invalid/x.git')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  it('says that git is missing', async () => {
    const { fetch } = fetcherAtHand({ env: { PATH: temporaryFolder('empty') } });
    await expect(fetch('/srv/x.git')).rejects.toMatchObject({ code: 'GIT_MISSING', message: expect.stringContaining('ENOENT') });
  });
});
