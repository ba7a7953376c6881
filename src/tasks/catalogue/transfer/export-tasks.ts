import { isoTime } from '#kernel/index.ts';
import { filesFromMemory } from '../../files/task-files.ts';
import { readContent } from '../../load.ts';
import type { Catalogue, CatalogueTask, StoredContent, TaskFilesText, TaskVersion } from '../catalogue.ts';
import { exportTooLarge } from './errors.ts';
import { exportFormat, exportFormatVersion, type ExportDocument, type ExportedTask } from './exported-task.ts';

export interface ExportWishes {
  readonly includeTests: boolean;
  /** What the server knows of a task beside its files: whether it is enabled, who changed it when and why. */
  readonly includeMetadata: boolean;
  readonly includeVersions: boolean;
}

/** An answer is made in memory, several times over: as text, as an archive, as base64. */
export const mostExportedChars = 64 * 1024 * 1024;

/** Tasks with their files, in the order given. @param at milliseconds since 1970 UTC @throws TASK_EXPORT_TOO_LARGE */
export async function exportTasks(
  catalogue: Pick<Catalogue, 'content' | 'versions'>,
  tasks: readonly CatalogueTask[],
  wishes: ExportWishes,
  at: number,
): Promise<ExportDocument> {
  const exported: ExportedTask[] = [];
  let chars = 0;
  for (const task of tasks) {
    const one = await exportTask(catalogue, task, wishes);
    chars += sizeOf(one.files) + (one.versions ?? []).reduce((sum, { files }) => sum + sizeOf(files), 0);
    if (chars > mostExportedChars) throw exportTooLarge({ tasks: tasks.length, limit: mostExportedChars });
    exported.push(one);
  }
  return { format: exportFormat, formatVersion: exportFormatVersion, exportedAt: isoTime(at), tasks: exported };
}

async function exportTask(
  catalogue: Pick<Catalogue, 'content' | 'versions'>,
  task: CatalogueTask,
  wishes: ExportWishes,
): Promise<ExportedTask> {
  const known = (await catalogue.versions(task.id)).filter(({ isCurrent }) => isCurrent);
  const others: StoredContent[] = [];
  if (wishes.includeVersions) {
    // The oldest first: a version that is stored later is higher, unless a source says otherwise.
    for (const { version } of known.toReversed()) {
      if (version !== task.version) others.push(await catalogue.content(task.id, version));
    }
  }
  const shown = (content: StoredContent) => {
    const { files, checksum } = textsOf(task.name, content.files, wishes.includeTests);
    const facts = wishes.includeMetadata ? factsOf(known.find(({ version }) => version === content.version)) : {};
    return { version: content.version, checksum, ...facts, files };
  };
  return {
    uuid: task.uuid,
    name: task.name,
    ...(wishes.includeMetadata ? { enabled: task.enabled } : {}),
    ...shown(await catalogue.content(task.id, null)),
    ...(wishes.includeVersions ? { versions: others.map(shown) } : {}),
  };
}

function factsOf(version: TaskVersion | undefined): Partial<ExportedTask> {
  if (version === undefined) return {};
  const { isBreaking, changeDescription, changedBy, createdAt } = version;
  return { isBreaking, changeDescription, changedBy, createdAt: isoTime(createdAt) };
}

function textsOf(name: string, files: TaskFilesText, includeTests: boolean): { files: Record<string, string>; checksum: string } {
  const kept = Object.entries(files).filter(([path]) => includeTests || !path.startsWith('tests/'));
  const texts = Object.fromEntries(kept);
  return { files: texts, checksum: readContent(filesFromMemory(name, texts)).hash };
}

function sizeOf(files: TaskFilesText): number {
  return Object.values(files).reduce((sum, text) => sum + text.length, 0);
}
