import type { Problem } from '#kernel/index.ts';
import { taskTooLarge } from '../../errors.ts';
import { fileLimits, filesFromMemory, ignoredFolders, isTaskFile, type TaskFiles } from '../../files/task-files.ts';
import { foldedName } from '../../files/zip-archive.ts';
import type { TaskFilesText } from '../catalogue.ts';
import { taskFilesRefused } from '../errors.ts';

const longestPath = 255;
/** Further ones are not told: a client that sends ten thousand wrong paths learns from the first few. */
const mostProblems = 10;

/** Files that came over the wire, held to what a folder is held to. @param origin names the task in messages @throws TASK_FILES_REFUSED, TASK_TOO_LARGE */
export function checkedFiles(origin: string, files: TaskFilesText): TaskFiles {
  const paths = Object.keys(files);
  if (paths.length > fileLimits.count) {
    throw taskTooLarge({ path: origin, what: `it has ${paths.length} files`, limit: fileLimits.count });
  }
  const problems: Problem[] = [];
  const folded = new Map<string, string>();
  let total = 0;
  for (const path of paths) {
    const problem = problemOf(path) ?? clashOf(path, folded) ?? (files[path]!.isWellFormed() ? null : 'holds half of a character');
    if (problem !== null && problems.length < mostProblems)
      problems.push({ path: JSON.stringify(path.slice(0, longestPath)), message: problem });
    const bytes = Buffer.byteLength(files[path]!);
    if (bytes > fileLimits.fileBytes) throw taskTooLarge({ path: origin, what: `${path} has ${bytes} bytes`, limit: fileLimits.fileBytes });
    total += bytes;
  }
  if (total > fileLimits.totalBytes) {
    throw taskTooLarge({ path: origin, what: `its files have ${total} bytes together`, limit: fileLimits.totalBytes });
  }
  if (problems.length > 0) throw taskFilesRefused({ problems });
  return filesFromMemory(origin, files);
}

/** Two such files are one on many machines, and one of them would be lost there. */
function clashOf(path: string, folded: Map<string, string>): string | null {
  const other = folded.get(foldedName(path));
  folded.set(foldedName(path), path);
  return other === undefined ? null : `differs from ${JSON.stringify(other)} only in the case of its letters`;
}

function problemOf(path: string): string | null {
  if (path.length > longestPath) return `is longer than ${longestPath} characters`;
  // oxlint-disable-next-line no-control-regex -- What may not be in a path is what this is about
  if (/[\\\u0000-\u001f\u007f]/.test(path) || path !== path.toWellFormed() || path.startsWith('/') || /^[a-z]:/i.test(path)) {
    return 'is no relative path with plain characters and forward slashes';
  }
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'leaves the task, or is not written in its shortest form';
  if (parts.length - 1 > fileLimits.depth) return `lies more than ${fileLimits.depth} folders deep`;
  if (parts.some((part) => ignoredFolders.has(part))) return 'lies in a folder that is never part of a task';
  return isTaskFile(path) ? null : 'is no file of a task: those end in .json, .yaml, .js or .ts';
}
