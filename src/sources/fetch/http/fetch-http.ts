import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sourceChecksumWrong, sourceContentInvalid, sourceNotFound, sourceSubdirectoryNotFound } from '../../errors.ts';
import { fetchLimits } from '../cache/fetch-limits.ts';
import { openSnapshotStore, type KeptSnapshot } from '../cache/snapshot-store.ts';
import { underLock } from '../cache/source-lock.ts';
import type { TreeWriter } from '../cache/tree-writer.ts';
import { keyOf, lockFolder, type FetchPlace, type RequestOf } from '../fetch-place.ts';
import type { Snapshot } from '../fetcher.ts';
import type { HttpAddress } from '../source-address.ts';
import { fetchListed, type FetchedEntry } from './fetch-listed.ts';
import type { HttpAnswer, HttpClient, Validators } from './http-client.ts';
import { promisedHash, readListing, type Listing } from './read-listing.ts';
import { filesInZip, isZip } from './unpack-zip.ts';

/** What is remembered of the answer a snapshot was made of. */
interface Note extends Validators {
  /** What was asked, where the uri itself was not it. */
  readonly url: string;
  readonly sha256: string;
  /** Of a list: what each entry became; null of an archive. */
  readonly entries: readonly FetchedEntry[] | null;
  readonly subdirectory: string | null;
}

type Found = { readonly answer: HttpAnswer; readonly url: string; readonly what: 'zip' | Listing; readonly kind: 'files' | 'answers' };

/** Brings what an HTTP source holds, asking first whether it has changed. Throws as `Fetcher.fetch` says. */
export async function fetchHttp(client: HttpClient, request: RequestOf<HttpAddress>, place: FetchPlace): Promise<Snapshot> {
  const { address, auth, reach, subdirectory, maxBytes, expectedSha256, onProgress } = request;
  const { folder, own, clock, signal } = place;
  const get = (url: string, known: Validators | null, most: number) =>
    client.get({
      url,
      known,
      maxBytes: Math.min(most, maxBytes),
      address: address.uri,
      home: new URL(address.url).origin,
      auth,
      reach,
      signal,
    });

  return underLock(lockFolder(folder), keyOf(address), signal, async () => {
    mkdirSync(own, { recursive: true });
    const snapshots = openSnapshotStore(join(own, 'snapshots'));
    const known = await snapshots.latest<Note>(({ note }) => note.subdirectory === subdirectory);
    const settled = known && isSettled(known) ? known : null;
    onProgress?.('asking whether it has changed');
    const found = await find(address, known?.note.url ?? null, (url) =>
      get(url, settled?.note.url === url ? settled.note : null, fetchLimits.archiveBytes),
    );
    if (settled && (found === null || found.answer.sha256 === settled.note.sha256)) {
      checkSha256(address, expectedSha256, settled.note.sha256);
      return (await snapshots.find<Note>(settled.id, clock.now()))!.snapshot;
    }
    const { answer, url, what, kind } = found!;
    checkSha256(address, expectedSha256, answer.sha256);
    const note = { url, sha256: answer.sha256, etag: answer.etag, lastModified: answer.lastModified, subdirectory };
    onProgress?.('fetching the tasks');
    const made = await snapshots.make<Note>({ address: address.uri, maxBytes }, clock.now(), async (writer) => {
      let entries: readonly FetchedEntry[] | null = null;
      if (what === 'zip') await unpack(address, answer.body, subdirectory, writer);
      else {
        for (const { path, reason } of what.broken) writer.skip(path, reason);
        entries = await fetchListed(
          {
            address: address.uri,
            tasks: what.tasks,
            kind,
            root: rootOf(answer.url, kind),
            subdirectory,
            maxBytes,
            get: async (one) => (await get(one, null, fetchLimits.fileBytes)).body,
            earlier: known?.note.entries && known.note.url === url ? { folder: known.snapshot.folder, entries: known.note.entries } : null,
          },
          writer,
        );
      }
      return {
        id: (checksum) => idOf(note, checksum),
        revision: answer.etag ?? `sha256:${answer.sha256}`,
        signature: null,
        note: { ...note, entries },
      };
    });
    await snapshots.tidy(clock.now());
    return made.snapshot;
  });
}

