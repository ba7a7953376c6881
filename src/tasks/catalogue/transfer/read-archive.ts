import { archiveUnsafe, taskTooLarge } from '../../errors.ts';
import { fileLimits, isTaskFile } from '../../files/task-files.ts';
import { openZipArchive, type ZipArchive } from '../../files/zip-archive.ts';
import { importUnreadable } from './errors.ts';
import { archiveListName, ArchiveList } from './exported-task.ts';
import type { CandidateVersion, ImportReading } from './import-candidate.ts';
import { filesIn, taskFoldersIn } from './read-folders.ts';

const archiveLimits = {
  /** Some hundred tasks with a dozen versions each. */
  entries: 50_000,
  unpackedBytes: 128 * 1024 * 1024,
  listBytes: 32 * 1024 * 1024,
} as const;

/**
 * The tasks in an archive: those its list names, where it is an export, else every folder with a manifest.
 * @throws TASK_ARCHIVE_UNSAFE, TASK_TOO_LARGE, TASK_IMPORT_UNREADABLE
 */
export async function readArchive(bytes: Buffer, field: string): Promise<ImportReading> {
  const zip = await openZipArchive(field, bytes, {
    count: archiveLimits.entries,
    fileBytes: (name) => (name === archiveListName ? archiveLimits.listBytes : isTaskFile(name) ? fileLimits.fileBytes : null),
  });
  const list = zip.entries.has(archiveListName) ? await readList(zip, field) : null;
  const texts = await textsOf(zip, field, list !== null);
  if (list !== null) return listed(list, texts);
  const candidates = taskFoldersIn(texts.keys()).map((folder, index) => ({
    index,
    field: folder === '' ? field : folder,
    name: folder.slice(folder.lastIndexOf('/') + 1),
    active: { files: filesIn(folder, texts).files, checksum: null, isBreaking: false, note: null },
    others: [],
    enabled: undefined,
  }));
  if (candidates.length === 0) throw importUnreadable({ field, reason: 'holds no folder with a metadata.json' });
  return { candidates, problems: [], ignored: [] };
}

/** @param isExact keep every byte, as an export was written; else the mark that some editors put in front of a file is dropped */
async function textsOf(zip: ZipArchive, field: string, isExact: boolean): Promise<Map<string, string>> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: isExact });
  const texts = new Map<string, string>();
  let total = 0;
  for (const [name, size] of zip.entries) {
    if (name === archiveListName || !isTaskFile(name)) continue;
    total += size;
    if (total > archiveLimits.unpackedBytes) {
      const what = `its files unpack to more than ${archiveLimits.unpackedBytes} bytes`;
      throw taskTooLarge({ path: field, what, limit: archiveLimits.unpackedBytes });
    }
    texts.set(name, decoder.decode(await zip.read(name)));
  }
  return texts;
}

async function readList(zip: ZipArchive, field: string): Promise<ArchiveList> {
  const list = ArchiveList.safeParse(jsonOf((await zip.read(archiveListName)).toString('utf8')));
  if (list.success) return list.data;
  const [issue] = list.error.issues;
  throw importUnreadable({
    field: `${field}/${archiveListName}`,
    reason: `is no list of an export (${issue!.path.join('.')}: ${issue!.message})`,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listed({ tasks }: ArchiveList, texts: ReadonlyMap<string, string>): ImportReading {
  const version = (
    one: ArchiveList['tasks'][number] | NonNullable<ArchiveList['tasks'][number]['versions']>[number],
  ): CandidateVersion => ({
    files: filesIn(one.folder, texts).files,
    checksum: one.checksum,
    isBreaking: one.isBreaking ?? false,
    note: one.changeDescription ?? null,
  });
  const candidates = tasks.map((task, index) => ({
    index,
    field: task.folder,
    name: task.name,
    active: version(task),
    others: (task.versions ?? []).map(version),
    enabled: task.enabled,
  }));
  return { candidates, problems: [], ignored: [] };
}

/** @throws TASK_ARCHIVE_UNSAFE for text that is no archive as base64 */
export function bytesOf(base64: string, field: string): Buffer {
  const text = base64.replace(/^data:[^,]*;base64,/, '').replaceAll(/\s/g, '');
  if (text === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) throw archiveUnsafe({ path: field, entry: '', reason: 'is not base64' });
  return Buffer.from(text, 'base64');
}
