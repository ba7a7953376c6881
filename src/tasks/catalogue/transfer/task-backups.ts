import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel/index.ts';
import { backupUnwritable } from './errors.ts';

/** Keeps what is about to be removed. */
export interface TaskBackups {
  /** @returns the path of the file @throws TASK_BACKUP_UNWRITABLE, and nothing is left behind */
  keep(task: string, archive: Buffer): Promise<string>;
  /** Takes a backup away again that turned out not to be needed. */
  forget(path: string): Promise<void>;
}

/** @param folder is made when the first backup is kept */
export function createTaskBackups(folder: string, clock: Clock): TaskBackups {
  return {
    async keep(task, archive) {
      const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
      // Names of tasks are plain, but what a source says of them is its own affair.
      const name = `${task.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 100)}-${time}-${randomBytes(4).toString('hex')}.zip`;
      const [path, partial] = [join(folder, name), join(folder, `.${name}.partial`)];
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(partial, archive, { flag: 'wx', mode: 0o600, flush: true });
        await rename(partial, path);
        return path;
      } catch (caught) {
        await rm(partial, { force: true }).catch(() => {});
        throw backupUnwritable({ task, reason: (caught as Error).message }, caught);
      }
    },
    forget: (path) => rm(path, { force: true }),
  };
}
