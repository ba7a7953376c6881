import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { archiveUnsafe, taskTooLarge } from '../errors.ts';
import { fileLimits } from './task-files.ts';

export interface ZipLimits {
  /** Entries of the archive. */
  readonly count: number;
  /** Bytes that a file of this name may unpack to; an archive with a larger one is refused. Null: it is never read, and not judged. */
  readonly fileBytes: (name: string) => number | null;
}

/** A ZIP archive in memory whose whole directory was judged before a single byte is unpacked. */
export interface ZipArchive {
  /** Bytes that each file says it unpacks to, by name. Folders are left out. */
  readonly entries: ReadonlyMap<string, number>;
  /** @throws TASK_ARCHIVE_UNSAFE where it cannot be unpacked, or has more bytes than it said */
  read(name: string): Promise<Buffer>;
}

/**
 * Opens an archive that may be hostile.
 * @param origin for messages
 * @throws TASK_ARCHIVE_UNSAFE, TASK_TOO_LARGE
 */
export async function openZipArchive(origin: string, bytes: Buffer, limits: ZipLimits): Promise<ZipArchive> {
  const zip = await open(origin, bytes);
  const entries = await entriesOf(origin, zip, limits);
  return {
    entries: new Map([...entries].map(([name, entry]) => [name, entry.uncompressedSize])),
    read: (name) => contentOf(origin, zip, entries.get(name)!, limits.fileBytes(name) ?? fileLimits.fileBytes),
  };
}

async function open(origin: string, bytes: Buffer): Promise<ZipFile> {
  const yauzl = await import('yauzl');
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true, strictFileNames: true }, (error, zip) => {
      if (error) reject(archiveUnsafe({ path: origin, entry: '', reason: `it is not a readable ZIP (${error.message})` }, error));
      else resolve(zip);
    });
  });
}

function entriesOf(origin: string, zip: ZipFile, limits: ZipLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const folded = new Set<string>();
  let seen = 0;
  return new Promise((resolve, reject) => {
    zip.on('error', (error: Error) =>
      reject(archiveUnsafe({ path: origin, entry: '', reason: `its directory is malformed (${error.message})` }, error)),
    );
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      seen += 1;
      const refusal = refusalOf(entry, entries, folded, limits);
      if (seen > limits.count) {
        reject(taskTooLarge({ path: origin, what: `the archive has more than ${limits.count} entries`, limit: limits.count }));
      } else if (refusal !== undefined) {
        reject(archiveUnsafe({ path: origin, entry: entry.fileName.slice(0, 200), reason: refusal }));
      } else {
        if (!entry.fileName.endsWith('/')) {
          entries.set(entry.fileName, entry);
          folded.add(foldedName(entry.fileName));
        }
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
}

/** The same for names that are one name on many machines. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function refusalOf(entry: Entry, entries: ReadonlyMap<string, Entry>, folded: ReadonlySet<string>, limits: ZipLimits): string | undefined {
  const name = entry.fileName;
  if (/[\\\0]/.test(name) || name.startsWith('/') || /^[a-z]:/i.test(name)) return 'has an unsafe name';
  if (
    name
      .split('/')
      .slice(0, -1)
      .some((part) => part === '' || part === '.' || part === '..') ||
    /(^|\/)\.{1,2}$/.test(name)
  ) {
    return 'has a name that leaves the archive';
  }
  if ((entry.generalPurposeBitFlag & 1) !== 0) return 'is encrypted';
  const fileType = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (fileType !== 0 && fileType !== 0o100000 && fileType !== 0o040000) return 'is a link or a special file';
  if (entries.has(name)) return 'appears twice';
  if (folded.has(foldedName(name))) return 'differs from another only in the case of its letters';
  const most = limits.fileBytes(name);
  if (most !== null && entry.uncompressedSize > most) return `unpacks to ${entry.uncompressedSize} bytes`;
  if (entry.uncompressedSize >= fileLimits.ratioFromBytes && entry.uncompressedSize > entry.compressedSize * fileLimits.compressionRatio) {
    return `unpacks to ${entry.uncompressedSize} bytes from ${entry.compressedSize}, as a compression bomb does`;
  }
  return undefined;
}

function contentOf(origin: string, zip: ZipFile, entry: Entry, most: number): Promise<Buffer> {
  const refuse = (error: Error) =>
    archiveUnsafe({ path: origin, entry: entry.fileName, reason: `cannot be unpacked (${error.message})` }, error);
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream: Readable) => {
      if (error) {
        reject(refuse(error));
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        // The directory's size is the archive's own claim; this is the size that counts.
        if (length > most) stream.destroy(new Error(`more than ${most} bytes`));
        else chunks.push(chunk);
      });
      stream.on('error', (broken) => reject(refuse(broken)));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}
