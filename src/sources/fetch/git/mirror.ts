import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RatchetError } from '#kernel/index.ts';
import { sourceFetchFailed, sourceNotFound, sourceRefNotFound, sourceTooLarge } from '../../errors.ts';
import type { GitSession } from './git-session.ts';
import type { RemoteRef } from './remote-refs.ts';

export interface MirrorFetch {
  readonly ref: RemoteRef;
  /** As the caller named it, for messages. */
  readonly said: string | null;
  readonly depth: number;
  readonly maxBytes: number;
  readonly onProgress?: ((what: string) => void) | undefined;
}

/** How often the size is looked at while something arrives. At 100 MB/s the limit is passed by 10 MB. */
const watchMs = 100;
/** Each fetch adds a pack. Starting over is cheaper than repacking, because little history is kept. */
const mostPacks = 40;

/**
 * Fetches a commit into a bare repository that only we know; it may be thrown away at any time. To be used under the lock of the source.
 * @returns the commit that came, which is a newer one where the branch has moved since it was asked
 * @throws SOURCE_TOO_LARGE, SOURCE_REF_NOT_FOUND, and what fetching can fail with
 */
export async function fetchIntoMirror(git: GitSession, folder: string, wanted: MirrorFetch): Promise<string> {
  const { maxBytes } = wanted;
  if (existsSync(folder)) {
    await removeLeftovers(folder);
    const { bytes, packs } = await sizeOf(folder);
    if (bytes > maxBytes || packs > mostPacks) await removeMirror(folder);
  }
  const wasThere = existsSync(join(folder, 'HEAD'));
  try {
    return await fetchOnce(git, folder, wanted);
  } catch (error) {
    if (!wasThere || !mayBeDamaged(error) || git.signal.aborted) throw error;
    // What a full disk or a power cut has left may be beyond git's repair, and is not worth it.
    await removeMirror(folder);
    return await fetchOnce(git, folder, wanted);
  }
}

export async function removeMirror(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

const mayBeDamaged = (error: unknown) => error instanceof RatchetError && (sourceFetchFailed.is(error) || sourceNotFound.is(error));

async function fetchOnce(git: GitSession, folder: string, { ref, said, depth, maxBytes, onProgress }: MirrorFetch): Promise<string> {
  const { address } = git;
  if (!existsSync(join(folder, 'HEAD'))) await git.must(['init', '--quiet', '--bare', '--template=', ...formatOf(ref), '--', folder]);
  const target = ref.name === null ? null : 'refs/fetched/wanted';
  const refspec = (name: string) => `+${name}:${target}`;
  const shallow = depth > 0 ? [`--depth=${depth}`] : existsSync(join(folder, 'shallow')) ? ['--unshallow'] : [];
  const always = ['--git-dir', folder, 'fetch', '--progress', '--force', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  const onStderr = (text: string) => tellProgress(text, onProgress);
  const fetch = (how: readonly string[], what: readonly string[]) =>
    withinSize(git, folder, maxBytes, (signal) =>
      git.run([...always, ...how, '--end-of-options', address.remote, ...what], { signal, onStderr }),
    );

  let end = await fetch(shallow, [ref.name === null ? ref.commit : refspec(ref.name)]);
  if (end.code !== 0 && shallow.length > 0 && /does not support shallow|shallow capabilities/i.test(end.stderr)) {
    end = await fetch([], [ref.name === null ? ref.commit : refspec(ref.name)]);
  }
  if (
    end.code !== 0 &&
    ref.name === null &&
    /not our ref|unadvertised object|no such remote ref|couldn't find remote ref|no matching remote head/i.test(end.stderr)
  ) {
    // Some hosts give out nothing but what their branches and tags lead to: it has to be among that.
    end = await fetch(existsSync(join(folder, 'shallow')) ? ['--unshallow'] : [], [
      '+refs/heads/*:refs/fetched/heads/*',
      '+refs/tags/*:refs/fetched/tags/*',
    ]);
  }
  if (end.code !== 0) {
    if (/couldn't find remote ref|not our ref/i.test(end.stderr)) throw sourceRefNotFound({ address: address.uri, ref: said ?? 'HEAD' });
    throw git.failure(end);
  }
  const found = await git.run([
    '--git-dir',
    folder,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${target ?? ref.commit}^{commit}`,
  ]);
  if (found.code !== 0) throw sourceRefNotFound({ address: address.uri, ref: said ?? 'HEAD' });
  return found.stdout.toString().trim();
}

const formatOf = ({ commit }: RemoteRef) => (commit.length === 64 ? ['--object-format=sha256'] : []);

/** Ends what is fetched when it gets larger than it may; what has come so far goes with it. */
async function withinSize<T>(git: GitSession, folder: string, maxBytes: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const before = (await sizeOf(folder)).bytes;
  const tooLarge = new AbortController();
  let isLooking = false;
  const look = async () => {
    if ((await sizeOf(folder)).bytes - before <= maxBytes) return;
    tooLarge.abort(sourceTooLarge({ address: git.address.uri, what: `it has more than ${maxBytes} bytes`, limit: maxBytes }));
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, watchMs);
  try {
    const end = await work(AbortSignal.any([git.signal, tooLarge.signal]));
    await look();
    tooLarge.signal.throwIfAborted();
    return end;
  } catch (error) {
    if (tooLarge.signal.aborted) await removeMirror(folder);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Locks and half packs of a git that was killed: nobody else is at work here. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const isLeft = entry.name.endsWith('.lock') || /^tmp_|\.temp$/.test(entry.name) || entry.name.startsWith('.tmp-');
    if (entry.isFile() && isLeft) await rm(join(entry.parentPath, entry.name), { force: true });
  }
}

async function sizeOf(folder: string): Promise<{ bytes: number; packs: number }> {
  let bytes = 0;
  let packs = 0;
  const entries = await readdir(join(folder, 'objects'), { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    if (entry.name.endsWith('.pack')) packs++;
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return { bytes, packs };
}

/** The newest line of git's own progress: `Receiving objects:  42% (12/28), 3.2 MiB`. */
function tellProgress(text: string, onProgress: ((what: string) => void) | undefined): void {
  if (!onProgress) return;
  const line = text.split(/[\r\n]+/).findLast((one) => /^(?:remote: )?[A-Z][a-z]+ [a-z]+: +\d+/.test(one));
  if (line !== undefined) onProgress(line.trim().slice(0, 120));
}
