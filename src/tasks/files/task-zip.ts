import { readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { archiveUnsafe, taskInvalid, taskTooLarge } from '../errors.ts';
import { problem } from '../problem.ts';
import { manifestNames } from './manifest-names.ts';
import { fileLimits, ignoredFolders, isTaskFile, textOf, type TaskFiles } from './task-files.ts';

/**
 * Opens a ZIP archive as a task's files, in memory: nothing is written to disk. The task is at the archive's root, else in its one
 * first-level folder that holds a manifest.
 * @throws TASK_ARCHIVE_UNSAFE, TASK_TOO_LARGE, TASK_INVALID (no task, or several)
 */
export async function openZip(path: string): Promise<TaskFiles> {
  const size = statSync(path).size;
  if (size > fileLimits.totalBytes) throw taskTooLarge({ path, what: `the archive has ${size} bytes`, limit: fileLimits.totalBytes });
  return filesFromZip(path, readFileSync(path));
}

/** The same for an archive that is already in memory. */
export async function filesFromZip(origin: string, bytes: Buffer): Promise<TaskFiles> {
  const zip = await open(origin, bytes);
  const entries = await entriesOf(origin, zip);
  const prefix = taskFolderIn(origin, [...entries.keys()]);
  const texts = new Map<string, string>();
  let total = 0;
  for (const [name, entry] of entries) {
    if (!name.startsWith(prefix) || !isTaskFile(name) || name.split('/').some((part) => ignoredFolders.has(part))) continue;
    total += entry.uncompressedSize;
    if (total > fileLimits.totalBytes) {
      throw taskTooLarge({
        path: origin,
        what: `its files unpack to more than ${fileLimits.totalBytes} bytes`,
        limit: fileLimits.totalBytes,
      });
    }
    texts.set(name.slice(prefix.length), textOf(await contentOf(origin, zip, entry)));
  }
  const paths = [...texts.keys()].toSorted();
  return { origin, skipped: [], list: () => paths, read: (wanted) => texts.get(wanted) };
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

/** Every file entry by name; the whole directory is judged before a single byte is unpacked. */
function entriesOf(origin: string, zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let seen = 0;
  return new Promise((resolve, reject) => {
    zip.on('error', (error: Error) =>
      reject(archiveUnsafe({ path: origin, entry: '', reason: `its directory is malformed (${error.message})` }, error)),
    );
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      seen += 1;
      const refusal = refusalOf(entry, entries);
      if (seen > fileLimits.count) {
        reject(taskTooLarge({ path: origin, what: `the archive has more than ${fileLimits.count} entries`, limit: fileLimits.count }));
      } else if (refusal !== undefined) {
        reject(archiveUnsafe({ path: origin, entry: entry.fileName.slice(0, 200), reason: refusal }));
      } else {
        if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
}

function refusalOf(entry: Entry, entries: ReadonlyMap<string, Entry>): string | undefined {
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
  if (entry.uncompressedSize > fileLimits.fileBytes && isTaskFile(name)) return `unpacks to ${entry.uncompressedSize} bytes`;
  if (entry.uncompressedSize >= fileLimits.ratioFromBytes && entry.uncompressedSize > entry.compressedSize * fileLimits.compressionRatio) {
    return `unpacks to ${entry.uncompressedSize} bytes from ${entry.compressedSize}, as a compression bomb does`;
  }
  return undefined;
}

const isManifest = (name: string) => manifestNames.includes(name.slice(name.lastIndexOf('/') + 1));

/** '' when the task is at the root, else `folder/`. */
function taskFolderIn(origin: string, names: readonly string[]): string {
  if (names.some((name) => !name.includes('/') && isManifest(name))) return '';
  const folders = new Set(
    names.filter((name) => name.split('/').length === 2 && isManifest(name)).map((name) => name.slice(0, name.indexOf('/') + 1)),
  );
  const [folder] = folders;
  if (folders.size === 1 && folder !== undefined) return folder;
  const message =
    folders.size === 0
      ? 'The archive holds no metadata.json at its root or in a first-level folder.'
      : `The archive holds ${folders.size} tasks (${[...folders].toSorted().join(', ')}); one archive holds one task.`;
  throw taskInvalid({
    path: origin,
    problems: [problem('error', 'metadata-missing', '', null, message, 'Put the files of one task at the root of the archive.')],
  });
}

function contentOf(origin: string, zip: ZipFile, entry: Entry): Promise<Buffer> {
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
        if (length > fileLimits.fileBytes) stream.destroy(new Error(`more than ${fileLimits.fileBytes} bytes`));
        else chunks.push(chunk);
      });
      stream.on('error', (broken) => reject(refuse(broken)));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}
