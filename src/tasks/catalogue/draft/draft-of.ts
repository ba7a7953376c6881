import type { z } from 'zod';
import type { Catalogue, CatalogueTask, TaskFilesText } from '../catalogue.ts';
import { foundVersion } from '../task-ref.ts';
import { mergeFields } from './merge-fields.ts';
import type { DraftFields } from './task-fields.ts';

/** A version of a task as it would be with a draft laid over it. */
export interface DraftOfTask {
  readonly task: CatalogueTask;
  readonly version: string;
  /** Of the stored files; null where a draft changes them. */
  readonly checksum: string | null;
  readonly files: TaskFilesText;
}

/**
 * The files of a version of a task, with those of a draft laid over them. Stores nothing.
 * @throws TASK_NOT_FOUND, TASK_VERSION_NOT_FOUND, TASK_FILES_REFUSED
 */
export async function draftOf(
  catalogue: Pick<Catalogue, 'find' | 'content'>,
  {
    id,
    version,
    draft,
  }: { readonly id: string; readonly version?: string | undefined; readonly draft?: z.output<typeof DraftFields> | undefined },
): Promise<DraftOfTask> {
  const { task, version: wanted } = await foundVersion(catalogue, id, version);
  const content = await catalogue.content(task.id, wanted);
  if (draft === undefined) return { task, version: content.version, checksum: content.checksum, files: content.files };
  return { task, version: content.version, checksum: null, files: mergeFields(content.files, draft, null) };
}
