import type { CatalogueTask } from './catalogue.ts';

/** Whether the files of a task may be changed here: it is stored here, or stands in a folder of a Git source that takes commits. */
export function isEditable({ storageType, source }: Pick<CatalogueTask, 'storageType' | 'source'>): boolean {
  return storageType === 'database' || (source?.kind === 'git' && source.canPush && !/\.zip$/i.test(source.path));
}
