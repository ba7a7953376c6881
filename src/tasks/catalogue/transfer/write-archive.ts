import { buffer } from 'node:stream/consumers';
import type { TaskFilesText } from '../catalogue.ts';
import { archiveListName, type ArchiveList, type ExportDocument, type ExportedTask } from './exported-task.ts';

/** The tasks of an export as one ZIP archive: `tasks/<name>/...` for what runs, `versions/<name>/<version>/...` for the rest, and a list. */
export async function archiveOf({ tasks, ...head }: ExportDocument): Promise<Buffer> {
  const folders = new Set<string>();
  const contents: { readonly folder: string; readonly files: TaskFilesText }[] = [];
  const placed = (wanted: string, files: TaskFilesText): string => {
    const folder = freeName(wanted, folders);
    contents.push({ folder, files });
    return folder;
  };
  const list: ArchiveList = {
    ...head,
    tasks: tasks.map(({ files, versions, ...task }) => ({
      ...task,
      folder: placed(`tasks/${task.name}`, files),
      ...(versions === undefined
        ? {}
        : {
            versions: versions.map(({ files: older, ...version }) => ({
              ...version,
              folder: placed(`versions/${task.name}/${version.version}`, older),
            })),
          }),
    })),
  };
  const entries = contents.flatMap(({ folder, files }) =>
    Object.entries(files).map(([path, text]): [string, string] => [`${folder}/${path}`, text]),
  );
  return zipOf([[archiveListName, `${JSON.stringify(list, null, 2)}\n`], ...entries]);
}

/** One task as the archive that `task create` and `run-once` take: its files at the root. */
export function archiveOfTask({ files }: ExportedTask): Promise<Buffer> {
  return zipOf(Object.entries(files));
}

/** Names that differ only in case are one name on many machines. */
function freeName(wanted: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}~${number}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

/** The first moment a ZIP can tell; equal files make equal archives. */
const noTime = new Date(1980, 0, 1);

async function zipOf(entries: readonly (readonly [name: string, text: string])[]): Promise<Buffer> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  for (const [name, text] of entries) zip.addBuffer(Buffer.from(text, 'utf8'), name, { mtime: noTime, forceDosTimestamp: true });
  zip.end();
  return buffer(zip.outputStream);
}
