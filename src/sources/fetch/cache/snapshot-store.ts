import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Snapshot } from '../fetcher.ts';
import { checksumOf, createTreeWriter, type TreeWriter } from './tree-writer.ts';

/** What is known of a snapshot beside its files: what the kind of source needs to ask whether it is still the newest. */
export interface KeptSnapshot<Note> {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly note: Note;
}

export interface SnapshotStore {
  /** A snapshot that was kept whole; it counts as used now. */
  find<Note>(id: string, now: number): Promise<KeptSnapshot<Note> | null>;
  /** The one that was used last, of those that are accepted. */
  latest<Note>(accept: (kept: KeptSnapshot<Note>) => boolean): Promise<KeptSnapshot<Note> | null>;
  /**
   * Makes a snapshot: it is there as a whole, or not at all. `fill` writes the files and says the rest. Its id (letters, digits and dashes) stands for
   * this content and no other; where it is there already, its files stay as they are.
   */
  make<Note>(
    limits: { readonly address: string; readonly maxBytes: number },
    now: number,
    fill: (
      writer: TreeWriter,
    ) => Promise<{ id: (checksum: string) => string; revision: string; signature: Snapshot['signature']; note: Note }>,
  ): Promise<KeptSnapshot<Note>>;
  /** Removes what a killed process left behind, and what nobody has asked for lately. */
  tidy(now: number): Promise<void>;
}

/** Snapshots that are kept however old they are. */
const kept = 3;
/** A caller may still be reading what it got within this time. */
const readingMs = 3_600_000;

/** Checked once by this process: nobody but its owner writes there, and reading everything at each poll would cost more than fetching. */
const checked = new Set<string>();

/** Snapshots of one source, in a folder of their own. To be used under the lock of the source. */
export function openSnapshotStore(folder: string): SnapshotStore {
  mkdirSync(folder, { recursive: true });
  const noteFile = (id: string) => join(folder, `${id}.json`);

  const find = async <Note>(id: string): Promise<KeptSnapshot<Note> | null> => {
    const path = join(folder, id);
    try {
      const { snapshot, note } = JSON.parse(await readFile(noteFile(id), 'utf8')) as Omit<KeptSnapshot<Note>, 'id'>;
      const found = { id, snapshot: { ...snapshot, folder: path }, note };
      if (!(await stat(path)).isDirectory()) return null;
      if (checked.has(path) || (await checksumOfFolder(path)) === snapshot.checksum) {
        checked.add(path);
        return found;
      }
    } catch {
      // Half of it is none of it.
    }
    return null;
  };

  const used = (id: string, now: number) => utimes(noteFile(id), now / 1_000, now / 1_000);

  const byUse = async (): Promise<{ id: string; at: number }[]> => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const all = await Promise.all(names.map(async (name) => ({ id: name.slice(0, -5), at: (await stat(join(folder, name))).mtimeMs })));
    return all.toSorted((a, b) => b.at - a.at);
  };

  return {
    async find<Note>(id: string, now: number) {
      const found = await find<Note>(id);
      if (found) await used(id, now);
      return found;
    },
    async latest<Note>(accept: (one: KeptSnapshot<Note>) => boolean) {
      for (const { id } of await byUse()) {
        const found = await find<Note>(id);
        if (found && accept(found)) return found;
      }
      return null;
    },
    async make(limits, now, fill) {
      const half = join(folder, `half-${randomUUID()}`);
      mkdirSync(half);
      try {
        const writer = createTreeWriter(half, limits.address, limits.maxBytes);
        const { id: idFor, revision, signature, note } = await fill(writer);
        const tree = writer.finish();
        const id = idFor(tree.checksum);
        const path = join(folder, id);
        const there = await find<unknown>(id);
        const snapshot: Snapshot = { folder: path, revision, fetchedAt: there?.snapshot.fetchedAt ?? now, signature, ...tree };
        if (there?.snapshot.checksum !== tree.checksum) {
          checked.delete(path);
          await rm(noteFile(id), { force: true });
          await rm(path, { recursive: true, force: true });
          await rename(half, path);
        }
        await writeFile(`${half}.note`, JSON.stringify({ snapshot, note }));
        await rename(`${half}.note`, noteFile(id));
        await used(id, now);
        checked.add(path);
        return { id, snapshot, note };
      } finally {
        await rm(half, { recursive: true, force: true });
        await rm(`${half}.note`, { force: true });
      }
    },
    async tidy(now) {
      const all = await byUse();
      const stay = new Set(all.filter(({ at }, place) => place < kept || at > now - readingMs).flatMap(({ id }) => [id, `${id}.json`]));
      for (const name of await readdir(folder)) {
        if (stay.has(name)) continue;
        checked.delete(join(folder, name));
        await rm(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}

async function checksumOfFolder(folder: string): Promise<string> {
  const hashes = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    hashes.set(
      path,
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
  }
  return checksumOf(hashes);
}
