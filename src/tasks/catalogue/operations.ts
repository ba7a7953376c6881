import { z } from 'zod';
import { operation, toRatchetError } from '#kernel/index.ts';
import {
  createTaskOperation,
  disableTaskOperation,
  enableTaskOperation,
  removeTaskOperation,
  rollbackTaskOperation,
  updateTaskOperation,
} from './changing-operations.ts';
import type { SyncReport } from './catalogue.ts';
import {
  listTasksOperation,
  showTaskOperation,
  taskSourceOperation,
  taskStatsOperation,
  taskVersionsOperation,
  validateDraftOperation,
  validateStoredTaskOperation,
} from './reading-operations.ts';
import type { CatalogueServices } from './task-ref.ts';

export type { CatalogueServices } from './task-ref.ts';

export const syncTasksOperation = operation({
  name: 'tasks.sync',
  summary: 'Read the folders of the server again',
  details:
    'Brings the tasks in line with the folders, ZIPs and collections the server was started with. A broken task is reported and its last good version stays; a task whose folder is gone cannot be run until it is back.',
  input: z.object({}),
  output: z.object({
    added: z.array(z.string()).describe('Names of tasks.'),
    updated: z.array(z.string()),
    removed: z.array(z.string()).describe('Tasks whose folders are gone.'),
    errors: z.array(z.object({ taskName: z.string().describe('Path below the folder of the server.'), error: z.string() })),
  }),
  errors: [],
  effect: 'write',
  permission: 'task:update',
  on: {
    rest: 'POST /tasks/sync',
    cli: { command: 'task sync', examples: [{ line: 'ratchet task sync', about: 'Take up what has changed on the disk' }] },
  },
  async run({ catalogue, taskFolders }: CatalogueServices) {
    const reports: SyncReport[] = [];
    for (const folder of taskFolders) {
      reports.push(
        await catalogue.sync(folder).catch((caught: unknown): SyncReport => {
          const { code, message } = toRatchetError(caught, `read ${folder}`);
          // One folder that is not there is no reason to leave the others alone; a database that fails is.
          if (code !== 'TASK_NOT_FOUND') throw caught;
          return { added: [], updated: [], removed: [], errors: [{ taskName: folder, error: message }] };
        }),
      );
    }
    return {
      added: reports.flatMap(({ added }) => added),
      updated: reports.flatMap(({ updated }) => updated),
      removed: reports.flatMap(({ removed }) => removed),
      errors: reports.flatMap(({ errors }) => errors),
    };
  },
});

/** Everything a server can be asked about its tasks. */
export const catalogueOperations = [
  listTasksOperation,
  taskStatsOperation,
  showTaskOperation,
  taskSourceOperation,
  taskVersionsOperation,
  createTaskOperation,
  updateTaskOperation,
  removeTaskOperation,
  enableTaskOperation,
  disableTaskOperation,
  rollbackTaskOperation,
  validateStoredTaskOperation,
  validateDraftOperation,
  syncTasksOperation,
] as const;
