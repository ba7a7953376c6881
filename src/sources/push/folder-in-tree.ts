import {
  fileLimits,
  filesFromMemory,
  ignoredFolders,
  isTaskFile,
  manifestNames,
  readContent,
  textOf,
  type TaskFilesText,
} from '#tasks/index.ts';
import type { BareGit } from './bare-git.ts';

/** A plain file of a commit. */
export interface FileInTree {
  readonly mode: string;
  readonly oid: string;
  /** Null: none that belongs to a task, or too large to be one. */
  readonly text: string | null;
}

/** A folder of a commit: what its files say, by path inside it. */
export type FolderInTree = ReadonlyMap<string, FileInTree>;

/** The plain files of a folder of a commit; none where it is not there. Links and submodules are nobody's. @param path empty: the root */
export async function readFolderInTree(git: BareGit, commit: string, path: string): Promise<FolderInTree> {
  const prefix = path === '' ? '' : `${path}/`;
  const { stdout } = await git.run(['ls-tree', '-r', '-l', '-z', commit, ...(path === '' ? [] : ['--', prefix])]);
  const entries = stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const found = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([^]+)$/.exec(line);
      return found === null || found[1] === '120000' ? [] : [{ mode: found[1]!, oid: found[2]!, size: Number(found[3]), full: found[4]! }];
    })
    .filter(({ full }) => full.startsWith(prefix))
    .map(({ full, ...entry }) => ({ ...entry, path: full.slice(prefix.length) }));
  const wanted = entries.filter(({ path: inside, size }) => belongsToTask(inside) && size <= fileLimits.fileBytes);
  const blobs = await readBlobs(git, [...new Set(wanted.map(({ oid }) => oid))]);
  const texts = new Map(wanted.map(({ path: inside, oid }) => [inside, textOf(blobs.get(oid)!)]));
  return new Map(entries.map(({ path: inside, mode, oid }) => [inside, { mode, oid, text: texts.get(inside) ?? null }]));
}

/** Whether a file is one that a task is read from. */
function belongsToTask(path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return isTaskFile(path) && !folders.some((folder) => ignoredFolders.has(folder));
}

/** What a folder holds as a task; null where it is none. */
export function taskFilesOf(folder: FolderInTree): TaskFilesText | null {
  const files = Object.create(null) as Record<string, string>;
  for (const [path, { text }] of folder) if (text !== null) files[path] = text;
  return manifestNames.some((name) => Object.hasOwn(files, name)) ? files : null;
}

/** The content hash that a server knows these files by. */
export function checksumOf(files: TaskFilesText): string {
  return readContent(filesFromMemory('', files)).hash;
}

/** The version that the metadata of these files says; null where it cannot be read. */
export function versionOf(files: TaskFilesText): string | null {
  try {
    const { version } = JSON.parse(files['metadata.json'] ?? '') as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

async function readBlobs(git: BareGit, oids: readonly string[]): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  if (oids.length === 0) return blobs;
  const { stdout } = await git.run(['cat-file', '--batch'], { input: `${oids.join('\n')}\n` });
  let at = 0;
  for (const oid of oids) {
    const end = stdout.indexOf(0x0a, at);
    const size = Number(stdout.subarray(at, end).toString('latin1').split(' ')[2]);
    blobs.set(oid, stdout.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return blobs;
}
