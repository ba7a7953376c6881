import { ignoredFolders } from '#tasks/index.ts';
import { sourceFetchFailed, sourceSubdirectoryNotFound, sourceTooLarge } from '../../errors.ts';
import { fetchLimits } from '../cache/fetch-limits.ts';
import type { TreeWriter } from '../cache/tree-writer.ts';
import type { GitSession } from './git-session.ts';

interface Blob {
  readonly id: string;
  readonly bytes: number;
  readonly path: string;
}

/**
 * Writes the files of a commit. Not by a checkout: git would run the filters, follow the attributes and make the links that the repository asks
 * for, and put the bytes through changes of line ends. Here they are what was committed; links and submodules are left out.
 * @throws SOURCE_SUBDIRECTORY_NOT_FOUND, SOURCE_TOO_LARGE
 */
export async function writeCommit(
  git: GitSession,
  mirror: string,
  commit: string,
  subdirectory: string | null,
  writer: TreeWriter,
): Promise<void> {
  const tree = await treeOf(git, mirror, commit, subdirectory);
  const blobs = readEntries(await listingOf(git, mirror, tree), git.address.uri, writer).filter(({ path, bytes }) =>
    writer.accepts(path, bytes),
  );
  if (blobs.length === 0) return;
  const reader = createBlobReader(blobs, writer);
  await git.must(['--git-dir', mirror, 'cat-file', '--batch', '--buffer'], {
    input: `${blobs.map(({ id }) => id).join('\n')}\n`,
    onStdout: (chunk) => reader.read(chunk),
  });
  if (!reader.isDone()) throw sourceFetchFailed({ address: git.address.uri, reason: 'what was fetched is not whole' });
}

async function treeOf(git: GitSession, mirror: string, commit: string, subdirectory: string | null): Promise<string> {
  const path = subdirectory === null ? '' : `:${subdirectory}`;
  const found = await git.run([
    '--git-dir',
    mirror,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${commit}${path || '^{tree}'}`,
  ]);
  const tree = found.stdout.toString().trim();
  const kind = found.code === 0 ? await git.must(['--git-dir', mirror, 'cat-file', '-t', tree]) : null;
  if (kind?.stdout.toString().trim() === 'tree') return tree;
  if (subdirectory === null) throw git.failure(found);
  throw sourceSubdirectoryNotFound({ address: git.address.uri, subdirectory });
}

/** A few small trees can list each other to thousands of millions of files: what is too long is not read to its end. */
async function listingOf(git: GitSession, mirror: string, tree: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  await git.must(['--git-dir', mirror, 'ls-tree', '-r', '-z', '-l', '--full-tree', tree], {
    onStdout: (chunk) => {
      length += chunk.length;
      if (length > fetchLimits.listingBytes) {
        throw sourceTooLarge({
          address: git.address.uri,
          what: `the list of its files has more than ${fetchLimits.listingBytes} bytes`,
          limit: fetchLimits.listingBytes,
        });
      }
      chunks.push(chunk);
    },
  });
  return Buffer.concat(chunks);
}

/** Lines of `<mode> <type> <id> <size>\t<path>`, ended by zero bytes. */
function readEntries(listing: Buffer, address: string, writer: TreeWriter): Blob[] {
  const blobs: Blob[] = [];
  for (const line of listing.toString('utf8').split('\0')) {
    const found = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line);
    if (!found) continue;
    const [, mode, kind, id, bytes, path] = found as unknown as [string, string, string, string, string, string];
    if (path.split('/').some((part) => ignoredFolders.has(part) && part !== '.git')) continue;
    if (mode === '120000') writer.skip(path, 'is a link');
    else if (kind !== 'blob') writer.skip(path, 'is a submodule');
    else blobs.push({ id, bytes: Number(bytes), path });
    if (blobs.length > fetchLimits.files) {
      throw sourceTooLarge({ address, what: `it has more than ${fetchLimits.files} files`, limit: fetchLimits.files });
    }
  }
  return blobs;
}

const lfsPointer = 'version https://git-lfs.github.com/spec/';

/** Takes the answer of `cat-file --batch` apart while it comes: `<id> blob <size>\n<bytes>\n` for each, in the order they were asked for. */
function createBlobReader(blobs: readonly Blob[], writer: TreeWriter) {
  let at = 0;
  let rest: Buffer[] = [];
  let length = 0;
  /** Bytes that have to be there before there is anything to do. */
  let needed = 1;
  return {
    isDone: () => at === blobs.length && length === 0,
    read(chunk: Buffer): void {
      rest.push(chunk);
      length += chunk.length;
      if (length < needed) return;
      let all = Buffer.concat(rest);
      needed = 1;
      while (all.length > 0) {
        const headEnd = all.indexOf(10);
        if (headEnd === -1) break;
        const blob = blobs[at];
        const [id, kind, size] = all.toString('latin1', 0, headEnd).split(' ');
        if (!blob || id !== blob.id || kind !== 'blob' || Number(size) !== blob.bytes)
          throw new Error(`git answered ${id} ${kind} for ${blob?.id}`);
        const end = headEnd + 1 + blob.bytes;
        if (all.length < end + 1) {
          needed = end + 1;
          break;
        }
        const content = all.subarray(headEnd + 1, end);
        writer.write(blob.path, content);
        if (content.length < 1_024 && content.toString('latin1', 0, lfsPointer.length) === lfsPointer) {
          writer.skip(blob.path, 'is a pointer of Git LFS, whose content is not fetched');
        }
        all = all.subarray(end + 1);
        at++;
      }
      rest = [all];
      length = all.length;
    },
  };
}
