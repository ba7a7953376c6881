import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSnapshotStore, type KeptSnapshot } from '../cache/snapshot-store.ts';
import { underLock } from '../cache/source-lock.ts';
import { keyOf, lockFolder, type FetchPlace, type RequestOf } from '../fetch-place.ts';
import type { Snapshot } from '../fetcher.ts';
import type { GitAddress } from '../source-address.ts';
import { withGit } from './git-session.ts';
import { fetchIntoMirror } from './mirror.ts';
import { readRemoteRef } from './remote-refs.ts';
import { verifyCommit } from './verify-commit.ts';
import { writeCommit } from './write-commit.ts';

interface Note {
  /** Hash of the list of signers it was checked against; null: not checked. */
  readonly signers: string | null;
}

/** Brings the commit that a ref leads to, asking first which one it is. Throws as `Fetcher.fetch` says. */
export async function fetchGit(request: RequestOf<GitAddress>, place: FetchPlace): Promise<Snapshot> {
  const { address, auth, reach, ref, subdirectory, depth, maxBytes, allowedSigners, onProgress } = request;
  const { folder, own, clock, guard, env, signal } = place;
  const signers = allowedSigners === null ? null : shortHash(allowedSigners);
  const idOf = (commit: string) => (subdirectory === null ? commit : `${commit}-${shortHash(subdirectory)}`);
  const isEnough = (kept: KeptSnapshot<Note> | null) => kept !== null && (signers === null || kept.note.signers === signers);

  return withGit({ address, auth, reach, folder, guard, env, signal }, async (git) => {
    onProgress?.('asking for the newest commit');
    const remote = await readRemoteRef(git, ref);
    return underLock(lockFolder(folder), keyOf(address), signal, async () => {
      mkdirSync(own, { recursive: true });
      const snapshots = openSnapshotStore(join(own, 'snapshots'));
      const known = await snapshots.find<Note>(idOf(remote.commit), clock.now());
      if (isEnough(known)) return signers === null ? { ...known!.snapshot, signature: null } : known!.snapshot;

      const mirror = join(own, 'repository.git');
      const commit = await fetchIntoMirror(git, mirror, { ref: remote, said: ref, depth, maxBytes, onProgress });
      const signature = allowedSigners === null ? null : await verifyCommit(git, mirror, commit, allowedSigners, join(own, 'signers'));
      onProgress?.('writing the files');
      const made = await snapshots.make<Note>({ address: address.uri, maxBytes }, clock.now(), async (writer) => {
        await writeCommit(git, mirror, commit, subdirectory, writer);
        return { id: () => idOf(commit), revision: commit, signature, note: { signers } };
      });
      await snapshots.tidy(clock.now());
      return made.snapshot;
    });
  });
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
