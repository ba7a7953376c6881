import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Task } from '#tasks/index.ts';

/** The `file:` URL of a file of a task, by its path inside the task. Of a task in an archive it leads into the archive, where nothing can open it. */
export function fileUrlOf(task: Pick<Task, 'origin'>, path: string): string {
  return pathToFileURL(join(resolve(task.origin), path)).href;
}
