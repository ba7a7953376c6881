import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startGitHttpServer, type GitHttpOptions } from '#testing/git-http-server.ts';
import { makeRepository } from '#testing/git-repository.ts';
import type { Snapshot } from './fetcher.ts';
import { after, fetcherAtHand, filesIn, processesWith, temporaryFolder, textsIn } from './fetch-for-test.ts';
import { verifies } from '../../../tests/requirements/verifies.ts';

const harness = fileURLToPath(new URL('fetch-harness.ts', import.meta.url));

/** Fetches in a process of its own, which is killed at the first line that begins so. */
function fetchElsewhere(
  folder: string,
  uri: string,
  killAt: string | null = null,
): Promise<{ lines: string[]; snapshot: Snapshot | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [harness, folder, uri], { stdio: ['ignore', 'pipe', 'inherit'] });
    after(() => child.kill('SIGKILL'));
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (killAt === null || child.killed || !said.split('\n').some((line) => line.startsWith(killAt))) return;
      child.kill('SIGKILL');
      // With all that it had started, so that nothing tidies up after itself.
      for (const pid of processesWith(folder)) process.kill(pid, 'SIGKILL');
    });
    child.once('error', reject);
    child.once('close', () => {
      const lines = said.trim().split('\n');
      const done = lines.find((line) => line.startsWith('done '));
      resolve({ lines, snapshot: done ? (JSON.parse(done.slice(5)) as Snapshot) : null });
    });
  });
}

async function serve(options: GitHttpOptions) {
  const server = await startGitHttpServer(options);
  after(() => server.close());
  return server;
}

const below = (folder: string, name: string) => join(folder, 'fetched', readdirSync(join(folder, 'fetched'))[0]!, name);

/** Locks and half packs of git. */
const leftovers = (folder: string) => filesIn(below(folder, 'repository.git')).filter((path) => /\.lock$|tmp_/.test(path));

describe('a fetch that was killed', () => {
  it.each(['progress asking', 'progress Receiving objects', 'progress writing'])(
    'at "%s" leaves nothing that counts, and the next one is whole',
    async (killAt) => {
      verifies('sources.fetch-whole');
      const root = temporaryFolder('git');
      const repository = makeRepository(root);
      const files = { 'a.json': '1', 'b/c.json': '2', 'noise.bin': randomBytes(4_000_000) };
      const revision = repository.commit(files);
      let chunkMs = 20;
      const server = await serve({
        root,
        get chunkMs() {
          return chunkMs;
        },
      });
      const { fetch, folder } = fetcherAtHand();
      const uri = `${server.url}/tasks.git`;
      const killed = await fetchElsewhere(folder, uri, killAt);
      expect(killed.snapshot).toBe(null);
      if (killAt.includes('Receiving')) expect(leftovers(folder)).not.toEqual([]);
      chunkMs = 0;
      const { snapshot } = await fetch(uri);
      expect(snapshot).toMatchObject({ revision, files: 3, bytes: 4_000_002 });
      expect(filesIn(snapshot.folder)).toEqual(Object.keys(files));
      expect(readdirSync(below(folder, 'snapshots')).toSorted()).toEqual([revision, `${revision}.json`]);
      expect(leftovers(folder)).toEqual([]);
      expect((await fetch(uri, { previous: snapshot })).isSame).toBe(true);
    },
  );

  it('by a power cut that lost what was written last is not believed', async () => {
    verifies('sources.fetch-whole');
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'a.json': '{"a":1}', 'b.json': '{}' });
    const { folder } = fetcherAtHand();
    const first = await fetchElsewhere(folder, repository.bare);
    rmSync(join(first.snapshot!.folder, 'a.json'));
    writeFileSync(join(first.snapshot!.folder, 'a.json'), '');
    for (const path of filesIn(below(folder, 'repository.git')).filter((one) => one.endsWith('.pack'))) {
      truncateSync(join(below(folder, 'repository.git'), path), 20);
    }
    const again = await fetchElsewhere(folder, repository.bare);
    expect(again.snapshot).toMatchObject({ checksum: first.snapshot!.checksum });
    expect(textsIn(again.snapshot!.folder)).toEqual({ 'a.json': '{"a":1}', 'b.json': '{}' });
    const third = await fetchElsewhere(folder, repository.bare);
    expect(third.snapshot).toEqual(again.snapshot);
  });
});

describe('fetches of one repository by several processes', () => {
  it('wait for each other and end with the same snapshot', async () => {
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'a.json': '1', 'noise.bin': randomBytes(1_000_000) });
    const server = await serve({ root, chunkMs: 5 });
    const { fetch, folder } = fetcherAtHand();
    const uri = `${server.url}/tasks.git`;
    const all = await Promise.all([fetchElsewhere(folder, uri), fetchElsewhere(folder, uri), fetch(uri), fetch(uri)]);
    const snapshots = all.map(({ snapshot }) => snapshot);
    for (const snapshot of snapshots) expect(snapshot).toEqual(snapshots[0]);
    expect(server.bytesSent()).toBeLessThan(1_500_000);
  });
});

describe('a full disk', () => {
  it('ends the fetch in words, and the next one works when there is room', async (context) => {
    verifies('sources.fetch-whole');
    const disk = temporaryMount();
    if (disk === null) return context.skip('this user may not mount a small disk');
    const root = temporaryFolder('git');
    const repository = makeRepository(root);
    repository.commit({ 'noise.bin': randomBytes(2_000_000) });
    const folder = join(disk, 'sources');
    mkdirSync(folder);
    const { fetch } = fetcherAtHand({ folder });
    const filling = join(disk, 'filling');
    for (const left of [200_000, 3_000_000]) {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(filling, new Uint8Array(Math.max(0, bavail * bsize - left)));
      await expect(fetch(repository.bare)).rejects.toMatchObject({ code: 'SOURCE_CACHE_FAILED', retryable: true });
      rmSync(filling);
    }
    expect((await fetch(repository.bare)).snapshot.files).toBe(1);
  });
});

/** A disk of eight megabytes, where this user may mount one. */
function temporaryMount(): string | null {
  const folder = temporaryFolder('small-disk');
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).status !== 0) return null;
  after(() => spawnSync('umount', [folder]));
  return folder;
}
