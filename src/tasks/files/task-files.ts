/** Where a task's files come from: a folder, an archive, or memory. Paths are relative, with forward slashes. */
export interface TaskFiles {
  /** The path as given by the caller. */
  readonly origin: string;
  /** UTF-8 text of one file; undefined when there is none. Throws TASK_TOO_LARGE beyond the limits. */
  read(path: string): string | undefined;
  /** Every file that may belong to the task, sorted. */
  list(): readonly string[];
  /** Files left out for safety, with the reason. */
  readonly skipped: readonly { path: string; reason: string }[];
}

/** A task is a handful of source files; these bounds are some fifty times what the largest sample needs. */
export const fileLimits = {
  /** Files in a task. */
  count: 2_000,
  /** Bytes of one file. */
  fileBytes: 4 * 1024 * 1024,
  /** Bytes of all files that are read. */
  totalBytes: 16 * 1024 * 1024,
  /** Folders below the task's folder. */
  depth: 16,
  /** How many times larger than its compressed form an entry of an archive may be. Source text compresses 3 to 20 times. */
  compressionRatio: 200,
  /** Entries smaller than this are not judged by their ratio: a page of blanks compresses well. */
  ratioFromBytes: 256 * 1024,
} as const;

/** Files that can matter to a task; everything else in its folder is somebody else's. */
export function isTaskFile(path: string): boolean {
  return /\.(json|ya?ml|[cm]?[jt]s)$/i.test(path);
}

/** Folders that are never part of a task. */
export const ignoredFolders: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', '__MACOSX']);

/** A task's files given as text, for tests and for tasks that exist nowhere else. */
export function filesFromMemory(origin: string, files: Readonly<Record<string, string>>): TaskFiles {
  const paths = Object.keys(files).toSorted();
  return { origin, skipped: [], list: () => paths, read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined) };
}

/** Text of a file without the byte order mark some editors put in front, which JSON does not allow. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
