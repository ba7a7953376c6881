import { z } from 'zod';
import type { IdSource } from '#kernel/index.ts';
import { taskNotFound } from '../errors.ts';
import { oneVersion, splitPin } from './versions.ts';
import type { Catalogue, CatalogueTask } from './catalogue.ts';

/** What operations on tasks lean on. */
export interface CatalogueServices {
  readonly catalogue: Catalogue;
  /** Makes the uuids of new tasks. */
  readonly ids: IdSource;
}

/** How a caller names a task. */
export const TaskRef = z.string().min(1).max(200).describe('Number, uuid or name of the task');
/** The same where a version may be meant. */
export const PinnedTaskRef = z.string().min(1).max(300).describe('Number, uuid or name of the task; addition@1.2.0 names a version of it');

/** @throws TASK_NOT_FOUND */
export async function found(catalogue: Pick<Catalogue, 'find'>, ref: string): Promise<CatalogueTask> {
  const task = await catalogue.find(ref);
  if (task === null) throw taskNotFound({ ref });
  return task;
}

/** A task and the version that is meant: the one that is named beside it, else the one in its name. @throws TASK_NOT_FOUND, REQUEST_INVALID */
export async function foundVersion(
  catalogue: Pick<Catalogue, 'find'>,
  pinned: string,
  version: string | undefined,
): Promise<{ readonly task: CatalogueTask; readonly version: string | null }> {
  const { ref, version: pin } = splitPin(pinned);
  return { task: await found(catalogue, ref), version: oneVersion(pin, version ?? null) };
}
