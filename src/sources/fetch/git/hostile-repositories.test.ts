import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGitHttpServer, type GitHttpOptions } from '#testing/git-http-server.ts';
import { git, makeRepository, type TestRepository } from '#testing/git-repository.ts';
import { after, fetcherAtHand, filesIn, processesWith, temporaryFolder } from '../fetch-for-test.ts';
import { verifies } from '../../../../tests/requirements/verifies.ts';

async function serve(options: GitHttpOptions) {
  const server = await startGitHttpServer(options);
  after(() => server.close());
  return server;
}

/** A commit of a tree that no checkout would make: entries as `git mktree` cannot refuse them, written as raw objects. */
function commitRaw(repository: TestRepository, entries: readonly { mode: string; name: string; id: string }[]): void {
  const raw = Buffer.concat(entries.map(({ mode, name, id }) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])));
  const tree = git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], { cwd: repository.work, input: raw });
  const commit = repository.git('commit-tree', tree, '-m', 'hostile');
  // Copied, not pushed: a push would look closer than a hostile host does.
  git(['--git-dir', repository.bare, 'fetch', '--quiet', repository.work, `+${commit}:refs/heads/main`], {
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'uploadpack.allowAnySHA1InWant', GIT_CONFIG_VALUE_0: 'true' },
  });
}

