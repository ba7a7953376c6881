import { readdir } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoredFolders, manifestNames, type TaskMetadata } from '#tasks/index.ts';
import { matchesPattern } from '../match-pattern.ts';

/** Something that looks like a task. */
export interface TaskCandidate {
  readonly name: string;
  /** Of the machine of the server. */
  readonly path: string;
  readonly kind: 'directory' | 'file';
  readonly hasMainJs: boolean;
  readonly hasMetadata: boolean;
  readonly hasInputSchema: boolean;
  readonly hasOutputSchema: boolean;
  readonly hasTests: boolean;
  readonly metadata: Pick<TaskMetadata, 'uuid' | 'name' | 'label' | 'version' | 'description'> | null;
}

export interface Discovery {
  readonly found: readonly TaskCandidate[];
  /** Folders that could not be looked into, and why. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** There was more than is looked at. */
  readonly isCut: boolean;
}

export interface DiscoveryWishes {
  /** Globs of names of files; a folder without such a file is none. */
  readonly includePatterns: readonly string[];
  readonly isRecursive: boolean;
  /** Folders below the one that is searched. */
  readonly maxDepth: number;
  readonly signal: AbortSignal;
}

const mostFolders = 10_000;
const mostFound = 1_000;
const longestManifest = 1_000_000;
const mainNames = ['main.js', 'main.ts', 'main.mjs', 'main.mts', 'main.cjs', 'main.cts', 'index.js', 'task.js', 'index.ts', 'task.ts'];

/**
 * Folders with a manifest or a main file, and ZIP files, below a folder. What looks like a task is not searched further; links are not
 * followed, and hidden folders and those that never hold a task are passed over. Nothing is run, and nothing is checked but names.
 */
export async function findCandidates(root: string, wishes: DiscoveryWishes): Promise<Discovery> {
  const found: TaskCandidate[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const open: { readonly path: string; readonly depth: number }[] = [{ path: root, depth: 0 }];
  let looked = 0;
  while (open.length > 0) {
    wishes.signal.throwIfAborted();
    if (looked++ >= mostFolders || found.length >= mostFound) return { found, unreadable, isCut: true };
    const { path, depth } = open.shift()!;
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      unreadable.push({ path, reason: (error as NodeJS.ErrnoException).code ?? String(error) });
      return [];
    });
    const files = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const fits = [...files].some((name) => wishes.includePatterns.some((pattern) => matchesPattern(name, pattern)));
    if (fits && (manifestNames.some((name) => files.has(name)) || mainNames.some((name) => files.has(name)))) {
      found.push(await candidateAt(path, files, folders));
      continue;
    }
    for (const name of [...files].toSorted()) {
      if (/\.zip$/i.test(name)) found.push(archiveAt(join(path, name), name));
    }
    const isDeeper = depth === 0 || wishes.isRecursive;
    if (!isDeeper || depth >= wishes.maxDepth) continue;
    for (const name of folders.toSorted()) {
      if (!ignoredFolders.has(name) && !name.startsWith('.')) open.push({ path: join(path, name), depth: depth + 1 });
    }
  }
  return { found: found.slice(0, mostFound), unreadable, isCut: found.length > mostFound };
}

async function candidateAt(path: string, files: ReadonlySet<string>, folders: readonly string[]): Promise<TaskCandidate> {
  const metadata = files.has('metadata.json') ? await metadataAt(join(path, 'metadata.json')) : null;
  return {
    name: metadata?.name ?? metadata?.label ?? path.slice(path.lastIndexOf('/') + 1),
    path,
    kind: 'directory',
    hasMainJs: mainNames.some((name) => files.has(name)),
    hasMetadata: manifestNames.some((name) => files.has(name)),
    hasInputSchema: files.has('input.schema.json'),
    hasOutputSchema: files.has('output.schema.json'),
    hasTests: folders.includes('tests'),
    metadata,
  };
}

function archiveAt(path: string, file: string): TaskCandidate {
  const unknown = { hasMainJs: false, hasMetadata: false, hasInputSchema: false, hasOutputSchema: false, hasTests: false, metadata: null };
  return { name: file.replace(/\.zip$/i, ''), path, kind: 'file', ...unknown };
}

/** Null where it cannot be read as JSON: whether it is right says a check of the task. */
async function metadataAt(path: string): Promise<TaskCandidate['metadata']> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > longestManifest) return null;
    const said = JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>;
    const word = (field: string) => (typeof said[field] === 'string' ? { [field]: said[field].slice(0, 500) } : {});
    return Object.assign({ version: '' }, ...['uuid', 'name', 'label', 'version', 'description'].map(word)) as TaskCandidate['metadata'];
  } catch {
    return null;
  }
}
