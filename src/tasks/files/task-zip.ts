import { readFileSync, statSync } from 'node:fs';
import { taskInvalid, taskTooLarge } from '../errors.ts';
import { problem } from '../problem.ts';
import { manifestNames } from './manifest-names.ts';
import { fileLimits, ignoredFolders, isTaskFile, textOf, type TaskFiles } from './task-files.ts';
import { openZipArchive } from './zip-archive.ts';

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
  const zip = await openZipArchive(origin, bytes, {
    count: fileLimits.count,
    fileBytes: (name) => (isTaskFile(name) ? fileLimits.fileBytes : null),
  });
  const prefix = taskFolderIn(origin, [...zip.entries.keys()]);
  const texts = new Map<string, string>();
  let total = 0;
  for (const [name, size] of zip.entries) {
    if (!name.startsWith(prefix) || !isTaskFile(name) || name.split('/').some((part) => ignoredFolders.has(part))) continue;
    total += size;
    if (total > fileLimits.totalBytes) {
      throw taskTooLarge({
        path: origin,
        what: `its files unpack to more than ${fileLimits.totalBytes} bytes`,
        limit: fileLimits.totalBytes,
      });
    }
    texts.set(name.slice(prefix.length), textOf(await zip.read(name)));
  }
  const paths = [...texts.keys()].toSorted();
  return { origin, skipped: [], list: () => paths, read: (wanted) => texts.get(wanted) };
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