/** Whether an unchanged answer means unchanged tasks: so an archive, and a list whose every entry has a checksum. */
function isSettled({ note }: KeptSnapshot<Note>): boolean {
  return note.entries === null || note.entries.every(({ entry }) => promisedHash(entry) !== null);
}

/**
 * What stands at an address: an archive or a list at the address itself, else a list at one of the places where it usually is.
 * @returns null where it is what is known already
 */
async function find(address: HttpAddress, knownUrl: string | null, get: (url: string) => Promise<HttpAnswer>): Promise<Found | null> {
  const look = async (url: string): Promise<Found | null | undefined> => {
    const answer = await get(url);
    if (!answer.isNew) return null;
    if (isZip(answer.body)) return { answer, url, what: 'zip', kind: 'files' };
    if (answer.body.length > fetchLimits.indexBytes) return undefined;
    const what = readListing(answer.body);
    const kind = /\/tasks\/?$/.test(new URL(url).pathname) ? 'answers' : 'files';
    return what === null ? undefined : { answer, url, what, kind };
  };

  if (knownUrl !== null && knownUrl !== address.url) {
    const again = await look(knownUrl).catch((error: unknown) => {
      if (sourceNotFound.is(error)) return undefined;
      throw error;
    });
    if (again !== undefined) return again;
  }
  let first: unknown;
  for (const url of placesOf(address.url)) {
    try {
      const found = await look(url);
      if (found !== undefined) return found;
      first ??= sourceContentInvalid({ address: address.uri, reason: 'it is neither a ZIP nor a list of tasks' });
    } catch (error) {
      if (!sourceNotFound.is(error)) throw error;
      first ??= error;
    }
  }
  throw first;
}

/** The address, and below it, where it is no file, the usual places. */
function placesOf(url: string): readonly string[] {
  const { pathname, search } = new URL(url);
  if (search !== '' || /\.(?:zip|json)$/i.test(pathname)) return [url];
  const base = url.endsWith('/') ? url : `${url}/`;
  return [url, `${base}.ratchet/index.json`, `${base}index.json`, `${base}tasks`];
}

/** Where the paths of a list begin: beside it, or above the folder `.ratchet`; for answers below it. */
function rootOf(url: string, kind: 'files' | 'answers'): string {
  const root = new URL(url);
  root.search = '';
  root.hash = '';
  root.pathname = kind === 'answers' ? `${root.pathname.replace(/\/+$/, '')}/` : root.pathname.replace(/(?:\.ratchet\/)?[^/]*$/, '');
  return root.href;
}

async function unpack(address: HttpAddress, body: Buffer, subdirectory: string | null, writer: TreeWriter): Promise<void> {
  const prefix = subdirectory === null ? '' : `${subdirectory}/`;
  const files = (await filesInZip(address.uri, body)).filter(({ path }) => path.startsWith(prefix));
  if (files.length === 0 && subdirectory !== null) throw sourceSubdirectoryNotFound({ address: address.uri, subdirectory });
  // All are judged before the first is unpacked: what is too large in all is not half written.
  const accepted = files.filter(({ path, bytes }) => writer.accepts(path.slice(prefix.length), bytes));
  for (const file of accepted) writer.write(file.path.slice(prefix.length), await file.read());
}

function checkSha256({ uri }: HttpAddress, expected: string | null, actual: string): void {
  if (expected === null || expected.toLowerCase() === actual) return;
  throw sourceChecksumWrong({ address: uri, what: 'The content', expected, actual });
}

function idOf({ url, subdirectory }: Pick<Note, 'url' | 'subdirectory'>, checksum: string): string {
  return createHash('sha256')
    .update(JSON.stringify([url, subdirectory, checksum]))
    .digest('hex')
    .slice(0, 40);
}
