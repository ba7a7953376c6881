import { lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './files/make-folder.ts';
import { targetExists, targetUnwritable } from './errors.ts';
import { slug } from './metadata.ts';
import { templateFiles } from './template.ts';

export interface GenerateRequest {
  /** Where the new folder goes. */
  readonly path: string;
  readonly label: string;
  readonly description: string;
  /** Semantic version. */
  readonly version: string;
  readonly typescript: boolean;
  /** Identity of the new task. */
  readonly uuid: string;
}

/**
 * Writes a first task that validates, runs and passes its test. All or nothing: it is built beside the target and moved into place.
 * @returns the files written, relative to the path
 * @throws TASK_TARGET_EXISTS, TASK_TARGET_UNWRITABLE
 */
export function generateTask(request: GenerateRequest): string[] {
  const target = resolve(request.path);
  const name = slug(request.label) || slug(basename(target)) || 'task';
  const files = templateFiles({ ...request, name });
  let built: string | undefined;
  try {
    // lstat: a link to nothing is something too.
    if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw targetExists({ path: request.path });
    makeFolder(dirname(target));
    built = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    mkdirSync(join(built, 'tests'));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(built, file), text, { flag: 'wx' });
    // Renaming replaces nothing but an empty folder that appeared this moment.
    renameSync(built, target);
  } catch (error) {
    if (built !== undefined) rmSync(built, { recursive: true, force: true });
    if (targetExists.is(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTEMPTY') throw targetExists({ path: request.path }, error);
    throw targetUnwritable({ path: request.path, reason: (error as Error).message }, error);
  }
  return Object.keys(files);
}
