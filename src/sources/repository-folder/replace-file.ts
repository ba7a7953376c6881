import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '#tasks/index.ts';
import { repositoryUnwritable } from './errors.ts';

/** Puts a whole file in the place of what is there, so that no reader ever sees half of it. @throws TASK_REPOSITORY_UNWRITABLE */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    makeFolder(dirname(path));
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw repositoryUnwritable({ path, reason: (error as Error).message }, error);
  }
}
