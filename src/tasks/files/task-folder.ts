import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { taskTooLarge } from '../errors.ts';
import { fileLimits, ignoredFolders, isTaskFile, textOf, type TaskFiles } from './task-files.ts';

interface Found {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** A folder's files plus a stamp that changes whenever one of them is added, removed or edited. */
export interface TaskFolder extends TaskFiles {
  readonly stamp: string;
}

/**
 * Opens a folder as a task's files. Links are followed only while they stay inside the folder; `node_modules`, version control
 * folders and files that cannot matter to a task are left out. Nothing is read before `read` asks for it.
 * @throws TASK_TOO_LARGE
 */
export function openFolder(path: string): TaskFolder {
  const root = realpathSync(path);
  const skipped: { path: string; reason: string }[] = [];
  const found = scan(path, root, skipped).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const known = new Map(found.map((file) => [file.path, file]));
  const texts = new Map<string, string>();
  let total = 0;
  const read = (wanted: string): string | undefined => {
    const text = texts.get(wanted);
    if (text !== undefined || !known.has(wanted)) return text;
    const bytes = readFileSync(join(root, wanted));
    total += bytes.length;
    // Measured again after reading: the file may have grown since it was listed.
    if (bytes.length > fileLimits.fileBytes) throw tooLong(path, wanted, bytes.length);
    if (total > fileLimits.totalBytes) {
      throw taskTooLarge({ path, what: `its files have more than ${fileLimits.totalBytes} bytes together`, limit: fileLimits.totalBytes });
    }
    const decoded = textOf(bytes);
    texts.set(wanted, decoded);
    return decoded;
  };
  const paths = found.map((file) => file.path);
  return { origin: path, stamp: stampOf(found), skipped, list: () => paths, read };
}

/** The stamp `openFolder` would have now, without reading a file. */
export function folderStamp(path: string): string {
  return stampOf(scan(path, realpathSync(path), []).toSorted((a, b) => (a.path < b.path ? -1 : 1)));
}

function stampOf(found: readonly Found[]): string {
  return found.map((file) => `${file.path}:${file.size}:${file.modifiedMs}`).join('|');
}

function scan(origin: string, root: string, skipped: { path: string; reason: string }[]): Found[] {
  const found: Found[] = [];
  const walk = (folder: string, depth: number) => {
    if (depth > fileLimits.depth) {
      throw taskTooLarge({ path: origin, what: `folder ${folder} lies ${depth} levels deep`, limit: fileLimits.depth });
    }
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!ignoredFolders.has(entry.name)) walk(path, depth + 1);
        continue;
      }
      const file = isTaskFile(entry.name) ? fileAt(root, path, entry, skipped) : undefined;
      if (file === undefined) continue;
      if (file.size > fileLimits.fileBytes) throw tooLong(origin, path, file.size);
      found.push(file);
      if (found.length > fileLimits.count) {
        throw taskTooLarge({ path: origin, what: `it has more than ${fileLimits.count} source files`, limit: fileLimits.count });
      }
    }
  };
  walk('', 0);
  return found;
}

/** Only plain files count; a link counts as the file it leads to when that lies inside the folder. Links to folders are not walked. */
function fileAt(root: string, path: string, entry: Dirent, skipped: { path: string; reason: string }[]): Found | undefined {
  const full = join(root, path);
  if (entry.isSymbolicLink()) {
    const target = targetOf(full);
    if (target === undefined || !target.startsWith(root + sep)) {
      skipped.push({ path, reason: target === undefined ? 'is a link to nothing' : 'is a link that leaves the folder of the task' });
      return undefined;
    }
  }
  const stat = statSync(full, { throwIfNoEntry: false });
  return stat?.isFile() ? { path, size: stat.size, modifiedMs: stat.mtimeMs } : undefined;
}

function targetOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function tooLong(origin: string, file: string, bytes: number) {
  return taskTooLarge({ path: origin, what: `${file} has ${bytes} bytes`, limit: fileLimits.fileBytes });
}
