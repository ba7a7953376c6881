import { z } from 'zod';
import type { IdSource } from '#kernel/index.ts';
import { taskNotFound } from '../errors.ts';
import type { Catalogue, CatalogueTask } from './catalogue.ts';

/** What operations on tasks lean on. */
export interface CatalogueServices {
  readonly catalogue: Catalogue;
  /** Folders, ZIPs and collections the server was started with. */
  readonly taskFolders: readonly string[];
  /** Makes the uuids of new tasks. */
  readonly ids: IdSource;
}

/** How a caller names a task. */
export const TaskRef = z.string().min(1).max(200).describe('Number, uuid or name of the task');

/** @throws TASK_NOT_FOUND */
export async function found(catalogue: Catalogue, ref: string): Promise<CatalogueTask> {
  const task = await catalogue.find(ref);
  if (task === null) throw taskNotFound({ ref });
  return task;
}