describe('a hostile repository', () => {
  it('gets no file written outside of its snapshot, and none that git or a system would take for its own', async () => {
    verifies('sources.hostile-content');
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'good.json': '{}' });
    const blob = git(['hash-object', '-w', '--stdin'], { cwd: repository.work, input: 'evil' });
    const link = git(['hash-object', '-w', '--stdin'], { cwd: repository.work, input: '/etc' });
    const inner = git(['mktree'], { cwd: repository.work, input: `100644 blob ${blob}\tconfig\n` });
    const names = [
      '../up.json',
      '/abs.json',
      'a\\b.json',
      '.git',
      '.GIT',
      'git~1',
      '.g\u200cit',
      '..',
      'c:d.json',
      'line\nbreak.json',
      'x'.repeat(300),
    ];
    commitRaw(repository, [
      ...names.map((name) => ({ mode: '100644', name, id: blob })),
      { mode: '40000', name: '.git ', id: inner },
      { mode: '120000', name: 'both', id: link },
      { mode: '40000', name: 'both', id: inner },
      { mode: '100644', name: 'file', id: blob },
      { mode: '40000', name: 'file', id: inner },
      { mode: '100644', name: 'file', id: blob },
      { mode: '100644', name: 'good.json', id: blob },
    ]);
    const { fetch, folder } = fetcherAtHand();
    const { snapshot } = await fetch(repository.bare);
    expect(filesIn(snapshot.folder)).toEqual(['both/config', 'file', 'good.json']);
    expect(existsSync(join(folder, '..', 'up.json'))).toBe(false);
    expect(new Set(snapshot.skipped.map(({ reason }) => reason))).toEqual(
      new Set([
        'has a path that leads elsewhere',
        'has an absolute path',
        'has a name that not every system can hold',
        'pretends to belong to git',
        'has a name that is too long',
        'is a link',
        'lies in a file',
        'is there twice',
      ]),
    );
  });

  it('gets no link followed, no submodule fetched, no hook or filter run, and no large file of others fetched', async () => {
    verifies('sources.hostile-content');
    const root = temporaryFolder('git');
    const sprung = join(root, 'sprung');
    const repository = makeRepository(root);
    const other = makeRepository(root, 'other');
    other.commit({ 'secret.json': '{}' });
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.bare, 'module');
    repository.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${git(['hash-object', '-w', '--stdin'], { cwd: repository.work, input: '/etc/passwd' })},leak.json`,
    );
    repository.git('commit', '--quiet', '-m', 'link and submodule');
    writeFileSync(join(repository.work, '.gitattributes'), '* filter=evil\n*.bin filter=lfs\n');
    writeFileSync(join(repository.work, 'model.bin'), 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    repository.git('config', 'filter.evil.clean', 'cat');
    repository.git('add', '.gitattributes', 'model.bin');
    repository.git('commit', '--quiet', '-m', 'filters');
    repository.push('HEAD');
    const hooks = join(repository.bare, 'hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of ['post-checkout', 'post-upload-pack', 'pre-upload-pack', 'reference-transaction']) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${sprung}\n`);
      chmodSync(join(hooks, hook), 0o755);
    }
    git(['--git-dir', repository.bare, 'config', 'uploadpack.packObjectsHook', `touch ${sprung};`]);
    git(['--git-dir', repository.bare, 'config', 'core.fsmonitor', `touch ${sprung};`]);
    const { fetch } = fetcherAtHand();
    const { snapshot } = await fetch(repository.bare);
    expect(filesIn(snapshot.folder)).toEqual(['.gitattributes', '.gitmodules', 'model.bin']);
    expect(snapshot.skipped).toEqual(
      expect.arrayContaining([
        { path: 'leak.json', reason: 'is a link' },
        { path: 'module', reason: 'is a submodule' },
        { path: 'model.bin', reason: expect.stringContaining('Git LFS') },
      ]),
    );
    expect(existsSync(sprung)).toBe(false);
  });

  it('that is larger than it may be is given up while it arrives, and nothing of it stays', async () => {
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'noise.bin': randomBytes(6_000_000) });
    const server = await serve({ root });
    const slow = await serve({ root, chunkMs: 10 });
    const { fetch, folder } = fetcherAtHand();
    await expect(fetch(`${slow.url}/tasks.git`, { maxBytes: 500_000 })).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    expect(slow.bytesSent()).toBeLessThan(4_000_000);
    await expect(fetch(`${server.url}/tasks.git`, { maxBytes: 500_000 })).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    expect(
      filesIn(join(folder, 'fetched'))
        .map((path) => statSync(join(folder, 'fetched', path)).size)
        .reduce((a, b) => a + b, 0),
    ).toBeLessThan(10_000);
    expect((await fetch(`${server.url}/tasks.git`)).snapshot.files).toBe(1);
  });

  it('that unpacks to more than it may be, or to too many files, is refused', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    repository.commit(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}.json`, Buffer.alloc(300_000, String(at))])));
    const { fetch, folder } = fetcherAtHand();
    await expect(fetch(repository.bare, { maxBytes: 2_000_000 })).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
    expect(readdirSync(join(folder, 'fetched', readdirSync(join(folder, 'fetched'))[0]!, 'snapshots'))).toEqual([]);
    const many = makeRepository(temporaryFolder('git'), 'many');
    const blob = git(['hash-object', '-w', '--stdin'], { cwd: many.work, input: 'x' });
    const tree = git(['mktree'], {
      cwd: many.work,
      input: Array.from({ length: 20_001 }, (_, at) => `100644 blob ${blob}\t${at}.json\n`).join(''),
    });
    many.git('update-ref', 'refs/heads/main', many.git('commit-tree', tree, '-m', 'many'));
    many.push('main');
    await expect(fetch(many.bare)).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE', message: expect.stringContaining('20000 files') });
  });

  it('whose trees list each other to millions of files is given up', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    let tree = git(['mktree'], {
      cwd: repository.work,
      input: `100644 blob ${git(['hash-object', '-w', '--stdin'], { cwd: repository.work, input: 'x' })}\ta.json\n`,
    });
    for (let level = 0; level < 10; level++) {
      tree = git(['mktree'], {
        cwd: repository.work,
        input: Array.from({ length: 10 }, (_, at) => `040000 tree ${tree}\tfolder-${at}\n`).join(''),
      });
    }
    repository.git('update-ref', 'refs/heads/main', repository.git('commit-tree', tree, '-m', 'bomb'));
    repository.push('main');
    await expect(fetcherAtHand().fetch(repository.bare)).rejects.toMatchObject({ code: 'SOURCE_TOO_LARGE' });
  });

  it('leaves out a single file that is too large for a task, and says so', async () => {
    const repository = makeRepository(temporaryFolder('git'));
    repository.commit({ 'video.mp4': Buffer.alloc(17_000_000), 'a.json': '1' });
    const { snapshot } = await fetcherAtHand().fetch(repository.bare);
    expect(filesIn(snapshot.folder)).toEqual(['a.json']);
    expect(snapshot.skipped).toEqual([{ path: 'video.mp4', reason: expect.stringContaining('17000000 bytes') }]);
  });
});

describe('a host of repositories', () => {
  it('that never answers, or stops in the middle, is left when the time is up, with everything that was started', async () => {
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'noise.bin': randomBytes(3_000_000) });
    for (const when of ['GET', 'POST']) {
      const server = await serve({ root, meddle: ({ method }) => method === when });
      const { fetch } = fetcherAtHand();
      const started = performance.now();
      await expect(fetch(`${server.url}/tasks.git`, { timeoutMs: 700 })).rejects.toMatchObject({
        code: 'SOURCE_TIMED_OUT',
        retryable: true,
      });
      expect(performance.now() - started).toBeLessThan(4_000);
      expect(processesWith(server.url)).toEqual([]);
    }
  });

  it('whose answer nobody waits for any more is left at once', async () => {
    const root = temporaryFolder('git');
    makeRepository(root).commit({ 'a.json': '1' });
    const controller = new AbortController();
    const server = await serve({
      root,
      meddle: () => {
        controller.abort();
        return true;
      },
    });
    const { fetch, fetcher } = fetcherAtHand();
    await expect(fetch(`${server.url}/tasks.git`, { signal: controller.signal })).rejects.toMatchObject({ code: 'SOURCE_FETCH_CANCELLED' });
    const hanging = await serve({ root, meddle: () => true });
    const waiting = fetch(`${hanging.url}/tasks.git`);
    const [ended] = await Promise.allSettled([waiting, fetcher.close()]);
    expect(ended).toMatchObject({ reason: { code: 'SOURCE_FETCH_CANCELLED' } });
  });

  it('that breaks off in the middle, answers nonsense or an error leaves nothing behind, and the next fetch works', async () => {
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'noise.bin': randomBytes(3_000_000) });
    let mischief: 'none' | 'cut' | 'nonsense' | 'error' = 'none';
    const server = await serve({
      root,
      meddle: ({ method }, response) => {
        if (method !== 'POST' || mischief === 'none') return false;
        if (mischief === 'error') response.writeHead(503).end('busy');
        else {
          response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result', 'content-length': 4_000_000 });
          response.write(mischief === 'nonsense' ? 'x'.repeat(1_000) : Buffer.from('0008NAK\n'));
          response.socket!.end();
        }
        return true;
      },
    });
    const { fetch } = fetcherAtHand();
    for (mischief of ['cut', 'nonsense', 'error'] as const) {
      await expect(fetch(`${server.url}/tasks.git`)).rejects.toMatchObject({ retryable: true });
    }
    mischief = 'none';
    expect((await fetch(`${server.url}/tasks.git`)).snapshot.files).toBe(1);
  });
});
